import { lstat, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { retryUntilAnswered } from './retry';

/**
 * The real path of the part that exists, with the rest as it is: links, mapped drives and short names are resolved.
 * @param diskPath absolute path
 */
export async function resolveLinks(diskPath: string): Promise<string> {
    try {
        return await realpath(diskPath);
    } catch (error) {
        const parent = path.dirname(diskPath);
        // Some virtual drives have no real paths; then the path as it was typed has to do.
        rethrowUnlessSystemError(error);
        return parent === diskPath ? diskPath : path.join(await resolveLinks(parent), path.basename(diskPath));
    }
}

/** A `resolveLinks` that asks the disk once for each path, for one look at it. */
export function resolvingOnce(): typeof resolveLinks {
    const known = new Map<string, Promise<string>>();
    return (diskPath) => {
        const real = known.get(diskPath) ?? resolveLinks(diskPath);
        known.set(diskPath, real);
        return real;
    };
}

/** A folder and the folders above it, from the inside out. @param folder absolute path */
export function withAncestors(folder: string): string[] {
    const parent = path.dirname(folder);
    return parent === folder ? [folder] : [folder, ...withAncestors(parent)];
}

/** Whether one absolute path is the other or lies below it, by their text alone. */
export function isWithin(diskPath: string, folder: string): boolean {
    const relative = path.relative(folder, diskPath);
    return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Whether a folder is there, also behind a link. @throws the system error when that cannot be told */
export async function isFolder(folder: string): Promise<boolean> {
    try {
        return (await retryUntilAnswered(() => stat(folder))).isDirectory();
    } catch (error) {
        if (isAbsence(error)) return false;
        throw error;
    }
}

/** Whether a name is taken, also by a link that leads nowhere. @throws the system error when that cannot be told */
export async function isThere(diskPath: string): Promise<boolean> {
    return (await lookAt(diskPath)) !== 'nothing';
}

/** Whether a name is that of a link, wherever it leads. @throws the system error when that cannot be told */
export async function isLink(diskPath: string): Promise<boolean> {
    return (await lookAt(diskPath)) === 'link';
}

async function lookAt(diskPath: string): Promise<'nothing' | 'link' | 'other'> {
    try {
        return (await retryUntilAnswered(() => lstat(diskPath))).isSymbolicLink() ? 'link' : 'other';
    } catch (error) {
        // Nothing can have a name that is longer than the disk allows.
        if (isAbsence(error) || systemCode(error) === 'ENAMETOOLONG') return 'nothing';
        throw error;
    }
}

/** Whether two absolute paths are one file or folder on disk. A disk that ignores case has many spellings of one. */
export async function isSamePlace(one: string, other: string): Promise<boolean> {
    if (one === other) return true;
    const [first, second] = await Promise.all([identityOf(one), identityOf(other)]);
    return first !== undefined && first === second;
}

/** What tells a file or folder from every other; undefined when it is not there, or the disk has no numbers. */
export async function identityOf(diskPath: string): Promise<string | undefined> {
    try {
        const { dev, ino } = await retryUntilAnswered(() => stat(diskPath, { bigint: true }));
        return ino === 0n ? undefined : `${dev} ${ino}`;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

function isAbsence(error: unknown): boolean {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
}
