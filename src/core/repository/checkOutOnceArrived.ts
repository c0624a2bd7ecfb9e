import { setTimeout as delay } from 'node:timers/promises';
import { isAbort } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import { leftAlone } from '../locks/lockTransactions';
import type { Outcome } from '../locks/rules';
import type { NotArrived } from './arrivals';
import type { ReadContent } from './compareRevision';
import type { ChangeOptions, Repository } from './repository';

/** How often a site is looked at for a content that is to arrive there. */
const POLL_MS = 2000;

/** How somebody waits for files. */
export interface WaitingOptions extends ChangeOptions {
    /** Told what is waited for, by folded paths, at first and after each look. */
    readonly onWaiting?: (late: ReadonlyMap<string, NotArrived>) => void;
}

/**
 * Checks files out as soon as the newest content of each has arrived at this site; nothing is checked out before that. A file
 * that somebody else checks out meanwhile is not waited for.
 * @param paths inside the repository
 * @returns one outcome for each path, in order; those of files that were waited for when it was given up say so
 * @throws CheckoutError when the transaction could not be carried out, or nobody can tell what has arrived
 */
export async function checkOutOnceArrived(
    repository: Repository,
    paths: readonly string[],
    message: string,
    { onWaiting, ...options }: WaitingOptions = {},
): Promise<readonly Outcome[]> {
    const outcomes = new Map<string, Outcome>();
    const { known = new Map<string, ReadContent>() } = options;
    for (let left = paths; left.length > 0;) {
        const isThere = await untilArrived(repository, left, known, options.signal, onWaiting);
        const tried = isThere ? await repository.checkOut(left, message, { ...options, known }) : left.map(leftAlone);
        for (const outcome of tried) outcomes.set(foldPath(outcome.path), outcome);
        // Somebody may have checked one in since.
        const late = tried.filter(({ refusal }) => refusal?.code === 'notArrived').map(({ path }) => path);
        if (late.length === 0 || !options.allOrNone) left = late;
    }
    return paths.map((path) => outcomes.get(foldPath(path))!);
}

/** @returns whether it was not given up */
async function untilArrived(
    repository: Repository,
    paths: readonly string[],
    known: Map<string, ReadContent>,
    signal: AbortSignal | undefined,
    onWaiting: WaitingOptions['onWaiting'],
): Promise<boolean> {
    try {
        for (;;) {
            const late = new Map(await repository.notArrived(paths, known, { signal }));
            await repository.poll();
            const { table } = repository.snapshot;
            for (const path of paths) if (table.find(path) !== undefined) late.delete(foldPath(path));
            if (late.size === 0) return true;
            onWaiting?.(late);
            await delay(POLL_MS, undefined, { signal });
        }
    } catch (error) {
        if (isAbort(error) && signal?.aborted) return false;
        throw error;
    }
}
