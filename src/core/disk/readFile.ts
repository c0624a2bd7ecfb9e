import { isAscii, isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { isSystemError, systemCode } from '../base/errors';
import { lookInto } from './diskFault';
import { FileStamp } from './fileStamp';
import { READING, requireRegular } from './regularFile';
import { rightsOf, type Rights } from './rights';

/** The content of a file, with the stamp and rights that it had then. */
export interface ReadText {
    /** Undefined when the file is larger than was wanted. */
    readonly bytes: Buffer | undefined;
    /** Undefined when the bytes are not UTF-8: replacement characters would falsify names. */
    readonly text: string | undefined;
    readonly stamp: FileStamp;
    readonly rights: Rights;
    /** Settles when the file is closed again; until then nobody can replace it on Windows. Never rejects. */
    readonly closed: Promise<void>;
}

/** A file that is replaced while it is read cannot always be read to its end (NFS answers `ESTALE`). */
const MAX_READS = 3;

/**
 * Reads a whole file and its stamp through one handle, so that the stamp is not newer than the content.
 * @param largest in bytes; the content of a larger file is not read
 * @returns undefined when there is no such file
 * @throws the system error, or an error when it is not a file
 */
export async function readText(file: string, largest: number): Promise<ReadText | undefined> {
    for (let reads = 1; ; reads++) {
        let handle: FileHandle;
        try {
            handle = await open(file, READING);
        } catch (error) {
            if (systemCode(error) === 'ENOENT') return undefined;
            throw await lookInto(error, file, 'read');
        }
        try {
            return await readOpen(handle, largest);
        } catch (error) {
            if (reads === MAX_READS || !isSystemError(error)) throw error;
        }
    }
}

/**
 * The stamp of a file through a handle: of its path a client may answer for ten seconds (Windows), or for a minute (NFS),
 * what it knows from before; to open a file it asks the server.
 * @throws the system error
 */
export async function readStamp(file: string): Promise<FileStamp> {
    const handle = await open(file, READING);
    try {
        return FileStamp.of(await handle.stat({ bigint: true }));
    } finally {
        await close(handle);
    }
}

async function readOpen(handle: FileHandle, largest: number): Promise<ReadText> {
    try {
        const stats = await handle.stat({ bigint: true });
        requireRegular(stats);
        const bytes = await readWhole(handle, Number(stats.size), largest);
        const closed = close(handle);
        return {
            bytes,
            text: bytes && decode(bytes),
            stamp: FileStamp.of(stats),
            rights: rightsOf(stats),
            closed,
        };
    } catch (error) {
        await close(handle);
        throw error;
    }
}

/** Nothing is lost when closing a file fails that was only read. */
async function close(handle: FileHandle): Promise<void> {
    await handle.close().catch(() => undefined);
}

function decode(bytes: Buffer): string | undefined {
    if (isAscii(bytes)) return bytes.toString('latin1'); // Several times faster, in half the memory.
    return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * Whether a file has the content that it had before; one that was too large to be read is compared by its stamp.
 * @param before, now undefined where there was no file
 */
export function sameContent(before: ReadText | undefined, now: ReadText | undefined): boolean {
    if (before?.bytes === undefined || now?.bytes === undefined) return FileStamp.same(before?.stamp, now?.stamp);
    return before.bytes.equals(now.bytes);
}

/** Reads to the end, in one call when the file is as long as its size says. */
async function readWhole(handle: FileHandle, size: number, largest: number): Promise<Buffer | undefined> {
    if (size > largest) return undefined;
    // One byte more than expected shows whether it grew.
    const first = Buffer.allocUnsafe(size + 1);
    const { bytesRead } = await handle.read(first, 0, size + 1, 0);
    return bytesRead === size ? first.subarray(0, size) : readRest(handle, first.subarray(0, bytesRead), largest);
}

async function readRest(handle: FileHandle, start: Buffer, largest: number): Promise<Buffer | undefined> {
    const pieces = [start];
    for (let at = start.length; at <= largest;) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(65_536), 0, 65_536, at);
        if (bytesRead === 0) return Buffer.concat(pieces);
        pieces.push(buffer.subarray(0, bytesRead));
        at += bytesRead;
    }
    return undefined;
}
