import { CheckoutError } from '../base/errors';
import { foldKey, foldPath } from '../base/repositoryPath';
import { checkInEvent, revisionEvent } from '../history/eventBuilders';
import type { FileContent, RevisionFacts } from '../history/historyEvent';
import { refusalOfOther } from './computerRule';
import type { ChangedLocks, ChangeTerms, Place, Revise, Revised } from './lockStore';
import { LockTransactions } from './lockTransactions';
import type { Lock } from './lockEntry';
import type { LockTable } from './lockTable';
import { notReplaced, type Refusal } from './refusal';
import { stillHeld, undo, type SeenLock } from './rules';

/** Some files of several could not be replaced; nothing was changed in the locks. */
class SomeNotPlaced extends CheckoutError {
    constructor() {
        super('fileNotRestored', 'Some files could not be replaced.');
    }
}

/** What changes contents of files under their locks, or keeps them, wherever the locks are kept. */
export abstract class ContentChanges extends LockTransactions {
    undo(requests: readonly SeenLock[], user: string, place: Place, terms: ChangeTerms = {}): Promise<ChangedLocks> {
        return this.applyToContents('undo', requests, user, place, terms);
    }

    replaceContents(
        requests: readonly SeenLock[],
        user: string,
        place: Place,
        terms: ChangeTerms = {},
    ): Promise<ChangedLocks> {
        return this.applyToContents('restore', requests, user, place, terms);
    }

    private async applyToContents(
        action: 'undo' | 'restore',
        requests: readonly SeenLock[],
        user: string,
        place: Place,
        { message = '', contents, restoredFrom, isFetched, fromOtherComputer = false }: ChangeTerms,
    ): Promise<ChangedLocks> {
        const { host } = this.owner;
        const before = await this.contentsAtCheckOut(requests.map(({ path }) => path));
        const failures = new Map<string, Refusal>();
        const rule = action === 'undo' ? undo : stillHeld;
        const apply = (): Promise<ChangedLocks> =>
            this.apply(
                (table) => {
                    const refused = new Map(failures);
                    for (const { path, fromOtherComputer: isTheirs = fromOtherComputer } of requests) {
                        const refusal =
                            action === 'restore' || isTheirs ? undefined : refusalOfOther(table, path, user, host);
                        if (refusal !== undefined) refused.set(foldKey(path), refusal);
                    }
                    return rule(table, requests, user, Date.now(), refused);
                },
                (table, { path, lock }, certain) =>
                    action === 'restore' ? isThere(table, path, lock) : certain && !isThere(table, path, lock),
                ({ path, lock }) => {
                    const known = contentSince(lock, before.get(foldPath(path)));
                    const content = { before: known, after: contents?.get(foldPath(path)) };
                    const facts = {
                        action,
                        user,
                        host,
                        message,
                        keptFrom: undefined,
                        restoredFrom,
                        isFetched,
                        ...content,
                    };
                    return [checkInEvent(path, lock, facts)];
                },
                contents,
                async (lease, outcomes) => {
                    const failedBefore = failures.size;
                    for (const [index, { path }] of requests.entries()) {
                        if (outcomes[index]?.refusal !== undefined) continue;
                        try {
                            await place(lease, path);
                        } catch (error) {
                            if (requests.length === 1 || !(error instanceof CheckoutError)) throw error;
                            failures.set(foldKey(path), notReplaced(error));
                        }
                    }
                    if (failures.size > failedBefore) throw new SomeNotPlaced();
                },
                true,
            );
        // A file that could not be replaced keeps its lock: the change is decided once more, without it.
        for (;;) {
            try {
                return await apply();
            } catch (error) {
                if (!(error instanceof SomeNotPlaced)) throw error;
            }
        }
    }

    async keepFound(
        requests: readonly { readonly path: string; readonly seen: Lock | undefined }[],
        user: string,
        revise: Revise,
    ): Promise<ReadonlyMap<string, RevisionFacts>> {
        let found: ReadonlyMap<string, Revised & { readonly found: RevisionFacts }> = new Map();
        const { host } = this.owner;
        await this.update(
            (table) => ({
                table,
                result: requests.filter(({ path, seen }) => hasLock(table, path, seen)).map(({ path }) => path),
                events: async (whenReady) => {
                    await whenReady;
                    return [...found].map(([path, { found: facts, foundIn }]) =>
                        revisionEvent('found', path, facts, { user, host }, '', foundIn),
                    );
                },
            }),
            () => true,
            async (lease, still) => {
                const revised = await revise(lease, still);
                found = new Map(
                    still.flatMap((path) => {
                        const { found: facts, foundIn } = revised.get(foldPath(path)) ?? {};
                        return facts === undefined ? [] : [[path, { found: facts, foundIn }]];
                    }),
                );
            },
        );
        return new Map([...found].map(([path, { found: facts }]) => [foldPath(path), facts]));
    }
}

/** Whether the lock of a file is the one that was seen; undefined for none. */
function hasLock(table: LockTable, path: string, seen: Lock | undefined): boolean {
    return seen === undefined ? table.find(path) === undefined : isThere(table, path, seen);
}

/** What was in a file when this lock began; another lock may have been there when the history was read. */
export function contentSince(
    { timestamp }: Lock,
    known: { readonly time: string; readonly content: FileContent } | undefined,
): FileContent | undefined {
    return known?.time === timestamp ? known.content : undefined;
}

/** Whether a file has that lock. */
export function isThere(table: LockTable, path: string, { user, timestamp }: Lock): boolean {
    const there = table.find(path)?.lock;
    return there?.user === user && there.timestamp === timestamp;
}
