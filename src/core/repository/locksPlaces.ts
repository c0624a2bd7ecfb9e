import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { foldCase } from '../base/repositoryPath';
import { explainIoError } from '../disk/ioErrors';
import { identityOf, isFolder, isThere, isWithin, resolveLinks, resolvingOnce, withAncestors } from '../disk/realPath';
import { retryUntilAnswered } from '../disk/retry';
import { backupOf, noteBeside } from '../base/ownNames';
import { isSameFile, type LocksPlace, NOTE, readNote } from './placeNote';

/** The usual name of the folder of CAM files. */
export const REPOSITORY = 'repo';
/** The usual name of the locks file. */
export const LOCKS_FILE = 'locks.json';

/** What says in a folder that it is a place, or belongs to one. */
const PLACE_NAMES: ReadonlySet<string> = new Set([NOTE, LOCKS_FILE, backupOf(LOCKS_FILE)]);

/** What a folder answers that this user may not look into. */
const CLOSED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ERR_UNC_HOST_NOT_ALLOWED']);

/** A place that is in use, and what says that these two belong together. */
export interface KnownPlace extends LocksPlace {
    /** A note beside the locks file or in the repository, or only where the locks file lies. */
    readonly by: 'note' | 'layout';
}

/**
 * The places whose repository holds a folder: that of every locks file, copy of one, or note in it and above it.
 * Folders that are closed to this user are passed over: nobody with the same rights works from there.
 * @param folder absolute path, as it was given; links are followed on a second way up
 * @throws CheckoutError `locationRefused` for a note that cannot be understood, `repositoryUnreachable` when it cannot be told
 */
export async function placesCovering(folder: string): Promise<KnownPlace[]> {
    const resolve = resolvingOnce();
    const real = await resolve(folder);
    const above = withAncestors(real);
    const spell = await spelledByDrive(folder);
    const folders = new Set([...above.map(spell), ...withAncestors(folder)]);
    const found = await Promise.all([...folders].map((each) => placesIn(each)));
    const covering: KnownPlace[] = [];
    for (const place of found.flat()) {
        const repository = await resolve(place.repository);
        if (!isWithin(real, repository) && !(await isAmong(above, repository))) continue;
        const isKnown = await Promise.all(covering.map((other) => isSameFile(other.locksFile, place.locksFile)));
        if (!isKnown.includes(true)) covering.push(place);
    }
    return covering;
}

/** Whether a folder is one of these under another name. */
async function isAmong(folders: readonly string[], folder: string): Promise<boolean> {
    const [wanted, ...identities] = await Promise.all([folder, ...folders].map(identityOf));
    return wanted !== undefined && identities.includes(wanted);
}

/** A mapped drive stays as it is written: VS Code opens no server by its name that was not allowed. */
async function spelledByDrive(folder: string): Promise<(real: string) => string> {
    const drive = path.parse(folder).root;
    const real = await resolveLinks(drive);
    return (each) => (isWithin(each, real) ? path.join(drive, path.relative(real, each)) : each);
}

async function placesIn(folder: string): Promise<KnownPlace[]> {
    try {
        const file = path.join(folder, LOCKS_FILE);
        const [note, isUsed] = await Promise.all([readNote(path.join(folder, NOTE)), hasLocks(file)]);
        const noted: KnownPlace[] = note === undefined ? [] : [{ ...note, by: 'note' }];
        if (!isUsed || (note !== undefined && (await isSameFile(note.locksFile, file)))) return noted;
        return [...noted, await layoutAround(file)];
    } catch (error) {
        if (CLOSED.has(systemCode(error) ?? '') || (await listsNoPlace(folder, error))) return [];
        throw unreachable(folder, error);
    }
}

/**
 * Whether a folder that fails when it is asked for a name says, when it is listed, that the name is not there. The folder of
 * servers that some clients have above their shares takes every name for that of a server, which then does not answer.
 */
async function listsNoPlace(folder: string, cause: unknown): Promise<boolean> {
    if (!isSystemError(cause)) return false;
    try {
        const names = await retryUntilAnswered(() => readdir(folder));
        return !names.some((name) => PLACE_NAMES.has(foldCase(name)));
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}

/**
 * The repository that a locks file is for: the one that a note beside it names, else the folder `repo` beside it, else its
 * own folder.
 * @throws CheckoutError `locationRefused`; the system error of the disk
 */
export async function placeOf(locksFile: string): Promise<KnownPlace> {
    const note = await readNote(noteBeside(locksFile));
    if (note !== undefined && (await isSameFile(note.locksFile, locksFile))) return { ...note, by: 'note' };
    return layoutAround(locksFile);
}

async function layoutAround(locksFile: string): Promise<KnownPlace> {
    const folder = path.dirname(locksFile);
    return { repository: (await usualRepository(folder)) ?? folder, locksFile, by: 'layout' };
}

/**
 * The folder `repo` in another one, in whatever case: clients of a Windows share do not tell `Repo` from `repo`.
 * @throws CheckoutError `locationRefused` when there are several; the system error of the disk
 */
export async function usualRepository(folder: string): Promise<string | undefined> {
    const usual = path.join(folder, REPOSITORY);
    if (await isFolder(usual)) return usual;
    const found: string[] = [];
    for (const name of await spellingsIn(folder, [REPOSITORY])) {
        if (await isFolder(path.join(folder, name))) found.push(path.join(folder, name));
    }
    if (found.length < 2) return found[0];
    throw new CheckoutError(
        'locationRefused',
        `${found.join(' and ')} are one folder to Windows and two here, so nobody can tell which one is the repository. Rename one of them.`,
        folder,
    );
}

/** The nearest folder that is called `repo`, of a folder and those above it. @param folder absolute path, without links */
export function usualAround(folder: string): string | undefined {
    return withAncestors(folder).find((each) => foldCase(path.basename(each)) === REPOSITORY);
}

/** Where a new locks file of a folder is to be: a copy of a lost one may be there in another case. */
export async function locksFileIn(folder: string): Promise<string> {
    const [found] = await spellingsIn(folder, [LOCKS_FILE, backupOf(LOCKS_FILE)]);
    return path.join(folder, found?.slice(0, LOCKS_FILE.length) ?? LOCKS_FILE);
}

/** Whether a locks file or its last good copy is there. @throws the system error when that cannot be told */
export async function hasLocks(locksFile: string): Promise<boolean> {
    return (await Promise.all([isThere(locksFile), isThere(backupOf(locksFile))])).includes(true);
}

/** The names in a folder that are one of these in another case. Windows finds them by any spelling. */
async function spellingsIn(folder: string, wanted: readonly string[]): Promise<string[]> {
    if (process.platform === 'win32') return [];
    try {
        const names = await retryUntilAnswered(() => readdir(folder));
        return names.filter((name) => wanted.includes(foldCase(name)));
    } catch (error) {
        const code = systemCode(error) ?? '';
        // A folder may let one pass through and not read it, as those above the home folders do.
        if (code === 'ENOENT' || code === 'ENOTDIR' || CLOSED.has(code)) return [];
        throw error;
    }
}

/** What it means that a folder cannot be read in which a repository or its locks file may be. */
export function unreachable(target: string, cause: unknown): CheckoutError {
    if (cause instanceof CheckoutError) return cause;
    const { reason, advice } = explainIoError(cause, 'read');
    // What was looked for in the folder is nothing that a person named; a locks file elsewhere is.
    const { path: at = target } = cause as NodeJS.ErrnoException;
    const place = path.dirname(at) === target ? target : at;
    return new CheckoutError('repositoryUnreachable', `${place} cannot be read, because ${reason}. ${advice}`, target, {
        cause,
    });
}
