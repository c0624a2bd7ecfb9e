import type { FileContent, History, HistoryQuery } from '../history/historyEvent';
import type { Lock, LockTable } from './lockTable';
import type { RestorePreview } from './locksRestore';
import type { FileWork } from './fileWork';
import type { CheckOutRequest, Outcome, TakeOverRequest } from './rules';
import type { HeldFile } from './undoRule';

/** How a check-out or check-in of several files is meant. */
export interface ChangeTerms {
    /** Whether no file is to be changed when one is refused; see the rule `together`. */
    readonly allOrNone?: boolean;
    /** What is said of a check-in, for the history. */
    readonly message?: string;
    /** Whether files stay checked out after their check-in, under a new time. */
    readonly keep?: boolean;
    /** As what a check-in is told in the history. */
    readonly action?: 'check-in' | 'undo';
    /** What is in the files now, for the history, by their folded paths. */
    readonly contents?: ReadonlyMap<string, FileContent>;
}

/** Two equal marks of one store mean that the locks did not change in between. */
export type LocksMark = string;

/** The locks in force at one moment. */
export interface StoredLocks {
    readonly table: LockTable;
    /** The mark that `mark()` gives until they change; undefined when no mark is reliable yet, so that the next look reads them. */
    readonly mark: LocksMark | undefined;
}

/** The locks after a change, and one outcome for each file, in the order in which they were asked for. */
export interface ChangedLocks extends StoredLocks {
    readonly outcomes: readonly Outcome[];
}

/** The locks after the last good copy was put back in force. */
export interface RestoredLocks extends StoredLocks {
    /** The copy of what was in force before, or undefined when there was nothing. */
    readonly setAside: string | undefined;
}

/**
 * Where the locks of a repository are kept. Every change is one transaction and returns the locks after it, so that nobody
 * has to read them again. Every method throws a CheckoutError when it could not be carried out.
 */
export interface LockStore {
    /** The locks in force. */
    list(): Promise<StoredLocks>;
    /** The mark of the locks in force now; costs next to nothing. */
    mark(): Promise<LocksMark>;
    /** Checks files out with the same lock for each; see the rule of that name. */
    checkOut(
        requests: readonly CheckOutRequest[],
        lock: Lock,
        extensions: ReadonlySet<string>,
        terms?: ChangeTerms,
    ): Promise<ChangedLocks>;
    /** Checks files in; see the rule of that name. */
    checkIn(paths: readonly string[], user: string, terms?: ChangeTerms): Promise<ChangedLocks>;
    /** Takes files over with the same lock for each; see the rule of that name. */
    takeOver(requests: readonly TakeOverRequest[], lock: Lock, terms?: ChangeTerms): Promise<ChangedLocks>;
    /**
     * Ends check-outs, each once its file is put back; see the rule of that name. When it throws, files may have been put
     * back, which `work` knows.
     */
    undo(files: readonly HeldFile[], user: string, work: FileWork, terms?: ChangeTerms): Promise<ChangedLocks>;
    /** Puts another content into a file, while `user` holds it under the lock that was shown. */
    putBack(file: HeldFile, user: string, work: FileWork, terms?: ChangeTerms): Promise<ChangedLocks>;
    /** What was done, the newest first. */
    history(wanted: HistoryQuery): Promise<History>;
    /** What a restore of the last good copy would change. */
    previewRestore(): Promise<RestorePreview>;
    /** Puts the last good copy in force, if it and the locks are still what the person was shown. */
    restore(preview: RestorePreview): Promise<RestoredLocks>;
}
