import { lstat, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Stats } from 'node:fs';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';

/**
 * What stands in the way on a disk, where that is known better than the system's answer says it. The message is a reason,
 * to follow "because". The code is that of the answer, so that callers treat both alike.
 */
export class DiskFault extends Error {
    /** @param advice what a person can do about it, as a sentence */
    constructor(
        readonly code: string,
        reason: string,
        readonly advice: string,
        options?: ErrorOptions,
    ) {
        super(reason, options);
    }
}

/** Answers that have several causes, of which a look at the disk tells which. A share that does not answer gives none of them. */
const AMBIGUOUS: ReadonlySet<string> = new Set(
    'ENOENT EACCES EPERM EROFS EISDIR ENOTDIR ENOTEMPTY EEXIST ELOOP ENXIO EINVAL'.split(' '),
);
const NO_WRITE_BIT = 0o222;
const STICKY = 0o1000;

/**
 * Finds out why the system refused to read or write a file, where its answer does not tell: a folder in its place, a
 * read-only attribute, and a missing permission often have one error code.
 * @param file absolute path
 * @returns a `DiskFault`, or the error itself where the disk says no more
 */
export async function lookInto(error: unknown, file: string, wanted: 'read' | 'write'): Promise<unknown> {
    const code = systemCode(error);
    if (error instanceof DiskFault || code === undefined || !AMBIGUOUS.has(code)) return error;
    try {
        const found =
            (await faultOf(file, code, wanted)) ?? (wanted === 'write' ? await faultOfFolder(file, code) : undefined);
        return found === undefined ? error : new DiskFault(code, ...found, { cause: error });
    } catch (failure) {
        rethrowUnlessSystemError(failure);
        return error;
    }
}

/** A fault of what is in the place of a file, and the way out. */
type Found = readonly [reason: string, advice: string];

/** What is wrong with something that is not a file; undefined for a file. */
export function notAFile(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): Found | undefined {
    if (stats.isFile()) return undefined;
    const what = stats.isDirectory() ? 'folder' : stats.isFIFO() ? 'pipe' : stats.isSocket() ? 'socket' : 'device';
    return [`it is a ${what} and not a file`, 'Move it away, and try again.'];
}

/** Whether a file is marked as not to be changed: on Windows by its attribute, elsewhere by a mode without any right to write. */
export function isReadOnly({ mode }: { readonly mode: number | bigint }): boolean {
    return (Number(mode) & NO_WRITE_BIT) === 0;
}

async function faultOf(file: string, code: string, wanted: 'read' | 'write'): Promise<Found | undefined> {
    const link = await lstatOf(file);
    // Windows says only that there is no such file.
    if (link === undefined) return code === 'ENOTDIR' || code === 'ENOENT' ? faultOfWay(file, wanted) : undefined;
    if (link.isSymbolicLink() && code === 'ELOOP') {
        return ['it is a symbolic link', 'Put the file itself in the place of the link, and try again.'];
    }
    const stats = link.isSymbolicLink() ? await stat(file) : link;
    return notAFile(stats) ?? (wanted === 'write' && isReadOnly(stats) ? readOnly : undefined);
}

const readOnly: Found = ['it is read-only', 'Clear its read-only attribute if it may be changed, and try again.'];

async function faultOfFolder(file: string, code: string): Promise<Found | undefined> {
    if (code !== 'EACCES' && code !== 'EPERM') return undefined;
    const [folder, there] = await Promise.all([stat(path.dirname(file)), lstatOf(file)]);
    const me = process.getuid?.();
    if (me === undefined || there === undefined || (folder.mode & STICKY) === 0) return undefined;
    if (folder.uid === me || there.uid === me) return undefined;
    return [
        'its folder lets only the owner of a file replace it',
        'Ask the administrator of the share to take that restriction (the sticky bit) off the folder.',
    ];
}

const notThere: Found = ['it is not there', 'Check the spelling, or whether it was moved.'];

/** Finds the file that stands in the place of a folder on the way to another, or that only the file is missing. */
async function faultOfWay(file: string, wanted: 'read' | 'write'): Promise<Found | undefined> {
    for (
        let [place, above] = [file, path.dirname(file)];
        above !== place;
        [place, above] = [above, path.dirname(above)]
    ) {
        // A link on the way may lead to a folder.
        const stats = await unlessMissing(stat(above));
        if (stats === undefined) continue;
        if (!stats.isDirectory()) return [`${above} is a file and not a folder`, 'Check the path, and try again.'];
        return place === file && wanted === 'read' ? notThere : undefined;
    }
    return undefined;
}

function lstatOf(file: string): Promise<Stats | undefined> {
    return unlessMissing(lstat(file));
}

async function unlessMissing(looking: Promise<Stats>): Promise<Stats | undefined> {
    try {
        return await looking;
    } catch (error) {
        const code = systemCode(error);
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw error;
    }
}
