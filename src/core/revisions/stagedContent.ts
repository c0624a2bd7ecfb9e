import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { copyOver } from '../disk/durableCopy';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { moveWithinDisk, removeFile } from '../disk/moveFile';
import { READING, withRegular } from '../disk/regularFile';
import { replaceFile, type LeasedFolder, type Replacement } from '../disk/replaceFile';
import { retry } from '../disk/retry';
import { keepRights, returnRights } from '../disk/rights';
import { isTemporary, temporaryPath } from '../disk/stagedFile';
import type { StagingFolder } from '../disk/stagingFolder';
import { isCoarse, sameTimes, type FileRights, type FileTimes } from '../disk/fileState';
import { hashOfFile, type Content } from './contentStore';

/** A content that is kept on this computer, or as a revision. The rights that its file had are needed only where that is no longer there. */
export interface ContentCopy extends Content, FileRights {
    /** Absolute path of a copy, or what writes the content into an empty file and forces it to the disk. */
    readonly copy: string | ((target: string) => Promise<void>);
    /** When the file with this content was last changed, in milliseconds since 1970, where that is known. */
    readonly mtimeMs?: number;
}

/** A state of a file, as a person was shown it. */
export interface SeenFile extends FileTimes {
    /** The hash of its content, where that is known: some disks keep times so coarsely that two states have the same. */
    readonly sha256?: string | undefined;
}

/** The folder of a lease, where a file can lie that disappears as soon as the lease is lost. */
export interface LeasedStaging extends LeasedFolder {
    /** A path in it. @param stem beginning of the file's name */
    temporary(stem: string): string;
    /** Called right before a file is renamed out of it. For tests. */
    atFailpoint(moment: 'beforeFile'): void | Promise<void>;
}

/**
 * The size and time of a file now.
 * @returns undefined when there is none
 * @throws CheckoutError `fileNotRestored` when the disk does not say
 */
export async function timesOf(diskPath: string): Promise<FileTimes | undefined> {
    try {
        const { size, mtimeMs } = await stat(diskPath);
        return { size, mtimeMs };
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw notRestored(diskPath, error);
    }
}

/**
 * Makes sure that a file is still the one that a person was shown, and that no link leads to it.
 * @param seen undefined for no file
 * @throws CheckoutError `fileNotRestored`
 */
export async function requireAsSeen(root: string, diskPath: string, seen: SeenFile | undefined): Promise<void> {
    try {
        await requireNoLink(root, diskPath);
        if (!(await isAsSeen(diskPath, seen))) throw new Error('it was changed while you were deciding');
    } catch (error) {
        throw notRestored(diskPath, error);
    }
}

async function requireNoLink(root: string, diskPath: string): Promise<void> {
    if (await isBehindLink(root, diskPath)) throw new Error('a link took its place, or that of its folder');
}

async function isAsSeen(diskPath: string, seen: SeenFile | undefined): Promise<boolean> {
    const now = await lookAt(diskPath);
    if (now === undefined || seen === undefined) return now === seen;
    if (!sameTimes(now, seen)) return false;
    const { sha256 } = seen;
    return sha256 === undefined || !isCoarse(seen) || (await hashOfFile(diskPath)) === sha256;
}

/**
 * The size and time of an open file: what a client of a file server says of a path may be 10 s old.
 * @returns undefined when there is no such file
 */
async function lookAt(diskPath: string): Promise<FileTimes | undefined> {
    try {
        return await retry(() =>
            withRegular(
                diskPath,
                ({ stats: { size, mtimeMs } }) => Promise.resolve({ size, mtimeMs }),
                READING | constants.O_NOFOLLOW,
            ),
        );
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
    }
}

/**
 * A kept content, copied to the disk of the program that it is to replace, before anybody waits for the mutex. It replaces the
 * program only out of the folder of the lease: a process that lost the mutex, even a moment before, has nothing to rename.
 */
export class StagedContent {
    private became: Replacement | undefined;
    /** The hash of the file that it replaces, once that is known. */
    private seenHash: string | undefined;
    private failure: unknown;

    private constructor(
        private readonly root: string,
        private readonly diskPath: string,
        private readonly aside: string,
        private readonly seen: FileTimes | undefined,
        private readonly content: ContentCopy,
    ) {}

    /**
     * Copies the content to the disk of the file, checks it, and gives it the rights and the time that it is to have there.
     * Beside the file there is an empty one for a moment: what may be done with a new file is decided by its first folder.
     * @param folder where the copy lies meanwhile, if that is on the same disk
     * @param root absolute path of the repository
     * @param diskPath absolute path of the file
     * @param seen how the file was when a person agreed; undefined for no file
     * @throws CheckoutError `fileNotRestored`, and then the file is as it was
     */
    static async stage(
        content: ContentCopy,
        root: string,
        diskPath: string,
        seen: FileTimes | undefined,
        folder: StagingFolder,
    ): Promise<StagedContent> {
        let aside = temporaryPath(diskPath, randomUUID());
        try {
            await requireNoLink(root, diskPath);
            await (await open(aside, 'wx')).close();
            aside = (await folder.take(aside, path.basename(diskPath))) ?? aside;
            const { copy } = content;
            await (typeof copy === 'string' ? copyOver(copy, aside) : copy(aside));
            // A copy that decayed must not become the program on the share.
            if ((await hashOfFile(aside)) !== content.sha256) throw new Error('its copy on this computer is damaged');
            await dress(aside, content, diskPath, seen);
            return new StagedContent(root, diskPath, aside, seen, content);
        } catch (error) {
            await removeFile(aside).catch(() => undefined); // The first error says more.
            throw notRestored(diskPath, error);
        }
    }

    /** Whether it is in its place. */
    get isPlaced(): boolean {
        return this.became === 'replaced';
    }

    /** Whether it may be in its place: the share went away, and nobody can tell. */
    get isInDoubt(): boolean {
        return this.became === 'unknown';
    }

    /** Tells the content of the file that it replaces, for disks on which size and time do not tell enough. */
    expect(sha256: string): void {
        this.seenHash = sha256;
    }

    /**
     * Replaces the file, if that is still the one that the person was shown. May be called again when it is placed already.
     * @throws CheckoutError `fileNotRestored`, and then the file is as it was, unless the sentence says otherwise
     */
    async place(lease: LeasedStaging): Promise<void> {
        if (this.isPlaced) return;
        // What failed once has nothing left to rename, and the first reason is the one to tell.
        if (this.failure !== undefined) throw this.failure;
        try {
            const seen = this.seen && { ...this.seen, sha256: this.seenHash };
            await requireAsSeen(this.root, this.diskPath, seen);
            this.became = await this.rename(lease, () => isAsSeen(this.diskPath, seen));
            if (this.became === 'untouched') throw new Error('the change took too long, or another program was faster');
            if (this.became === 'unknown') throw inDoubt(this.diskPath);
            if (this.seen === undefined) await finishNew(this.diskPath, this.content);
        } catch (error) {
            this.failure = notRestored(this.diskPath, error);
            throw this.failure;
        }
    }

    private async rename(lease: LeasedStaging, isUntouched: () => Promise<boolean>): Promise<Replacement> {
        const options = {
            isNew: this.seen === undefined,
            isUntouched,
            // The last moment: somebody may have put a link in the place of a folder just now.
            require: () => requireNoLink(this.root, this.diskPath),
        };
        const inLease = lease.temporary(`program.${randomUUID().slice(0, 8)}`);
        const isInLease = await moved(this.aside, inLease);
        await lease.atFailpoint('beforeFile');
        if (isInLease) return replaceFile(inLease, this.diskPath, { ...options, folder: lease });
        // On two disks nothing can be renamed out of the lease; then a look must do.
        if (lease.isLate || !(await lease.isOurs())) return 'untouched';
        return replaceFile(this.aside, this.diskPath, options);
    }

    /** Removes what was not placed. */
    async remove(): Promise<void> {
        await removeFile(this.aside).catch(rethrowUnlessSystemError);
    }
}

/** What a process staged that may have been killed. Only the holder of a file stages a content for it. */
export interface Leftover {
    /** The name of the file. */
    readonly name: string;
    /** Absolute path of what was staged. */
    readonly staged: string;
}

/** What was staged beside the programs of a folder; nothing where that cannot be told. */
export async function leftoversIn(folder: string): Promise<Leftover[]> {
    try {
        const names = (await readdir(folder)).filter(isTemporary);
        return names.map((name) => ({ name: name.replace(/\.[^.]+\.tmp$/, ''), staged: path.join(folder, name) }));
    } catch (error) {
        rethrowUnlessSystemError(error);
        return [];
    }
}

async function dress(
    aside: string,
    content: ContentCopy,
    diskPath: string,
    seen: FileTimes | undefined,
): Promise<void> {
    if (seen !== undefined) await keepRights(diskPath, aside);
    else await returnRights(aside, content, path.dirname(diskPath));
    const { mtimeMs } = content;
    if (mtimeMs !== undefined) await utimes(aside, new Date(), mtimeMs / 1000).catch(rethrowUnlessSystemError);
}

/** Where a disk knows no links, a new file is a copy of what was staged, without its rights and its time. */
async function finishNew(diskPath: string, content: ContentCopy): Promise<void> {
    const { mtimeMs } = content;
    if (mtimeMs === undefined) return returnRights(diskPath, content, path.dirname(diskPath));
    if (Math.abs(((await timesOf(diskPath))?.mtimeMs ?? mtimeMs) - mtimeMs) < 1) return;
    await returnRights(diskPath, content, path.dirname(diskPath));
    await utimes(diskPath, new Date(), mtimeMs / 1000).catch(rethrowUnlessSystemError);
}

/** Moves a file into another folder. @returns false when that is on another disk */
async function moved(from: string, to: string): Promise<boolean> {
    try {
        return await moveWithinDisk(from, to);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        throw new Error('another program was faster, or removed what was to replace it', { cause: error });
    }
}

function inDoubt(diskPath: string): CheckoutError {
    const message = `The share went away while ${diskPath} was being replaced, so look at what is in it now. It stays checked out, and its discarded changes can be restored for 7 days.`;
    return new CheckoutError('fileNotRestored', message, diskPath);
}

function notRestored(diskPath: string, cause: unknown): CheckoutError {
    if (cause instanceof CheckoutError) return cause;
    const { reason, advice } = explainIoError(cause, 'write');
    const help = isSystemError(cause) ? advice : 'Look at it, and decide again.';
    return new CheckoutError('fileNotRestored', `${diskPath} was not changed, because ${reason}. ${help}`, diskPath, {
        cause,
    });
}
