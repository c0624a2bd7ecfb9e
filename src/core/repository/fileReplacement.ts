import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { describeError, isSystemError, systemCode } from '../base/errors';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { READING } from '../disk/readFile';
import { retry } from '../disk/retry';
import { rightsOf } from '../disk/rights';
import { cancelled, type Refusal } from '../locks/refusal';
import type { Lease } from '../mutex/lease';
import { hashOfFile, sameTimes, type FileTimes } from '../revisions/contentStore';
import { StagedContent, type ContentCopy } from '../revisions/stagedContent';
import type { KeptUndone, VersionStore } from '../revisions/versionStore';

/** A file whose content is to be replaced, as the person was shown it. */
export interface FileToReplace {
    /** Path inside the repository. */
    readonly path: string;
    /** Size and time that they were shown; undefined for a file that is not there. */
    readonly seen: FileTimes | undefined;
    /** What is to be in it; undefined where it stays as it is. */
    readonly content: ContentCopy | undefined;
}

/** Where that is, and where what it replaces is kept. */
export interface Surroundings {
    /** Absolute path of the repository. */
    readonly root: string;
    /** Absolute path of the file. */
    readonly diskPath: string;
    readonly versions: VersionStore;
}

/** Milliseconds of a second, in which disks with coarse times count. */
const SECOND_MS = 1000;

/** The replacement of what is in one file: prepared without the mutex, carried out under it, and never through a link. */
export class FileReplacement {
    /** Why the file is left as it is. */
    refusal: Refusal | undefined;
    private staged: StagedContent | undefined;
    /** What it discards. */
    private kept: KeptUndone | undefined;
    private became: 'untouched' | 'replaced' | 'unknown' = 'untouched';

    constructor(
        private readonly file: FileToReplace,
        private readonly where: Surroundings,
    ) {}

    /** Path inside the repository. */
    get path(): string {
        return this.file.path;
    }

    /** Absolute path. */
    get diskPath(): string {
        return this.where.diskPath;
    }

    /** Whether the new content is in its place. */
    get isDone(): boolean {
        return this.became === 'replaced';
    }

    /** Whether no link leads to it. */
    async isReachable(): Promise<boolean> {
        return !(await isBehindLink(this.where.root, this.diskPath));
    }

    /** Keeps what is replaced, and copies what replaces it beside the file. Says in `refusal` why that cannot be. */
    async prepare(signal: AbortSignal | undefined): Promise<void> {
        const { content, seen, path } = this.file;
        if (signal?.aborted) return this.refuse(cancelled(path));
        try {
            if (!(await this.isReachable())) return this.refuse(isLink(path));
            if (content === undefined) return;
            const rights = seen && rightsOf(await lstat(this.diskPath));
            if (seen !== undefined && !(await this.keep(seen))) return;
            this.staged = await StagedContent.create(content, this.diskPath, { rights, signal });
            if (this.staged === undefined) this.refuse(cancelled(path));
        } catch (error) {
            this.refuse(notReplaced(path, error));
        }
    }

    /** Puts the content in place, if the file is still what the person was shown. May be called again. */
    async carryOut(lease: Lease, stem: string): Promise<void> {
        const { path, seen } = this.file;
        if (this.isDone || this.refusal !== undefined) return;
        try {
            if (!(await this.isReachable())) return this.refuse(isLink(path));
            if (!(await this.isAsSeen())) return this.refuse(changed(path));
            if (this.staged === undefined) return;
            const options = { isNew: seen === undefined, isUntouched: () => this.isAsSeen() };
            const beforeRename = (): void | Promise<void> => lease.atFailpoint('beforeFile');
            this.became = await this.staged.replace(lease, stem, options, beforeRename);
            if (this.became === 'unknown') this.refuse(unknown(path));
            if (this.became === 'untouched') this.refuse(overtaken(path));
        } catch (error) {
            this.refuse(notReplaced(path, error));
        }
    }

    /** Removes what is not needed any more. What was discarded, or may have been, stays. */
    async finish(): Promise<void> {
        await this.staged?.remove();
        if (this.became === 'untouched' && this.kept !== undefined) {
            await this.where.versions.forgetUndone(this.kept);
        }
    }

    private refuse(refusal: Refusal): void {
        this.refusal = refusal;
    }

    private async keep(was: FileTimes): Promise<boolean> {
        const { root, diskPath, versions } = this.where;
        const { path } = this.file;
        try {
            this.kept = await versions.keepUndone({ root, path }, { diskPath, was }, Date.now());
            if (this.kept === undefined) this.refuse(changed(path));
        } catch (error) {
            this.refuse(notKept(path, error));
        }
        return this.kept !== undefined;
    }

    private async isAsSeen(): Promise<boolean> {
        const { seen } = this.file;
        const { diskPath } = this.where;
        const now = await lookAt(diskPath);
        if (now === undefined || seen === undefined) return now === seen;
        if (!sameTimes(now, seen)) return false;
        // A disk with coarse times may have been written to since, and the file have the same one.
        if (this.kept === undefined || seen.mtimeMs % SECOND_MS !== 0) return true;
        return (await hashOfFile(diskPath)) === this.kept.sha256;
    }
}

/**
 * The size and time of a file now, asked of the open file: what a client of a file server says of a path may be 10 s old.
 * @returns undefined when there is none
 * @throws the system error, or an error that says what else is there
 */
async function lookAt(diskPath: string): Promise<FileTimes | undefined> {
    try {
        const handle = await retry(() => open(diskPath, READING | constants.O_NOFOLLOW));
        try {
            const stats = await handle.stat();
            if (!stats.isFile()) throw new Error('it is no file any more');
            return { size: stats.size, mtimeMs: stats.mtimeMs };
        } finally {
            await handle.close();
        }
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
    }
}

function changed(path: string): Refusal {
    return {
        code: 'fileChanged',
        message: `${path} was not changed, because it was saved while you were deciding. Look again before you decide.`,
    };
}

function isLink(path: string): Refusal {
    return {
        code: 'fileNotRestored',
        message: `${path} was not changed, because it or one of its folders is a link now, and links are not followed.`,
    };
}

function overtaken(path: string): Refusal {
    return {
        code: 'fileNotRestored',
        message: `${path} was not changed, because the change took too long, or another program was faster. Look again before you decide.`,
    };
}

function unknown(path: string): Refusal {
    return {
        code: 'fileNotRestored',
        message: `The share went away while ${path} was being replaced, so look at what is in it now. It stays checked out, and what was in it can be restored for 7 days.`,
    };
}

function notReplaced(path: string, error: unknown): Refusal {
    const { reason, advice } = explainIoError(error, 'write');
    const help = isSystemError(error) ? advice : 'Look again before you decide.';
    return { code: 'fileNotRestored', message: `${path} was not changed, because ${reason}. ${help}` };
}

function notKept(path: string, error: unknown): Refusal {
    const { reason } = explainIoError(error, 'write');
    const why = isSystemError(error) ? `${reason} (${describeError(error)})` : reason;
    return {
        code: 'fileNotRestored',
        message: `${path} was not changed, because what is in it could not be kept on this computer first: ${why}.`,
    };
}
