import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { limitConcurrency } from '../base/concurrency';
import { rethrowUnlessSystemError } from '../base/errors';
import type { FileContent } from '../history/historyEvent';
import { isFileInPlace } from '../disk/links';
import { READING } from '../disk/regularFile';
import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import type { Snapshot } from './snapshot';

/** A larger file is not read for its hash: a check-out of 200 MB is to answer like a small one. */
const LARGEST_HASHED_BYTES = 2 ** 20;
const FILES_AT_ONCE = 8;

/**
 * What is in a file now. The hash is left out when the file is large, or was written to meanwhile.
 * @param diskPath absolute path
 * @returns undefined when nobody can tell: no file, a link, no permission, the share is gone
 */
async function contentOf(diskPath: string): Promise<FileContent | undefined> {
    try {
        const handle = await open(diskPath, READING | constants.O_NOFOLLOW);
        try {
            const stats = await handle.stat();
            if (!stats.isFile()) return undefined;
            const { size } = stats;
            if (size > LARGEST_HASHED_BYTES) return { size };
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
 * What is in several files of a repository now. Nothing is read of what lies outside it, nor of a file behind a link.
 * @param paths inside the repository
 * @returns by folded paths; those of which it cannot be told are left out
 */
export async function contentsOf(
    snapshot: Snapshot,
    paths: readonly string[],
): Promise<ReadonlyMap<string, FileContent>> {
    const contents = new Map<string, FileContent>();
    await limitConcurrency(
        paths.filter((path) => isRepositoryPath(path)),
        FILES_AT_ONCE,
        async (path) => {
            const diskPath = snapshot.diskPath(snapshot.locate(path) ?? path);
            const content = (await isFileInPlace(snapshot.root, diskPath)) ? await contentOf(diskPath) : undefined;
            if (content !== undefined) contents.set(foldPath(path), content);
        },
    );
    return contents;
}
