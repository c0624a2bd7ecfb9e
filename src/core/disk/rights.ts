import type { Stats } from 'node:fs';
import { chmod, chown, stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { DiskFault } from './diskFault';
import type { FileRights } from './fileState';

// On Windows access lists come from the folder in which a file is made, and a rename keeps them: nothing is to be done.

/** Who may do what with a file on the share, as Unix systems have it. */
export interface Rights {
    /** Permission bits; where there is an access list, those of the group are its mask. */
    readonly mode: number;
    /** Undefined where that makes no difference. */
    readonly gid?: number;
    /** Undefined for the user who makes the file. */
    readonly uid?: number | undefined;
}

const PERMISSIONS = 0o777;
const READ = 0o444;
const READ_AND_WRITE = 0o666;
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;
const GROUP = 0o070;

/** The rights that a file or folder has, from its `stat`. */
export function rightsOf(stats: {
    readonly mode: number | bigint;
    readonly uid: number | bigint;
    readonly gid: number | bigint;
}): Rights & { readonly gid: number } {
    return { mode: Number(stats.mode) & PERMISSIONS, uid: Number(stats.uid), gid: Number(stats.gid) };
}

/**
 * What a folder gives to a new file in it, whatever the umask of its maker: who may list the folder may read the
 * file, and who may make files beside it may change it.
 * @throws the system error
 */
export async function rightsInFolder(folder: string): Promise<Rights> {
    return rightsInGroup(await stat(folder), modeOfFile);
}

/** What a folder gives to a new folder in it, likewise. @throws the system error */
export async function rightsOfNewFolder(folder: string): Promise<Rights> {
    return rightsInGroup(await stat(folder), (mode) => mode | OWN_FOLDER);
}

/**
 * The rights of a file beside another one that is only ever appended to: those who may read the other may read it, and those
 * of them who may replace the other may write to it.
 * @param other the rights of the other file
 * @param folder absolute path of the folder of both
 * @throws the system error
 */
export async function rightsToAppend(other: Rights, folder: string): Promise<Rights> {
    const { mode, gid } = rightsOf(await stat(folder));
    const needsGroup = ofGroup(other.mode) !== ofOthers(other.mode);
    const wanted = needsGroup ? other : { ...other, gid };
    const writing = mode & ((other.mode & 0o044) >> 1);
    return { ...wanted, mode: other.mode | (wanted.gid === gid ? writing : writing & ~GROUP) };
}

/** Whether the same people may read a file as others with these rights. */
export function isReadBySame(stats: Stats, { mode, gid }: Rights): boolean {
    const now = rightsOf(stats);
    if ((now.mode & READ) !== (mode & READ)) return false;
    return ofGroup(mode & READ) === ofOthers(mode & READ) || gid === undefined || gid === now.gid;
}

/**
 * Gives a file or folder rights, as far as this user may: the group, the owner if this user is root, and the mode. Where the
 * group cannot be given, another group cannot read what only that one may. An access list that the folder gives stays in force: its
 * mask is among the bits of the group.
 * @param target absolute path, or the open file
 * @returns whether it has the group
 * @throws the system error of `stat`
 */
export async function setRights({ mode, gid, uid }: Rights, target: string | FileHandle): Promise<boolean> {
    if (process.platform === 'win32') return true;
    const file = typeof target === 'string' ? byPath(target) : target;
    const now = await file.stat();
    if (uid !== undefined && uid !== now.uid && ownId() === 0) await isDone(() => file.chown(uid, -1));
    const hasGroup = gid === undefined || gid === now.gid || (await isDone(() => file.chown(-1, gid)));
    const wanted = hasGroup || !isReadByGroupAlone(mode) ? mode : mode & (now.mode | ~GROUP);
    if ((now.mode & PERMISSIONS) !== wanted) {
        // What a folder's own mode has beside permissions, such as that its group goes on to new files, stays.
        await isDone(() => file.chmod((now.mode & ~PERMISSIONS & 0o7777) | wanted));
    }
    return hasGroup;
}

/** Whether `setRights` has nothing to do for a file, from its `stat`. */
export function hasRights(
    stats: { readonly mode: number | bigint; readonly uid: number | bigint; readonly gid: number | bigint },
    { mode, gid, uid }: Rights,
): boolean {
    if (process.platform === 'win32') return true;
    const now = rightsOf(stats);
    const hasOwner = uid === undefined || uid === now.uid || ownId() !== 0;
    return hasOwner && (gid === undefined || gid === now.gid) && mode === now.mode;
}

/**
 * Gives a file that is to replace another one its rights.
 * @throws DiskFault when colleagues could no longer read it; the system error of `stat`
 */
export async function keepRightsOf(rights: Rights, target: string | FileHandle): Promise<void> {
    if (await setRights(rights, target)) return;
    const { mode, gid, uid } = rights;
    // Somebody else's file could be read only by the group, which can be given, or by an access list, which stays.
    if (!isReadByGroupAlone(mode) || uid !== ownId()) return;
    throw new DiskFault(
        'EPERM',
        `those who read it as members of its group (${gid}) no longer could: you are not in that group`,
        'Ask the administrator of the share to make you a member of it, or to let the folder give its group to new files (chmod g+s).',
    );
}

/**
 * Gives a file that is to replace another one its mode, its group and, where this user may, its owner.
 * @param of absolute path of the file that is to be replaced; where it does not exist, nothing is changed
 * @param file absolute path of the file that replaces it
 * @throws DiskFault when colleagues could no longer read it
 */
export async function keepRights(of: string, file: string): Promise<void> {
    const rights = await known(async () => rightsOf(await stat(of)));
    if (rights !== undefined) await known(() => keepRightsOf(rights, file));
}

/**
 * Gives a file beside another one the same rights, as far as this user may.
 * @param of absolute path of the other; where it does not exist, nothing is changed
 */
export async function shareRights(of: string, file: string): Promise<void> {
    await known(async () => setRights(rightsOf(await stat(of)), file));
}

/**
 * Gives a new file its permission bits and the group of its folder, for those who share that.
 * @param file absolute path
 * @param folder absolute path, where the file is to lie in another one
 * @param mode undefined where it is not known: then it is what the folder gives to colleagues, whatever the umask
 */
export async function giveRights(file: string, mode?: number, folder = path.dirname(file)): Promise<void> {
    await known(async () => {
        const rights = rightsInGroup(await stat(folder), (ofFolder) => mode ?? modeOfFile(ofFolder));
        await setRights(rights, file);
    });
}

/**
 * Gives a new folder the rights of the one that it lies in, so that colleagues can use it likewise.
 * @param folder absolute path
 */
export async function giveFolderRights(folder: string): Promise<void> {
    await known(async () => setRights(await rightsOfNewFolder(path.dirname(folder)), folder));
}

/**
 * Gives a file that comes back the rights that it had: its mode, and its group and owner where this user may.
 * @param folder absolute path of the folder in which it is to lie, for what is not known of them
 */
export async function returnRights(file: string, { mode, uid, gid }: FileRights, folder: string): Promise<void> {
    if (mode === undefined || gid === undefined) return giveRights(file, mode, folder);
    await known(() => setRights({ mode: mode & PERMISSIONS, gid, uid }, file));
}

function rightsInGroup({ mode: ofFolder, gid }: Stats, modeFrom: (mode: number) => number): Rights {
    const mode = modeFrom(ofFolder & PERMISSIONS);
    return ofGroup(mode) === ofOthers(mode) ? { mode } : { mode, gid };
}

/** The number of this user; undefined on Windows. */
function ownId(): number | undefined {
    return process.getuid?.();
}

function byPath(file: string): Pick<FileHandle, 'chmod' | 'chown'> & { readonly stat: () => Promise<Stats> } {
    return {
        stat: () => stat(file),
        chown: (uid, gid) => chown(file, uid, gid),
        chmod: (mode) => chmod(file, mode),
    };
}

/** A look at the disk; undefined where it does not say, and then what follows fails in its own words. */
async function known<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
        return await look();
    } catch (error) {
        if (error instanceof DiskFault) throw error;
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

/** A share without Unix permissions refuses a change, and so does the system of somebody who may not make it. */
async function isDone(action: () => Promise<void>): Promise<boolean> {
    try {
        await action();
        return true;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}

function modeOfFile(ofFolder: number): number {
    return (ofFolder & READ_AND_WRITE) | OWN_FILE;
}

function isReadByGroupAlone(mode: number): boolean {
    return (mode & 0o044) === 0o040;
}

function ofGroup(mode: number): number {
    return (mode >> 3) & 0o7;
}

function ofOthers(mode: number): number {
    return mode & 0o7;
}
