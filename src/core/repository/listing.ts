import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { limitConcurrency } from '../base/concurrency';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { isLitter, namesOf, whyUnusable, type Names } from '../base/fileNames';
import { explainIoError } from '../disk/ioErrors';
import { retryUntilAnswered } from '../disk/retry';
import { isOwnFolder } from '../base/ownNames';
import { extensionOf, folderOf, isRepositoryPath, joinPath, nameOf, pathIn } from '../base/repositoryPath';

/** One folder of the repository as it is on disk. */
export interface FolderListing {
    readonly files: Names;
    readonly folders: Names;
    /** Files and folders that nobody can check out, because of their names, and why (see `whyUnusable`); none where it is left out. */
    readonly unusable?: ReadonlyMap<string, string>;
}

/** A whole repository: each folder that could be read, and why the others could not. `''` is the repository itself. */
export interface Listing {
    readonly folders: ReadonlyMap<string, FolderListing>;
    readonly unreadable: ReadonlyMap<string, string>;
}

const SYSTEM_FOLDERS = new Set([
    '$recycle.bin',
    'system volume information',
    'lost+found',
    '@eadir',
    '#recycle',
    '#snapshot',
    'dfsrprivate',
]);
/** How many folders are read at a time. Few, so that a person's own actions do not wait behind hundreds of reads. */
export const FOLDERS_AT_ONCE = 8;
/** What nearly every CAM file is called. Such names are valid on every system, so 100,000 of them need no closer look. */
const PLAIN_NAME = /^(?!con|prn|aux|nul|com|lpt|thumbs|desktop)\w(?:[\w .()+-]*\w)?$/i;

/**
 * Lists one folder with a single directory read and no `stat`. Hidden folders and those that file servers keep for
 * themselves are left out, and so are files that no person made (`isLitter`). Symbolic links are not followed: a target inside the repository is listed at its own place, and
 * one file must not have two names under which two people could hold it.
 * @param diskPath absolute path of the folder
 * @param folder the same folder inside the repository
 * @param extensions lower case, with the dot
 * @param known the listing of the same folder with the same extensions some time ago
 * @returns `known` itself when nothing came, went or moved, so that nobody has to compare 100,000 names
 * @throws the system error of `readdir`
 */
export async function listFolder(
    diskPath: string,
    folder: string,
    extensions: ReadonlySet<string>,
    known?: FolderListing,
): Promise<FolderListing> {
    const entries = await retryUntilAnswered(() => readdir(diskPath, { withFileTypes: true }));
    return known !== undefined && isStill(known, entries, folder, extensions)
        ? known
        : listed(diskPath, entries, folder, extensions);
}

async function listed(
    diskPath: string,
    entries: readonly Dirent[],
    folder: string,
    extensions: ReadonlySet<string>,
): Promise<FolderListing> {
    const files: string[] = [];
    const folders: string[] = [];
    const unusable = new Map<string, string>();
    for (const entry of entries) {
        const { name } = entry;
        const kind = entry.isSymbolicLink() ? await behindReparsePoint(diskPath, name) : entry;
        if (kind?.isFile()) {
            if (isListedFile(name, extensions)) files.push(name);
            else noteUnusable(unusable, name, isUnusableFile(name, extensions));
        } else if (kind?.isDirectory()) {
            if (isListedFolder(folder, name)) folders.push(name);
            else noteUnusable(unusable, name, isUnusableFolder(name));
        }
    }
    const listing = { files: namesOf(files), folders: namesOf(folders) };
    return unusable.size === 0 ? listing : { ...listing, unusable };
}

/** Whether a directory read gave what the listing was made from. The order stays the same as long as nothing changes. */
function isStill(
    { files, folders, unusable }: FolderListing,
    entries: readonly Dirent[],
    folder: string,
    extensions: ReadonlySet<string>,
): boolean {
    const [nextFile, nextFolder] = [files.values()[Symbol.iterator](), folders.values()[Symbol.iterator]()];
    let [file, subfolder] = [nextFile.next(), nextFolder.next()];
    let unusableNow = 0;
    for (const entry of entries) {
        const { name } = entry;
        if (entry.isFile()) {
            if (name === file.value) file = nextFile.next();
            else if (isListedFile(name, extensions)) return false;
            else if (isUnusableFile(name, extensions) && unusable?.has(name) !== true) return false;
            else if (unusable?.has(name) === true) unusableNow++;
        } else if (entry.isDirectory()) {
            if (name === subfolder.value) subfolder = nextFolder.next();
            else if (isListedFolder(folder, name)) return false;
            else if (isUnusableFolder(name) && unusable?.has(name) !== true) return false;
            else if (unusable?.has(name) === true) unusableNow++;
        } else if (entry.isSymbolicLink() && process.platform === 'win32') return false; // What it is has to be asked.
    }
    return file.done === true && subfolder.done === true && unusableNow === (unusable?.size ?? 0);
}

function isListedFile(name: string, extensions: ReadonlySet<string>): boolean {
    return hasExtension(name, extensions) && (PLAIN_NAME.test(name) || (!isLitter(name) && isUsable(name)));
}

/** Windows' rules, wherever this runs: a name that half of the shop cannot open is nobody's to check out. */
function isUsable(name: string): boolean {
    return whyUnusable(name) === undefined && isRepositoryPath(name);
}

/** Whether a file would be listed if it were not for its name. Dots and spaces at its end hide its extension. */
function isUnusableFile(name: string, extensions: ReadonlySet<string>): boolean {
    return (
        !PLAIN_NAME.test(name) &&
        hasExtension(name.replace(/[. ]+$/, ''), extensions) &&
        !isLitter(name) &&
        !isUsable(name)
    );
}

function isUnusableFolder(name: string): boolean {
    return !isHiddenFolder(name) && !isUsable(name);
}

function noteUnusable(unusable: Map<string, string>, name: string, is: boolean): void {
    if (is) unusable.set(name, whyUnusable(name) ?? 'its name is too long');
}

function hasExtension(name: string, extensions: ReadonlySet<string>): boolean {
    const dot = name.lastIndexOf('.');
    // Nearly all are in lower case; this avoids a new string for each of them.
    for (const extension of extensions)
        if (dot === name.length - extension.length && name.endsWith(extension)) return true;
    return extensions.has(extensionOf(name));
}

/**
 * Whether a listing could have this path, whether or not the file exists: its extension is one of these, and none of its
 * folders is hidden or kept by the system.
 * @param repositoryPath inside the repository
 */
export function canBeListed(repositoryPath: string, extensions: ReadonlySet<string>): boolean {
    const folders = folderOf(repositoryPath).split('/');
    return (
        isListedFile(nameOf(repositoryPath), extensions) &&
        folders.every((name, depth) => name === '' || isListedFolder(folders.slice(0, depth).join('/'), name))
    );
}

/** Why a listing would leave out a file or folder of this name, as a clause; undefined where it would have it. */
export function whyLeftOut(name: string, kind: 'file' | 'folder'): string | undefined {
    if (kind === 'file' && isLitter(name)) return 'it is that of a hidden or temporary file';
    if (kind === 'folder' && isHiddenFolder(name))
        return 'it is that of a hidden folder, or of one that is no part of it';
    return whyUnusable(name);
}

function isListedFolder(folder: string, name: string): boolean {
    return !isHiddenFolder(name) && isUsable(name) && isRepositoryPath(joinPath(folder, name));
}

function isHiddenFolder(name: string): boolean {
    return name.startsWith('.') || SYSTEM_FOLDERS.has(name.toLowerCase()) || isOwnFolder(name);
}

/**
 * A directory read on Windows calls every reparse point a link, also a file that OneDrive keeps elsewhere or that a
 * server stores without its duplicates (libuv's issue 4112 and pull request 4561). `lstat` knows which are links.
 */
async function behindReparsePoint(
    diskPath: string,
    name: string,
): Promise<Pick<Dirent, 'isFile' | 'isDirectory'> | undefined> {
    if (process.platform !== 'win32') return undefined;
    try {
        return await lstat(path.join(diskPath, name));
    } catch (error) {
        // Gone or out of reach, so it is not one of the files that are there.
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

/** Which part of a repository to list, and what is known of it already. */
export interface ListingOptions {
    /** Earlier listings, made with the same extensions; those that are still true are returned as they are. */
    readonly known?: ReadonlyMap<string, FolderListing>;
    /** Whether known folders are taken as they are, and only the others are read. */
    readonly trustsKnown?: boolean;
    /** Which subfolders to go into; all of them without it. */
    readonly goesInto?: (folder: string) => boolean;
}

/**
 * Lists the repository with its subfolders, one directory read for each. A subfolder that cannot be read is named in
 * `unreadable` and does not hide the rest.
 * @param root absolute path of the repository
 * @param extensions lower case, with the dot
 * @throws the system error when the repository itself cannot be read
 */
export async function listRepository(
    root: string,
    extensions: ReadonlySet<string>,
    { known, trustsKnown = false, goesInto = () => true }: ListingOptions = {},
): Promise<Listing> {
    const folders = new Map<string, FolderListing>();
    const unreadable = new Map<string, string>();
    let level = [{ folder: '', diskPath: root }];
    while (level.length > 0) {
        const next: typeof level = [];
        await limitConcurrency(level, FOLDERS_AT_ONCE, async ({ folder, diskPath }) => {
            try {
                const before = known?.get(folder);
                const listing =
                    trustsKnown && before !== undefined
                        ? before
                        : await listFolder(diskPath, folder, extensions, before);
                folders.set(folder, listing);
                for (const child of subfoldersOf(listing, folder, diskPath)) {
                    if (goesInto(child.folder)) next.push(child);
                }
            } catch (error) {
                if (folder === '') throw error;
                unreadable.set(folder, describeUnreadable(folder, error));
            }
        });
        level = next;
    }
    return { folders, unreadable };
}

/** The subfolders that a listing has, with their paths inside the repository and on disk. */
export function subfoldersOf(
    { folders }: FolderListing,
    folder: string,
    diskPath: string,
): { folder: string; diskPath: string }[] {
    return [...folders.keys()].map((name) => ({
        folder: pathIn(folder, name),
        diskPath: path.join(diskPath, folders.get(name) ?? name),
    }));
}

/** Why a folder cannot be shown, as a finished sentence. */
export function describeUnreadable(folder: string, error: unknown): string {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM') return `You have no permission to read the folder ${nameOf(folder)}.`;
    if (code === 'ENOENT') return `The folder ${nameOf(folder)} is gone.`;
    if (code === 'ENOTDIR') return `The folder ${nameOf(folder)} is a file now.`;
    return `The folder ${nameOf(folder)} cannot be read now, because ${explainIoError(error, 'read').reason}.`;
}
