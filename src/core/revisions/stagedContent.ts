import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import { READING } from '../disk/readFile';
import { replaceFile, type LeasedFolder, type Replacement } from '../disk/replaceFile';
import { retry } from '../disk/retry';
import { giveRights, type FileRights } from '../disk/rights';
import { isTemporary, temporaryPath } from '../disk/stagedFile';
import { eachPiece, type Content } from './contentStore';

/** A copy of a content on this computer, and what else is known of the file that had it. */
export interface ContentCopy extends Content {
    /** Absolute path. */
    readonly copy: string;
    /** When the file was last changed, in milliseconds since 1970. */
    readonly mtimeMs?: number;
    readonly rights?: FileRights;
}

/** A folder that is ours for a time, in which a file can lie that is out of reach as soon as the folder is taken away. */
export interface StagingFolder extends LeasedFolder {
    /** A path in it. @param stem beginning of the file's name */
    temporary(stem: string): string;
}

/** How a content is staged. */
export interface StagingOptions {
    /** The rights that the file has now; where there is no file, those that are known of it count. */
    readonly rights: FileRights | undefined;
    /** Gives up when it is aborted. */
    readonly signal?: AbortSignal | undefined;
}

/** A kept content, copied beside the file that it is to replace: complete, verified and forced to the disk. */
export class StagedContent {
    private constructor(
        private readonly target: string,
        private readonly staged: string,
        private readonly content: ContentCopy,
    ) {}

    /**
     * Copies a content beside its file.
     * @param target absolute path of the file
     * @returns undefined when it was given up
     * @throws the system error, or an error that says why not; nothing is left then
     */
    static async create(
        content: ContentCopy,
        target: string,
        { rights, signal }: StagingOptions,
    ): Promise<StagedContent | undefined> {
        const staged = temporaryPath(target, randomUUID());
        try {
            const isWhole = await copyContent(content, staged, rights ?? content.rights, signal);
            if (isWhole) return new StagedContent(target, staged, content);
        } catch (error) {
            await removeQuietly(staged);
            throw error;
        }
        await removeQuietly(staged);
        return undefined;
    }

    /**
     * Renames it over its file, out of the folder that is ours for now: a process that loses that has nothing left to rename.
     * @param folder a lease of the mutex
     * @param stem a name that no other file has in that folder
     * @param beforeRename done right before, when all is ready
     * @throws the system error, when the file is as it was
     */
    async replace(
        folder: StagingFolder,
        stem: string,
        options: { readonly isNew: boolean; readonly isUntouched: () => Promise<boolean> },
        beforeRename: () => void | Promise<void>,
    ): Promise<Replacement> {
        const ready = folder.temporary(stem);
        const isInFolder = await moveTo(this.staged, ready);
        if (isInFolder === undefined) return 'untouched';
        await beforeRename();
        // Nothing can be renamed from one disk to another. Then only this look keeps a lost lease from doing harm.
        if (!isInFolder && (folder.isLate || !(await folder.isOurs()))) return 'untouched';
        const became = isInFolder
            ? await replaceFile(ready, this.target, { ...options, folder })
            : await replaceFile(this.staged, this.target, options);
        // Where a disk knows no links, a new file is a copy, which has neither rights nor time.
        if (became === 'replaced' && options.isNew) await finish(this.target, this.content);
        return became;
    }

    /** Removes it where it was not put in place. */
    async remove(): Promise<void> {
        await removeQuietly(this.staged);
    }
}

/**
 * What processes that were killed may have left in a folder, by the folded name of the file that each was to replace. Only
 * the holder of a file stages a content for it.
 */
export async function stagedIn(folder: string): Promise<{ readonly name: string; readonly staged: string }[]> {
    try {
        const names = await readdir(folder);
        return names.filter(isTemporary).map((name) => ({
            name: foldPath(name.replace(/\.[^.]+\.tmp$/, '')),
            staged: path.join(folder, name),
        }));
    } catch (error) {
        rethrowUnlessSystemError(error);
        return [];
    }
}

/** Removes a file that nobody needs. Where that cannot be done now, the next one tries again. */
export async function removeQuietly(file: string): Promise<void> {
    await rm(file, { force: true }).catch(rethrowUnlessSystemError);
}

async function copyContent(
    content: ContentCopy,
    staged: string,
    rights: FileRights | undefined,
    signal: AbortSignal | undefined,
): Promise<boolean> {
    const source = await open(content.copy, READING);
    try {
        const target = await open(staged, 'wx', 0o600);
        try {
            const { sha256 } = await eachPiece(source, async (piece) => {
                await target.writeFile(piece);
                return signal?.aborted;
            });
            if (signal?.aborted) return false;
            // A copy that decayed on this computer must not become the program on the share.
            if (sha256 !== content.sha256) throw new Error('its copy on this computer is damaged');
            await target.sync();
            await giveRights(target, rights, path.dirname(staged));
            const { mtimeMs } = content;
            if (mtimeMs !== undefined) await target.utimes(new Date(), mtimeMs / 1000).catch(rethrowUnlessSystemError);
            return true;
        } finally {
            await target.close();
        }
    } finally {
        await source.close();
    }
}

/** @returns false when the other folder is on another disk; undefined when either is gone */
async function moveTo(from: string, to: string): Promise<boolean | undefined> {
    try {
        await retry(() => rename(from, to));
        return true;
    } catch (error) {
        if (systemCode(error) === 'EXDEV') return false;
        if (systemCode(error) !== 'ENOENT') throw error;
        // The answer to a first request may have been lost.
        return (await exists(to)) ? true : undefined;
    }
}

async function exists(file: string): Promise<boolean> {
    try {
        await stat(file);
        return true;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}

async function finish(target: string, { rights, mtimeMs }: ContentCopy): Promise<void> {
    try {
        const now = await stat(target);
        if (mtimeMs === undefined || Math.abs(now.mtimeMs - mtimeMs) < 1) return;
        const handle = await open(target, 'r+');
        try {
            await giveRights(handle, rights, path.dirname(target));
            await handle.utimes(new Date(), mtimeMs / 1000);
        } finally {
            await handle.close();
        }
    } catch (error) {
        rethrowUnlessSystemError(error); // Its content is what it is to be.
    }
}
