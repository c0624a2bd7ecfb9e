import type { FileContent, History, HistoryEvent, HistoryQuery, RevisionFacts } from '../history/historyEvent';
import type { HistoryMark, HistoryPiece, HistoryStep } from '../history/historyReader';
import type { LeasedFolder } from '../disk/replaceFile';
import type { KeptContents } from './keptContents';
import type { Lock } from './lockEntry';
import type { LockTable } from './lockTable';
import type { RestorePreview } from './locksRestore';
import type { Refusal } from './refusal';
import type { Renaming, RenameTerms } from './renameRule';
import type { CheckOutRequest, Outcome, SeenLock } from './rules';

/** What is in files, by their folded paths. */
export interface KnownContents {
    get(foldedPath: string): FileContent | undefined;
    /** Makes sure of it while nobody else can change a lock. May be called again. Must not reject because of the disk. */
    lookAgain?(paths: readonly string[]): Promise<void>;
}

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
    /** Keeps what is checked in. */
    readonly revise?: Revise | undefined;
    /** The number of the revision that is put back into a file. */
    readonly restoredFrom?: number | undefined;
    /** Whether that is its latest revision, which had not arrived at this site. */
    readonly isFetched?: boolean | undefined;
    /** What is in the files now, for the history. */
    readonly contents?: KnownContents;
    /** Whether a check-in or undo may end a check-out of another computer; see `onThisComputer`. */
    readonly fromOtherComputer?: boolean;
}

/**
 * Changes what is in a file while nobody else can change its lock. May be called again.
 * @param path inside the repository, as it was asked for
 */
export type Place = (lease: PlacingLease, path: string) => Promise<void>;

/** What a `Place` needs of the mutex: a folder that is gone as soon as the mutex is lost. */
export interface PlacingLease extends LeasedFolder {
    temporary(stem: string): string;
    /**
     * The next number for a revision of a file, where the names on one disk do not decide that: several sites have their own.
     * @param file path inside the repository
     * @param taken the highest that the caller knows of
     */
    numberAfter?(file: string, taken: number): Promise<number>;
    atFailpoint(moment: 'beforeFile'): void | Promise<void>;
}

/** The revisions that a file got, for its line in the history. */
export interface Revised {
    /** What was in the file before, and no check-in had kept. */
    readonly found?: RevisionFacts | undefined;
    /** What is checked in; none where there is no file. */
    readonly revision?: RevisionFacts | undefined;
    /** The revision that was put back, and is checked in unchanged. */
    readonly restoredFrom?: number | undefined;
    /** Why there is no revision, where the check-in is made without. */
    readonly notKept?: Refusal | undefined;
    /** The folder in which its content is, where only one of several sites has it. */
    readonly keptIn?: string | undefined;
    /** The same of what was in the file before. */
    readonly foundIn?: string | undefined;
}

/**
 * Gives their numbers to staged revisions, while nobody else can change the locks. May be called again.
 * @param paths of the files whose change is about to be made, as they were asked for
 * @returns by folded paths
 * @throws when one cannot be kept, and then nothing is changed
 */
export type Revise = (lease: PlacingLease, paths: readonly string[]) => Promise<ReadonlyMap<string, Revised>>;

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
    /**
     * Absolute path of the locks file, or of what stands for it: revisions lie beside it, and it is the beginning of the names
     * of hidden folders in which contents may be prepared for a `Place`.
     */
    readonly staging: string;
    /** What is kept of revisions for all sites, where there are several: they need not have the same files at the same time. */
    readonly contents?: KeptContents;
    /** The locks in force. */
    list(): Promise<StoredLocks>;
    /** The mark of the locks in force now; costs next to nothing. */
    mark(): Promise<LocksMark>;
    /**
     * Tells that the locks may have changed, as far as the store hears of it by itself. It may miss changes: `mark` is the truth.
     * @returns what ends it
     */
    onHint?(listener: () => void): () => void;
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
    takeOver(requests: readonly SeenLock[], lock: Lock, terms?: ChangeTerms): Promise<ChangedLocks>;
    /**
     * Ends the check-outs of files, each if its lock is the one that the person was shown; see the rule `undo`.
     * @param place puts a file back meanwhile, under the mutex; when it fails, the check-out of that file stays: of one file
     * the failure is thrown, of several it is a refusal
     */
    undo(requests: readonly SeenLock[], user: string, place: Place, terms?: ChangeTerms): Promise<ChangedLocks>;
    /** Changes what is in files under the mutex, if the user still has them under the locks that they were shown. */
    replaceContents(
        requests: readonly SeenLock[],
        user: string,
        place: Place,
        terms?: ChangeTerms,
    ): Promise<ChangedLocks>;
    /**
     * Keeps what somebody put into files outside of CNC Checkout, of those whose locks are still the ones that were seen.
     * @param requests `seen` is undefined for a file that nobody has
     * @returns the revisions, by folded paths
     */
    keepFound(
        requests: readonly { readonly path: string; readonly seen: Lock | undefined }[],
        user: string,
        revise: Revise,
    ): Promise<ReadonlyMap<string, RevisionFacts>>;
    /**
     * Writes into the history what changes no lock.
     * @param tell finds that out while nobody else can change a lock; may be called again
     */
    record(tell: (table: LockTable) => Promise<readonly HistoryEvent[]>): Promise<void>;
    /**
     * Moves the locks of a file, or of those below a folder, to another path; see the rule of that name.
     * @param place renames the file itself meanwhile, under the mutex; without it, it was renamed already
     */
    rename(renaming: Renaming, terms: RenameTerms, place?: Place): Promise<ChangedLocks>;
    /** Notes in the history that files were deleted which are checked out, and stay so. @returns one outcome for each such file */
    noteDeletion(paths: readonly string[], user: string): Promise<ChangedLocks>;
    /** Gives the locks of this computer another name for the same holder; see the rule of that name. */
    carryAlong(from: string, to: string): Promise<ChangedLocks>;
    /** What was done, the newest first. */
    history(wanted: HistoryQuery): Promise<History>;
    /** How many bytes there are to read of what was done. @throws the system error */
    historyBytes(): Promise<number>;
    /** What was done since a mark, the oldest first. */
    historySince(since?: HistoryMark): Promise<HistoryStep>;
    /**
     * The same in lines, for readers of what they tell of revisions: others may be left out. See `readHistoryPieces`.
     * @param files paths inside the repository; what tells of no other names of these may be left out, too
     */
    historyPieces(since?: HistoryMark, files?: readonly string[]): AsyncIterable<HistoryPiece>;
    /** What a restore of the last good copy would change. */
    previewRestore(): Promise<RestorePreview>;
    /** Puts the last good copy in force, if it and the locks are still what the person was shown. */
    restore(preview: RestorePreview): Promise<RestoredLocks>;
}
