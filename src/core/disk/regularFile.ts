import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemCode } from '../base/errors';
import { DiskFault, lookInto, notAFile } from './diskFault';

/** Flags for reading. Without `O_NONBLOCK`, opening a pipe in the place of a file waits until somebody writes to it. */
export const READING = constants.O_RDONLY | constants.O_NONBLOCK;

/** What is in the place of a file cannot be read as one. */
export class NotReadable extends DiskFault {
    constructor(reason: string, advice: string) {
        // Callers treat it like the answer of a system to somebody who opens a folder as a file.
        super('EISDIR', reason, advice);
    }
}

/** An open file, and what it was when it was opened. */
export interface OpenFile {
    readonly handle: FileHandle;
    readonly stats: Stats;
}

/**
 * Opens a regular file. Anyone may put a link to a device or a pipe in its place: reading `/dev/zero` never ends.
 * @param flags with `O_NONBLOCK`; a link is followed unless they have `O_NOFOLLOW`
 * @param largest bytes
 * @throws the system error; NotReadable for anything else than a file, and for a larger one
 */
export async function openRegular(file: string, flags = READING, largest = Infinity): Promise<OpenFile> {
    const handle = await openNow(file, flags);
    try {
        const stats = await handle.stat();
        requireRegular(stats);
        if (stats.size > largest) {
            const megabytes = Math.floor(largest / 2 ** 20);
            throw new NotReadable(`it is larger than ${megabytes} MB`, 'Move it away, and try again.');
        }
        return { handle, stats };
    } catch (error) {
        await handle.close().catch(() => undefined); // The first error says more.
        throw error;
    }
}

/** Opens a regular file, lets `use` have it, and closes it again. See `openRegular`. */
export async function withRegular<T>(
    file: string,
    use: (open: OpenFile) => Promise<T>,
    flags = READING,
    largest = Infinity,
): Promise<T> {
    const opened = await openRegular(file, flags, largest);
    try {
        return await use(opened);
    } finally {
        await opened.handle.close();
    }
}

/**
 * Reads a file of moderate size.
 * @param largest bytes
 * @param atMost bytes of its beginning that are wanted; all by default
 * @throws the system error; NotReadable
 */
export function readRegular(file: string, largest: number, atMost?: number): Promise<Buffer> {
    const read = async ({ handle }: OpenFile): Promise<Buffer> => {
        if (atMost === undefined) return handle.readFile();
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(atMost), 0, atMost, 0);
        return buffer.subarray(0, bytesRead);
    };
    return withRegular(file, read, READING, largest);
}

async function openNow(file: string, flags: number): Promise<FileHandle> {
    try {
        return await open(file, flags);
    } catch (error) {
        // Most missing files need not be there, and a look at every folder above them takes time.
        if (systemCode(error) === 'ENOENT') throw error;
        throw await lookInto(error, file, (flags & (constants.O_WRONLY | constants.O_RDWR)) === 0 ? 'read' : 'write');
    }
}

/** @throws NotReadable for anything else than a file */
export function requireRegular(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): void {
    const found = notAFile(stats);
    if (found !== undefined) throw new NotReadable(...found);
}
