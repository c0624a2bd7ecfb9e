import { open, stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { truncate } from '../base/truncate';
import { retryUntilAnswered } from '../disk/retry';
import { READING } from '../disk/regularFile';
import { setRights, type Rights } from '../disk/rights';

/** Who wants or holds the mutex. It is written into the owner file, so that waiters can name the holder. */
export interface MutexOwner {
    readonly user: string;
    readonly host: string;
}

/** What the owner file of a mutex directory says. */
export interface OwnerRecord {
    /** Random for each hold; the raw text while half written, and `''` without an owner file. */
    readonly token: string;
    /** Whether there is an owner file that this user may not read: then nobody can tell who has the mutex. */
    readonly isClosed?: boolean;
    readonly owner: (MutexOwner & { readonly pid: number }) | undefined;
    /** Modification time in nanoseconds, if it was asked for. */
    readonly time?: bigint | undefined;
}

/** The record of an owner file that does not exist. */
export const NOBODY: OwnerRecord = { token: '', owner: undefined };

/** The file in a mutex directory whose creation decides who has it. */
export const OWNER_FILE = 'owner';

const LARGEST_BYTES = 4096;
/** Characters of the user's and the computer's name, so that all of it can be read again. */
const LONGEST_NAME = 256;
/** The answers when there is no owner file, or something else in its place. */
const NO_OWNER = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);
/** The answer when the owner file, or its folder, is closed to us: then there is an owner for all that we know. */
const CLOSED = 'EACCES';
/** The token of such an owner; no random one is like it. */
const CLOSED_TOKEN = 'closed';

/** The path of the owner file of a mutex directory. */
export function ownerFileOf(directory: string): string {
    return path.join(directory, OWNER_FILE);
}

/** The text of an owner file of this process. @param token random for each hold */
export function describeOwner(token: string, owner: MutexOwner): string {
    const [user, host] = [owner.user, owner.host].map((name) => truncate(name, LONGEST_NAME));
    return JSON.stringify({ token, ...owner, user, host, pid: process.pid });
}

/**
 * Writes an owner file. Waiters can do without it; on a full disk the change itself fails, too.
 * @param rights who may read it; undefined where the umask leaves enough
 */
export async function writeOwner(ownerFile: FileHandle, text: string, rights: Rights | undefined): Promise<void> {
    try {
        try {
            if (rights !== undefined) await setRights(rights, ownerFile);
            await ownerFile.writeFile(text);
        } finally {
            await ownerFile.close();
        }
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
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
        const code = systemCode(error) ?? '';
        if (NO_OWNER.has(code)) return undefined;
        if (code !== CLOSED) throw error;
        const lastSign = withTime ? await timeOfClosed(directory) : undefined;
        return { ...NOBODY, token: CLOSED_TOKEN, isClosed: true, time: lastSign };
    }
    // While it is half written, its text serves as the token. That it becomes whole counts as a sign of life.
    return { ...(parseOwner(text) ?? { ...NOBODY, token: text }), time };
}

/** The time of an owner file that may be looked at and not be read; undefined where its folder is closed, too. */
async function timeOfClosed(directory: string): Promise<bigint | undefined> {
    try {
        return (await stat(ownerFileOf(directory), { bigint: true })).mtimeNs;
    } catch (error) {
        const code = systemCode(error) ?? '';
        if (code === CLOSED || NO_OWNER.has(code)) return undefined;
        throw error;
    }
}

function parseOwner(text: string): OwnerRecord | undefined {
    try {
        const { token, user, host, pid } = JSON.parse(text) as Record<string, unknown>;
        if (typeof token !== 'string') return undefined;
        const isNamed = typeof user === 'string' && typeof host === 'string' && typeof pid === 'number';
        return {
            token,
            owner: isNamed ? { user, host, pid } : undefined,
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
