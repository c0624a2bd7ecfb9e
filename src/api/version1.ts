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
     * A file of an open repository and who has it, by the locks as they are now. Undefined for a resource that is none.
     * Rejects while nobody can tell who has what: the share is away, the locks file is damaged.
     */
    getFile(uri: Uri): Promise<CncFile | undefined>;

    /** Checks files out, each unless it is refused. One outcome for each file, in order. Asks the user nothing. */
    checkOut(uris: readonly Uri[], options?: CncChangeOptions): Promise<readonly CncOutcome[]>;

    /** Saves unsaved edits in files and checks them in, each unless it is refused. Asks the user nothing. */
    checkIn(uris: readonly Uri[], options?: CncChangeOptions): Promise<readonly CncOutcome[]>;

    /** What is known of these files may have changed: who has them, or whether they are there. */
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
    /** Why nobody can tell who has what now, in finished sentences; undefined where all is well. */
    readonly problem: string | undefined;
    /** All files that somebody has checked out, by the locks as they are now. Rejects while nobody can tell. */
    getCheckedOutFiles(): Promise<readonly CncFile[]>;
}

export interface CncFile {
    readonly uri: Uri;
    /** Its path inside the repository, with `/` between folders. */
    readonly path: string;
    readonly state: 'available' | 'heldByMe' | 'heldByOthers';
    /** Who has it, as the name was written. Undefined where nobody has it, and where `problem` says why nobody can tell. */
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
