import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, stat, writeFile, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { sameTimes, type FileTimes } from '../disk/fileState';
import { namesIn } from '../disk/folderEntries';
import { moveFile, removeFile } from '../disk/moveFile';
import { READING, withRegular } from '../disk/regularFile';

/** A content by its size in bytes and its SHA-256 in hexadecimal. */
export interface Content {
    readonly size: number;
    readonly sha256: string;
}

const PIECE = 2 ** 20;
/** What a copy is called before its hash is known. */
const PART = '.part';

/** The hash of a file on disk, piece by piece: it may be larger than the memory. @throws the system error */
export async function hashOfFile(diskPath: string): Promise<string> {
    const { sha256 } = await withRegular(diskPath, ({ handle }) => eachPiece(handle, () => Promise.resolve()));
    return sha256;
}

/** Copies of files on this computer, each under the hash of what is in it, so that the same content is kept once. */
export class ContentStore {
    /** @param folder absolute path of a folder that nobody else writes to; made when it is needed */
    constructor(private readonly folder: string) {}

    /** Where a content is, if it is kept. */
    pathOf(sha256: string): string {
        return path.join(this.folder, sha256);
    }

    /** Whether a content is kept. */
    async has({ sha256, size }: Content): Promise<boolean> {
        try {
            return (await stat(this.pathOf(sha256))).size === size;
        } catch (error) {
            rethrowUnlessSystemError(error);
            return false;
        }
    }

    /**
     * Keeps a copy of a file.
     * @param diskPath absolute path; a link is not followed
     * @param was how it has to be, before and after it was read
     * @param signal gives up when it is aborted
     * @returns undefined when it was not so, or that was given up; then nothing is kept
     * @throws the system error
     */
    async keep(
        diskPath: string,
        was: FileTimes & { readonly sha256?: string | undefined },
        signal?: AbortSignal,
    ): Promise<Content | undefined> {
        await mkdir(this.folder, { recursive: true });
        const aside = path.join(this.folder, `${randomUUID()}${PART}`);
        const copy = async (source: FileHandle): Promise<Content | undefined> => {
            const content = await copyTo(source, aside, signal);
            if (content === undefined || content.size !== was.size) return undefined;
            if (was.sha256 !== undefined && content.sha256 !== was.sha256) return undefined;
            return sameTimes(await source.stat(), was) && sameTimes(await stat(diskPath), was) ? content : undefined;
        };
        try {
            const content = await withRegular(
                diskPath,
                async ({ handle, stats }) => (sameTimes(stats, was) ? copy(handle) : undefined),
                READING | constants.O_NOFOLLOW,
            );
            if (content !== undefined) await moveFile(aside, this.pathOf(content.sha256));
            return content;
        } finally {
            await removeFile(aside);
        }
    }

    /**
     * Keeps a content that is kept elsewhere, too.
     * @param write writes it to a new file, and forces that to the disk
     * @returns whether it was that content
     * @throws what `write` throws; the system error
     */
    async adopt({ sha256 }: Content, write: (target: string) => Promise<void>): Promise<boolean> {
        await mkdir(this.folder, { recursive: true });
        const aside = path.join(this.folder, `${randomUUID()}${PART}`);
        try {
            await write(aside);
            if ((await hashOfFile(aside)) !== sha256) return false;
            await moveFile(aside, this.pathOf(sha256));
            return true;
        } finally {
            await removeFile(aside);
        }
    }

    /** Keeps bytes that are in no file. @throws the system error */
    async keepBytes(bytes: Uint8Array): Promise<Content> {
        await mkdir(this.folder, { recursive: true });
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const aside = path.join(this.folder, `${randomUUID()}${PART}`);
        try {
            await writeFile(aside, bytes, { flag: 'wx', mode: 0o600, flush: true });
            await moveFile(aside, this.pathOf(sha256));
        } finally {
            await removeFile(aside);
        }
        return { size: bytes.byteLength, sha256 };
    }

    /**
     * Removes the contents that nobody wants.
     * @param wanted their hashes
     * @param before milliseconds since 1970; what was kept since may have no record yet
     * @returns the sizes of those that stay, in bytes, by their hashes
     */
    async sweep(wanted: ReadonlySet<string>, before: number): Promise<Map<string, number>> {
        const sizes = new Map<string, number>();
        for (const name of await namesIn(this.folder)) {
            try {
                const { mtimeMs, size } = await stat(this.pathOf(name));
                if (wanted.has(name) || mtimeMs >= before) sizes.set(name, size);
                else await removeFile(this.pathOf(name));
            } catch (error) {
                rethrowUnlessSystemError(error); // It can be removed another time.
            }
        }
        return sizes;
    }

    /** Removes a content, if it is kept. @throws the system error */
    async remove(sha256: string): Promise<void> {
        await removeFile(this.pathOf(sha256));
    }
}

async function copyTo(source: FileHandle, file: string, signal: AbortSignal | undefined): Promise<Content | undefined> {
    const target = await open(file, 'wx', 0o600);
    try {
        const content = await eachPiece(source, async (piece) => {
            await target.writeFile(piece);
            return signal?.aborted;
        });
        if (signal?.aborted) return undefined;
        await target.sync();
        return content;
    } finally {
        await target.close();
    }
}

/** Reads a file from its beginning. @param use ends it early by answering true */
async function eachPiece(handle: FileHandle, use: (piece: Buffer) => Promise<boolean | void>): Promise<Content> {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(PIECE);
    let size = 0;
    for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, PIECE, size);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        hash.update(piece);
        size += bytesRead;
        if ((await use(piece)) === true) break;
    }
    return { size, sha256: hash.digest('hex') };
}
