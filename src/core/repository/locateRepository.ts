import { lstat, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { explainIoError } from '../disk/ioErrors';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { listFolder, subfoldersOf } from './listing';
import { retryUntilAnswered } from '../disk/retry';

/** The extensions of files that can be checked out, unless somebody says otherwise: lower case, with the dot. */
export const defaultExtensions: ReadonlySet<string> = new Set(['.mcam', '.vnc']);

/** What a person said about where the repository is. Relative paths are relative to `root`. */
export interface RepositoryLocation {
    /** The folder that holds `repo/` and `locks.json`; absolute, or relative to the current folder. */
    readonly root: string;
    /** The folder of CAM files, if somebody named it. */
    readonly repository?: string | undefined;
    /** The locks file, if somebody named it. */
    readonly locksFile?: string | undefined;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
}

const REPOSITORY = 'repo';
const LOCKS_FILE = 'locks.json';
/** Somebody may have opened a whole disk: after this many folders without a CAM file it is not a repository. */
const FOLDERS_TO_TRY = 100;

/**
 * Finds the repository and its locks file: the folder that is named, else `repo/` in the root, else the root itself if
 * it has a locks file or CAM files in it. A named folder that does not exist is an error, never a reason to take another.
 * A folder with CAM files below somebody else's `locks.json` is not a repository of its own: with a second locks file two
 * people could hold one file.
 * @returns absolute paths; the locks file need not exist
 * @throws CheckoutError `repositoryMissing` or `repositoryUnreachable`, naming the path
 */
export async function locateRepository(
    options: RepositoryLocation,
): Promise<{ readonly repository: string; readonly locksFile: string }> {
    const root = path.resolve(options.root);
    const locksFile = path.resolve(root, options.locksFile ?? LOCKS_FILE);
    if (options.repository !== undefined) {
        const repository = path.resolve(root, options.repository);
        if (!(await isFolder(repository))) throw missing(repository);
        return { repository, locksFile };
    }
    const usual = path.join(root, REPOSITORY);
    if (await isFolder(usual)) return { repository: usual, locksFile };
    // It is a link to a share that is not connected: the root must not take its place.
    if (await isLink(usual)) throw missing(usual);
    if (!(await isFolder(root))) throw missing(root);
    const hasLocksFile = path.dirname(locksFile) === root && (await isThere(locksFile));
    if (!hasLocksFile) {
        if (!(await hasFiles(root, options.extensions))) throw nothingIn(root);
        if (options.locksFile === undefined) await requireNoneAbove(root);
    }
    return { repository: root, locksFile };
}

async function isFolder(folder: string): Promise<boolean> {
    try {
        return (await retryUntilAnswered(() => stat(folder))).isDirectory();
    } catch (error) {
        if (isAbsence(error)) return false;
        throw unreachable(folder, error);
    }
}

async function isThere(file: string): Promise<boolean> {
    try {
        await retryUntilAnswered(() => stat(file));
        return true;
    } catch (error) {
        if (isAbsence(error)) return false;
        throw unreachable(file, error);
    }
}

async function isLink(target: string): Promise<boolean> {
    try {
        return (await retryUntilAnswered(() => lstat(target))).isSymbolicLink();
    } catch (error) {
        if (isAbsence(error)) return false;
        throw unreachable(target, error);
    }
}

async function hasFiles(root: string, extensions: ReadonlySet<string>): Promise<boolean> {
    const folders = [{ folder: '', diskPath: root }];
    for (const { folder, diskPath } of folders) {
        try {
            const listing = await listFolder(diskPath, folder, extensions);
            if (listing.files.size > 0) return true;
            for (const child of subfoldersOf(listing, folder, diskPath)) {
                if (folders.length === FOLDERS_TO_TRY) break;
                folders.push(child);
            }
        } catch (error) {
            if (folder === '') throw unreachable(root, error);
            // A subfolder that cannot be read says nothing either way.
            rethrowUnlessSystemError(error);
        }
    }
    return false;
}

async function requireNoneAbove(root: string): Promise<void> {
    for (
        let folder = path.dirname(root), below = root;
        folder !== below;
        below = folder, folder = path.dirname(folder)
    ) {
        const found = path.join(folder, LOCKS_FILE);
        // Folders above may be closed to us; then nobody with our permissions works from there.
        if (!(await isThere(found).catch(() => false))) continue;
        throw new CheckoutError(
            'repositoryMissing',
            `${root} has no locks file of its own and lies below ${found}, so its files may be held there. Use ${folder} as the root folder instead.`,
            root,
        );
    }
}

function isAbsence(error: unknown): boolean {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
}

function missing(folder: string): CheckoutError {
    return new CheckoutError(
        'repositoryMissing',
        `There is no repository folder ${folder}. Check the path, and whether the share is connected.`,
        folder,
    );
}

function nothingIn(root: string): CheckoutError {
    return new CheckoutError(
        'repositoryMissing',
        `There is no repository in ${root}: it has no folder ${REPOSITORY}, no ${LOCKS_FILE} and no CAM files. Name the folder that holds them.`,
        root,
    );
}

function unreachable(target: string, cause: unknown): CheckoutError {
    const { reason, advice } = explainIoError(cause, 'read');
    return new CheckoutError(
        'repositoryUnreachable',
        `${target} cannot be read, because ${reason}. ${advice}`,
        target,
        { cause },
    );
}
