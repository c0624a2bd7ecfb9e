import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../base/errors';
import { retryUntilAnswered } from '../disk/retry';
import { READING } from '../disk/regularFile';

/** Who wants or holds the mutex. It is written into the owner file, so that waiters can name the holder. */
export interface MutexOwner {
    readonly user: string;
    readonly host: string;
}

/** What the owner file of a mutex directory says. */
export interface OwnerRecord {
    /** Random for each hold; the raw text while half written, and `''` without an owner file. */
    readonly token: string;
    readonly owner: (MutexOwner & { readonly pid: number }) | undefined;
    /** Milliseconds for which the owner had waited; 0 when the file does not say. */
    readonly waited: number;
    /** Modification time in nanoseconds, if it was asked for. */
    readonly time?: bigint | undefined;
}

/** The record of an owner file that does not exist. */
export const NOBODY: OwnerRecord = { token: '', owner: undefined, waited: 0 };

/** The file in a mutex directory whose creation decides who has it. */
export const OWNER_FILE = 'owner';

const LARGEST_BYTES = 4096;
/** The answers when there is no owner file, or something else in its place, or the folder is closed to us. */
const NO_OWNER = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES']);

/** The path of the owner file of a mutex directory. */
export function ownerFileOf(directory: string): string {
    return path.join(directory, OWNER_FILE);
}

/** The text of an owner file of this process. @param token random for each hold @param waited milliseconds */
export function describeOwner(token: string, owner: MutexOwner, waited: number): string {
    return JSON.stringify({ token, ...owner, pid: process.pid, waited: Math.round(waited) });
}

/**
 * Reads the owner file of a mutex directory.
 * @param withTime whether its modification time is wanted
 * @returns undefined when there is none
 * @throws a system error
 */
export async function readOwner(directory: string, withTime = false): Promise<OwnerRecord | undefined> {
    let text: string;
    let time: bigint | undefined;
    try {
        ({ text, time } = await retryUntilAnswered(() => readSmall(ownerFileOf(directory), withTime)));
    } catch (error) {
        if (NO_OWNER.has(systemCode(error) ?? '')) return undefined;
        throw error;
    }
    // While it is half written, its text serves as the token. That it becomes whole counts as a sign of life.
    return { ...(parseOwner(text) ?? { ...NOBODY, token: text }), time };
}

function parseOwner(text: string): OwnerRecord | undefined {
    try {
        const { token, user, host, pid, waited } = JSON.parse(text) as Record<string, unknown>;
        if (typeof token !== 'string') return undefined;
        const isNamed = typeof user === 'string' && typeof host === 'string' && typeof pid === 'number';
        return {
            token,
            owner: isNamed ? { user, host, pid } : undefined,
            waited: typeof waited === 'number' && waited > 0 ? waited : 0,
        };
    } catch {
        return undefined;
    }
}

/**
 * Reads a small file in three calls where `readFile` needs five. The time comes from the open file: a Windows client may
 * answer for ten seconds from its cache what it knows of a path, which is as long as a mutex may show no sign of life.
 */
async function readSmall(file: string, withTime: boolean): Promise<{ text: string; time: bigint | undefined }> {
    const handle = await open(file, READING);
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(LARGEST_BYTES), 0, LARGEST_BYTES, null);
        const time = withTime ? (await handle.stat({ bigint: true })).mtimeNs : undefined;
        return { text: buffer.toString('utf8', 0, bytesRead), time };
    } finally {
        await handle.close();
    }
}
