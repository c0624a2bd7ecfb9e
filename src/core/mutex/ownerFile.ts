import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../base/errors';
import { retryUntilAnswered } from '../disk/retry';
import { READING } from '../disk/readFile';

/** Who wants or holds the mutex; written into it, so that whoever waits can say for whom. */
export interface MutexOwner {
    readonly user: string;
    readonly host: string;
}

/** What the owner file of a mutex directory says. */
export interface OwnerRecord {
    /** Random, of one hold; the text of the file itself where it is not whole, and `''` where there is none. */
    readonly token: string;
    readonly owner: (MutexOwner & { readonly pid: number }) | undefined;
    /** Milliseconds for which the owner had waited; 0 when it does not say. */
    readonly waited: number;
    /** When the file was changed last, where that was asked for. */
    readonly time?: bigint | undefined;
}

/** Of an owner file that is not there, or not written yet. */
export const NOBODY: OwnerRecord = { token: '', owner: undefined, waited: 0 };

/** The file in a mutex directory whose creation decides who has it. */
export const OWNER_FILE = 'owner';

const LARGEST = 4096;
/** What reading the owner file says when there is none, or something else in its place, or a folder closed to us. */
const NO_OWNER = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES']);

/** The owner file of a mutex directory. */
export function ownerFileOf(directory: string): string {
    return path.join(directory, OWNER_FILE);
}

/** The text of an owner file of this process. */
export function describeOwner(token: string, owner: MutexOwner, waited: number): string {
    return JSON.stringify({ token, ...owner, pid: process.pid, waited: Math.round(waited) });
}

/** Reads the owner file of a mutex directory; undefined when there is none. @param withTime whether its time is wanted */
export async function readOwner(directory: string, withTime = false): Promise<OwnerRecord | undefined> {
    let text: string;
    let time: bigint | undefined;
    try {
        ({ text, time } = await retryUntilAnswered(() => readSmall(ownerFileOf(directory), withTime)));
    } catch (error) {
        if (NO_OWNER.has(systemCode(error) ?? '')) return undefined;
        throw error;
    }
    // Half written, its text serves as the token until it is whole, which then counts as a sign of life.
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
 * A file of at most a few kilobytes, in three calls where `readFile` needs five. Its time comes from the open file: what a
 * Windows computer says of a path it may remember for ten seconds, as long as a mutex may go without a sign of life.
 */
async function readSmall(file: string, withTime: boolean): Promise<{ text: string; time: bigint | undefined }> {
    const handle = await open(file, READING);
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(LARGEST), 0, LARGEST, null);
        const time = withTime ? (await handle.stat({ bigint: true })).mtimeNs : undefined;
        return { text: buffer.toString('utf8', 0, bytesRead), time };
    } finally {
        await handle.close();
    }
}
