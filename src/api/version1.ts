import type { CancellationToken, Event, Uri } from 'vscode';

/** What the extension `cnc-checkout.cnc-checkout` exports. */
export interface CncCheckoutExports {
    /** Throws for a version that this CNC Checkout does not have; the message says which it has. */
    getApi(version: 1): CncCheckoutApi;
}

export interface CncCheckoutApi {
    /** The repositories that are open in this window. Waits until they were found and read for the first time. */
    getRepositories(): Promise<readonly CncRepository[]>;

    /**
     * Reads the locks and returns a file of an open repository, with its holder. Undefined for a resource outside every
     * repository. Rejects while the locks cannot be read: the share is unreachable, or the locks file is damaged.
     */
    getFile(uri: Uri): Promise<CncFile | undefined>;

    /** Checks files out, each unless it is refused. One outcome for each file, in order. Asks the user nothing. */
    checkOut(uris: readonly Uri[], options?: CncChangeOptions): Promise<readonly CncOutcome[]>;

    /** Saves unsaved edits in files and checks them in, each unless it is refused. Asks the user nothing. */
    checkIn(uris: readonly Uri[], options?: CncChangeOptions): Promise<readonly CncOutcome[]>;

    /** Fires when the holder of these files may have changed, or whether they exist. */
    readonly onDidChangeFiles: Event<readonly Uri[]>;

    /** Other repositories are open, or the problem of one came or went. */
    readonly onDidChangeRepositories: Event<void>;
}

/** A repository as it is now: ask again after `onDidChangeRepositories`. */
export interface CncRepository {
    readonly name: string;
    /** Its folder of CAM files. */
    readonly root: Uri;
    /** The name under which this window checks files out in it. */
    readonly user: string;
    /** Why the locks of this repository cannot be read now, in finished sentences; undefined where they can. */
    readonly problem: string | undefined;
    /** Reads the locks and returns all checked-out files. Rejects while the locks cannot be read. */
    getCheckedOutFiles(): Promise<readonly CncFile[]>;
}

export interface CncFile {
    readonly uri: Uri;
    /** Its path inside the repository, with `/` between folders. */
    readonly path: string;
    readonly state: 'available' | 'heldByMe' | 'heldByOthers';
    /** The name of the holder, as it was written. Undefined where nobody has the file, or where `problem` is set. */
    readonly holder: string | undefined;
    /** When it was checked out; undefined where that cannot be read. */
    readonly since: Date | undefined;
    /** Why it was checked out, as its holder wrote it; may be empty. */
    readonly message: string | undefined;
    /** The computer at which it was checked out; older programs do not say. */
    readonly host: string | undefined;
    /** Why nobody can tell who has it, in finished sentences: its lock cannot be read. Its state is `heldByOthers`. */
    readonly problem: string | undefined;
    /** Whether somebody has it and there is no such file in the repository. */
    readonly isMissing: boolean;
}

export interface CncChangeOptions {
    /** Why, for the colleagues. A shop can require one for each check-out. */
    readonly message?: string;
    /** Whether no file of a repository is to be changed when one of them is refused. */
    readonly allOrNone?: boolean;
    /** Cancelled, it leaves alone the files that were not looked at yet, and their outcome says so. */
    readonly token?: CancellationToken;
}

export type CncOutcome = CncDone | CncNotDone;

/** A file that was checked out or in. */
export interface CncDone {
    readonly uri: Uri;
    readonly result: 'done';
    /** The number of the revision that has what was checked in, where one has. */
    readonly revision: number | undefined;
    /** What somebody should know of it all the same, such as that it was too large for a revision. */
    readonly notice: string | undefined;
}

/** A file that was left as it was; if `unconfirmed`, nobody can tell whether it was: look before you go on. */
export interface CncNotDone {
    readonly uri: Uri;
    readonly result: 'refused' | 'unconfirmed';
    /** Why, for programs. There may be more codes than are documented. */
    readonly code: string;
    /** Why, and what to do, in finished sentences. */
    readonly message: string;
    /** Who has the file, where that is why. */
    readonly holder: string | undefined;
}
