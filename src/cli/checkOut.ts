import { CheckoutError } from '../core/base/errors';
import { foldPath } from '../core/base/repositoryPath';
import type { Outcome } from '../core/locks/rules';
import { waitingSentence, type NotArrived } from '../core/repository/arrivals';
import { checkOutOnceArrived } from '../core/repository/checkOutOnceArrived';
import { OutsideChanges } from '../core/repository/outsideChanges';
import { outsideSentence } from '../core/repository/outsideText';
import type { Repository } from '../core/repository/repository';
import { VersionStore } from '../core/revisions/versionStore';
import type { Work } from './invocation';
import { type Streams, writeLine } from './output';
import { versionsFolder } from './privateFolder';

const WAYS =
    'Wait for it with --wait, take it from the lock server with --fetch, or go on with what is here with --as-it-is.';

/**
 * Checks files out, each as it was checked in last, unless the person wants it as it is.
 * @param paths inside the repository
 * @throws CheckoutError when the transaction could not be carried out
 */
export async function checkOut(
    repository: Repository,
    { message, whenNotArrived }: Work,
    paths: readonly string[],
    { stderr }: Streams,
): Promise<readonly Outcome[]> {
    const versions = new VersionStore(versionsFolder());
    if (whenNotArrived !== 'wait') {
        const outcomes = await repository.checkOut(paths, message, { whenNotArrived, versions });
        return outcomes.map(withWays);
    }
    let told = '';
    const onWaiting = (late: ReadonlyMap<string, NotArrived>): void => {
        const sentence = waitingSentence(paths, late);
        if (sentence !== told) writeLine(stderr, `${sentence} Nothing is checked out until then, and Ctrl+C ends it.`);
        told = sentence;
    };
    return checkOutOnceArrived(repository, paths, message, { onWaiting });
}

function withWays(outcome: Outcome): Outcome {
    const { path: file, refusal } = outcome;
    if (refusal?.code !== 'notArrived') return outcome;
    return { path: file, refusal: { ...refusal, message: `${refusal.message} ${WAYS}` } };
}

/**
 * Says which of the files were changed outside, and keeps what was in all of them, where no revision has it, once the person
 * knows that they have them. What goes wrong is said, and does not undo the check-out.
 */
export async function keepBefore(
    repository: Repository,
    outcomes: readonly Outcome[],
    keeps: boolean,
    stderr: Streams['stderr'],
): Promise<void> {
    const done = outcomes.filter(({ refusal }) => refusal === undefined);
    const paths = done.map(({ path }) => path);
    if (paths.length === 0) return;
    try {
        const { snapshot, revisions } = repository;
        const files = paths.map((path) => ({ path, diskPath: snapshot.diskPath(snapshot.locate(path) ?? path) }));
        const changes = await new OutsideChanges(revisions).look(files);
        const now = Date.now();
        const say = (numbers: ReadonlyMap<string, number>): void => {
            for (const path of paths) {
                const change = changes.get(foldPath(path));
                if (change === undefined) continue;
                const number = numbers.get(foldPath(path));
                const kept = number === undefined ? '' : ` What is in it now was kept as revision ${number}.`;
                writeLine(stderr, `${outsideSentence(path, change, now)}${kept}`);
            }
        };
        if (!keeps) return say(new Map());
        say(await repository.keepFound(done));
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        writeLine(stderr, error.message);
    }
}
