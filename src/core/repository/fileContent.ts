import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { limitConcurrency } from '../base/concurrency';
import { rethrowUnlessSystemError } from '../base/errors';
import type { FileContent } from '../history/historyEvent';
import { isFileInPlace } from '../disk/links';
import { READING } from '../disk/readFile';

/** Bytes up to which the content of a file is read for its hash: a check-out of 200 MB is to answer like a small one. */
const LARGEST_HASHED = 2 ** 20;
const FILES_AT_ONCE = 8;

/**
 * What is in a file now. The hash is left out where the file is large, or was written to meanwhile.
 * @param diskPath absolute path
 * @returns undefined when it cannot be told: no file, a link, no permission, the share is gone
 */
async function contentOf(diskPath: string): Promise<FileContent | undefined> {
    try {
        const handle = await open(diskPath, READING | constants.O_NOFOLLOW);
        try {
            const stats = await handle.stat();
            if (!stats.isFile()) return undefined;
            const { size } = stats;
            if (size > LARGEST_HASHED) return { size };
            const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size + 1), 0, size + 1, 0);
            if (bytesRead !== size) return { size };
            return { size, sha256: createHash('sha256').update(buffer.subarray(0, size)).digest('hex') };
        } finally {
            await handle.close();
        }
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

/**
 * What is in several files of a repository now; of one behind a link nothing is read.
 * @param root absolute path of the repository
 * @param files absolute paths
 * @returns by the keys that the files were given
 */
export async function contentsOf(
    root: string,
    files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, FileContent>> {
    const contents = new Map<string, FileContent>();
    await limitConcurrency(files, FILES_AT_ONCE, async ([key, diskPath]) => {
        const content = (await isFileInPlace(root, diskPath)) ? await contentOf(diskPath) : undefined;
        if (content !== undefined) contents.set(key, content);
    });
    return contents;
}
