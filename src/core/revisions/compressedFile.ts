import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { withRegular } from '../disk/regularFile';
import type { Content } from './contentStore';

// Files compressed by gzip, written and read piece by piece: they may be larger than the memory. `node:zlib` is loaded when
// something is: most commands need none of it.

const PIECE = 2 ** 18;
/** A gzip file has 10 bytes before the compressed content, and 8 after it. The last 4 are the size of the content. */
const SMALLEST_BYTES = 18;

/** How a file is read, and how that is given up. */
export interface Reading {
    /** Gives up when it is aborted. */
    readonly signal?: AbortSignal | undefined;
    /** Told how many bytes of the content were read since it was last called. */
    readonly onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Writes what is in a file compressed to a new one, forces that to the disk, and reads it back.
 * @param to empty, open for reading, too
 * @param size bytes that are in the file, as far as one can tell
 * @throws the system error, an error when the disk does not give back what was written to it, or an `AbortError`
 */
export async function compress(
    from: FileHandle,
    to: FileHandle,
    size: number,
    reading: Reading = {},
): Promise<Content> {
    return size <= PIECE ? compressSmall(from, to, reading) : compressLarge(from, to, reading);
}

/** In one piece: setting up streams takes longer than the rest. */
async function compressSmall(from: FileHandle, to: FileHandle, { onProgress }: Reading): Promise<Content> {
    const content = await readAll(from);
    onProgress?.(content.length);
    const { constants, gzipSync } = await import('node:zlib');
    const compressed = gzipSync(content, { level: constants.Z_BEST_SPEED });
    await to.writeFile(compressed);
    await to.sync();
    if (!(await readAll(to)).equals(compressed)) throw notGivenBack();
    return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

async function compressLarge(from: FileHandle, to: FileHandle, reading: Reading): Promise<Content> {
    const { constants, crc32, createGzip } = await import('node:zlib');
    const hash = createHash('sha256');
    let size = 0;
    let written = 0;
    let back = 0;
    async function* pieces(): AsyncGenerator<Buffer> {
        for await (const piece of piecesOf(from)) {
            hash.update(piece);
            size += piece.length;
            reading.onProgress?.(piece.length);
            yield piece;
        }
    }
    // A part hardly compresses, and nobody wants to wait for the rest.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: PIECE });
    await pipeline(
        pieces(),
        gzip,
        async (compressed: AsyncIterable<Buffer>) => {
            for await (const piece of compressed) {
                written = crc32(piece, written); // Much faster than a hash, and enough to find what a disk lost.
                await to.writeFile(piece);
            }
        },
        optionsOf(reading),
    );
    await to.sync();
    for await (const piece of piecesOf(to)) {
        reading.signal?.throwIfAborted();
        back = crc32(piece, back);
    }
    if (back !== written) throw notGivenBack();
    return { size, sha256: hash.digest('hex') };
}

function notGivenBack(): Error {
    return new Error('the disk does not give back what was written to it');
}

/**
 * The content of a compressed file, piece by piece.
 * @param use called for each piece
 * @returns what it is; undefined when the file is damaged or cut off
 * @throws the system error, or an `AbortError`
 */
export async function decompress(
    from: FileHandle,
    use: (piece: Buffer) => Promise<void> | void = () => undefined,
    reading: Reading = {},
): Promise<Content | undefined> {
    // No content at all would pass for an empty one.
    if ((await from.stat()).size < SMALLEST_BYTES) return undefined;
    const { createGunzip } = await import('node:zlib');
    const hash = createHash('sha256');
    let size = 0;
    try {
        await pipeline(
            piecesOf(from),
            createGunzip({ chunkSize: PIECE }),
            async (content: AsyncIterable<Buffer>) => {
                for await (const piece of content) {
                    hash.update(piece);
                    size += piece.length;
                    reading.onProgress?.(piece.length);
                    await use(piece);
                }
            },
            optionsOf(reading),
        );
    } catch (error) {
        if (isCompressionError(error)) return undefined;
        throw error;
    }
    return { size, sha256: hash.digest('hex') };
}

/** A small content out of its compressed form. @returns undefined when it is not the one that is expected */
export async function unpack(compressed: Buffer, expected: Content): Promise<Buffer | undefined> {
    const { gunzip } = await import('node:zlib');
    // What others kept may become a million times as large.
    const limits = { maxOutputLength: Math.max(expected.size, 1) };
    const content = await new Promise<Buffer | undefined>((resolve) => {
        gunzip(compressed, limits, (error, bytes) => resolve(error === null ? bytes : undefined));
    });
    if (content?.length !== expected.size) return undefined;
    return createHash('sha256').update(content).digest('hex') === expected.sha256 ? content : undefined;
}

/** What a file is. @throws the system error, or an `AbortError` */
export async function contentOfFile(from: FileHandle, { signal, onProgress }: Reading = {}): Promise<Content> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of piecesOf(from)) {
        signal?.throwIfAborted();
        hash.update(piece);
        size += piece.length;
        onProgress?.(piece.length);
    }
    return { size, sha256: hash.digest('hex') };
}

/** What a compressed file is, as `decompress` tells it. @throws the system error, NotReadable, or an `AbortError` */
export async function contentOfCompressed(file: string, reading: Reading = {}): Promise<Content | undefined> {
    return withRegular(file, ({ handle }) => decompress(handle, undefined, reading));
}

/**
 * Whether a compressed file may have a content of this size; costs no more than a look at its end.
 * @throws the system error, or NotReadable
 */
export async function mayHaveSize(file: string, size: number): Promise<boolean> {
    return withRegular(file, async ({ handle, stats: { size: compressed } }) => {
        if (compressed < SMALLEST_BYTES) return false;
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, compressed - 4);
        return bytesRead === 4 && buffer.readUInt32LE(0) === size % 2 ** 32;
    });
}

async function readAll(handle: FileHandle): Promise<Buffer> {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
}

function optionsOf({ signal }: Reading): { signal?: AbortSignal } {
    return signal === undefined ? {} : { signal };
}

async function* piecesOf(handle: FileHandle): AsyncGenerator<Buffer> {
    for (let at = 0; ;) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
    }
}

function isCompressionError(error: unknown): boolean {
    const { code } = error as NodeJS.ErrnoException;
    return typeof code === 'string' && code.startsWith('Z_');
}
