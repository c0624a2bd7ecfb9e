import { foldPath } from '../base/repositoryPath';
import type { FileContent, HistoryEvent } from '../history/historyEvent';
import type { ChangedLocks, KnownContents, PlacingLease, StoredLocks } from './lockStore';
import type { Change } from './locksFile';
import type { Lock } from './lockEntry';
import type { LockTable } from './lockTable';
import { cancelled } from './refusal';
import type { Done, Outcome, RuleResult } from './rules';

/** What was in a checked-out file at its check-out, and the time of that, as its lock has it. */
interface ContentAtCheckOut {
    readonly time: string;
    readonly content: FileContent;
}

/** The locks after a change, and what the change answered. */
export interface UpdatedLocks<T> extends StoredLocks {
    readonly result: T;
    /** The locks that were set, by folded paths, where a store has its own name for the holder and its own time. */
    readonly stamped?: ReadonlyMap<string, Lock>;
}

/** How a rule changes locks: what a store has to give so that everything can be done with locks there. */
export abstract class LockTransactions {
    /** In whose name the locks are changed. */
    protected abstract readonly owner: { readonly user: string; readonly host: string };

    /**
     * Changes the locks in one transaction. `change` may be called several times and must be pure.
     * @param stands whether the change is in force in a table, for a store that cannot tell otherwise; see `LocksFile.update`
     * @param lastly done at the last moment before the change is in force; done again when the change is tried again
     * @param changesContents whether that changes what is in files, so that nobody else may get their locks meanwhile
     * @throws CheckoutError; unless its code is `changeUnconfirmed`, nothing was changed
     */
    protected abstract update<T>(
        change: Change<T>,
        stands: (table: LockTable, result: T, certain: boolean) => boolean,
        lastly?: (lease: PlacingLease, result: T) => Promise<void>,
        changesContents?: boolean,
    ): Promise<UpdatedLocks<T>>;

    /** What was in checked-out files at their check-out, by folded paths, as far as that is known. Never rejects. */
    protected abstract contentsAtCheckOut(paths: readonly string[]): Promise<ReadonlyMap<string, ContentAtCheckOut>>;

    protected apply(
        rule: Rule,
        stands: (table: LockTable, done: Done, certain: boolean) => boolean,
        eventsOf: (done: Done) => readonly HistoryEvent[],
        contents?: KnownContents,
        lastly?: Lastly,
        changesContents = false,
    ): Promise<ChangedLocks> {
        return this.applyAll(rule, stands, (done) => done.flatMap(eventsOf), contents, lastly, changesContents);
    }

    /** @param eventsOf what the history says of all that was done; not asked when everything was refused */
    protected async applyAll(
        rule: Rule,
        stands: (table: LockTable, done: Done, certain: boolean) => boolean,
        eventsOf: (done: readonly Done[]) => readonly HistoryEvent[],
        contents?: KnownContents,
        lastly?: Lastly,
        changesContents = false,
    ): Promise<ChangedLocks> {
        const { table, mark, result, stamped } = await this.update(
            (before) => {
                const { table: after, outcomes } = rule(before);
                const done = outcomes.filter(isDone);
                const isRefused = done.length === 0 && outcomes.length > 0;
                const events = async (whenReady: Promise<void>): Promise<readonly HistoryEvent[]> => {
                    await contents?.lookAgain?.(done.map(({ path }) => path));
                    await whenReady;
                    return eventsOf(done);
                };
                return { table: after, result: outcomes, outcomes, events: isRefused ? [] : events };
            },
            (after, outcomes, certain) => outcomes.filter(isDone).every((done) => stands(after, done, certain)),
            lastly,
            changesContents,
        );
        return { table, mark, outcomes: result.map((outcome) => asStamped(outcome, stamped)) };
    }
}

/** An outcome with its lock as the store recorded it. */
function asStamped(outcome: Outcome, stamped: UpdatedLocks<unknown>['stamped']): Outcome {
    const lock = isDone(outcome) ? stamped?.get(foldPath(outcome.path)) : undefined;
    if (!isDone(outcome) || lock === undefined) return outcome;
    return outcome.kept === undefined ? { ...outcome, lock } : { ...outcome, kept: lock };
}

/** Whether a rule did what was asked for with a file. */
export function isDone(outcome: Outcome): outcome is Done {
    return outcome.refusal === undefined;
}

type Lastly = (lease: PlacingLease, outcomes: readonly Outcome[]) => Promise<void>;
/** A pure rule of the lock table. */
export type Rule = (table: LockTable) => RuleResult;

/** The outcome of a file that was not reached when the person cancelled. */
export function leftAlone(path: string): Outcome {
    return { path, refusal: cancelled(path) };
}
