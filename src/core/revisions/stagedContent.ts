import { randomUUID } from 'node:crypto';
import { chmod, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { copyDurably } from '../disk/durableCopy';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { replaceFile, type LeasedFolder } from '../disk/replaceFile';
import { keepRights } from '../disk/rights';
import { isTemporary, temporaryPath } from '../disk/stagedFile';
import { hashOfFile, sameTimes, type Content, type FileTimes } from './contentStore';

/** A copy of a content on this computer. */
export interface ContentCopy extends Content {
    /** Absolute path. */
    readonly copy: string;
    /** When the file with this content was last changed, in milliseconds since 1970, where that is known. */
    readonly mtimeMs?: number;
    /** Its permission bits, where they are known; needed only for a file that is no longer there. */
    readonly mode?: number;
}

/** The folder of a lease, where a file can lie that disappears as soon as the lease is lost. */
export interface LeasedStaging extends LeasedFolder {
    /** A path in it. @param stem beginning of the file's name */
    temporary(stem: string): string;
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
export async function requireAsSeen(root: string, diskPath: string, seen: FileTimes | undefined): Promise<void> {
    if (await isBehindLink(root, diskPath)) {
        throw notRestored(diskPath, new Error('a link took its place, or that of its folder'));
    }
    const now = await timesOf(diskPath);
    const isSame = now === undefined || seen === undefined ? now === seen : sameTimes(now, seen);
    if (!isSame) throw notRestored(diskPath, new Error('it was changed while you were deciding'));
}

/**
 * A kept content, copied beside the program that it is to replace, before anybody waits for the mutex. It replaces the
 * program only out of the folder of the lease: a process that lost the mutex, even a moment before, has nothing to rename.
 */
export class StagedContent {
    private placed = false;

    private constructor(
        private readonly root: string,
        private readonly diskPath: string,
        private readonly aside: string,
        private readonly seen: FileTimes | undefined,
    ) {}

    /**
     * Copies the content beside the file, checks it, and gives it the rights and the time that it is to have there.
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
    ): Promise<StagedContent> {
        const aside = temporaryPath(diskPath, randomUUID());
        try {
            if (await isBehindLink(root, diskPath)) throw new Error('a link took its place, or that of its folder');
            await removeLeftovers(diskPath);
            await copyDurably(content.copy, aside);
            // A copy that decayed on this computer must not become the program on the share.
            if ((await hashOfFile(aside)) !== content.sha256) throw new Error('its copy on this computer is damaged');
            await dress(aside, content, diskPath, seen);
            return new StagedContent(root, diskPath, aside, seen);
        } catch (error) {
            await rm(aside, { force: true }).catch(() => undefined); // The first error says more.
            throw notRestored(diskPath, error);
        }
    }

    /** Whether it is in its place. */
    get isPlaced(): boolean {
        return this.placed;
    }

    /**
     * Replaces the file, if that is still the one that the person was shown. May be called again when it is placed already.
     * @throws CheckoutError `fileNotRestored`, and then the file is as it was, unless the sentence says otherwise
     */
    async place(lease: LeasedStaging): Promise<void> {
        if (this.placed) return;
        try {
            await requireAsSeen(this.root, this.diskPath, this.seen);
            const inLease = lease.temporary('program');
            const isInLease = await moved(this.aside, inLease);
            // On two disks nothing can be renamed out of the lease; then a look must do.
            if (!isInLease && (lease.isLate || !(await lease.isOurs()))) throw new Error('the change took too long');
            const became = await replaceFile(isInLease ? inLease : this.aside, this.diskPath, {
                isNew: this.seen === undefined,
                ...(isInLease ? { folder: lease } : {}),
            });
            if (became !== 'replaced') throw new Error('the share went away, or another program wrote it meanwhile');
            this.placed = true;
        } catch (error) {
            throw error instanceof CheckoutError ? error : notRestored(this.diskPath, error);
        }
    }

    /** Removes what was not placed. */
    async remove(): Promise<void> {
        await rm(this.aside, { force: true }).catch(rethrowUnlessSystemError);
    }
}

/** Only the holder of a file stages a content for it: what lies there is of a process that was killed. */
async function removeLeftovers(diskPath: string): Promise<void> {
    const [folder, name] = [path.dirname(diskPath), path.basename(diskPath)];
    for (const other of await readdir(folder)) {
        if (other.startsWith(`${name}.`) && isTemporary(other.slice(name.length))) {
            await rm(path.join(folder, other), { force: true });
        }
    }
}

async function dress(
    aside: string,
    { mode, mtimeMs }: ContentCopy,
    diskPath: string,
    seen: FileTimes | undefined,
): Promise<void> {
    if (seen !== undefined) await keepRights(diskPath, aside);
    else if (process.platform !== 'win32')
        await chmod(aside, mode ?? 0o666 & ~process.umask()).catch(rethrowUnlessSystemError);
    if (mtimeMs !== undefined) await utimes(aside, new Date(), mtimeMs / 1000).catch(rethrowUnlessSystemError);
}

/** Moves a file into another folder. @returns false when that is on another disk */
async function moved(from: string, to: string): Promise<boolean> {
    try {
        await rename(from, to);
        return true;
    } catch (error) {
        if (systemCode(error) === 'EXDEV') return false;
        throw error;
    }
}

function notRestored(diskPath: string, cause: unknown): CheckoutError {
    if (cause instanceof CheckoutError) return cause;
    const { reason, advice } = explainIoError(cause, 'write');
    const help = isSystemError(cause) ? advice : 'Look at it, and decide again.';
    return new CheckoutError('fileNotRestored', `${diskPath} was not changed, because ${reason}. ${help}`, diskPath, {
        cause,
    });
}
