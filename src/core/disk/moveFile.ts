import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { systemCode } from '../base/errors';
import { READING } from './regularFile';
import { retry } from './retry';

// Files of ours that nobody else changes. What others may replace meanwhile goes through `replaceFile`.

/**
 * Renames a file, over another if there is one. A scanner or an indexer on Windows keeps new files open for a moment.
 * @throws the last system error
 */
export function moveFile(from: string, to: string): Promise<void> {
    return retry(() => rename(from, to));
}

/**
 * Moves a file to a free name in another folder.
 * @returns false when that folder is on another disk, and then nothing was moved
 * @throws the last system error: `ENOENT` when there was nothing to move
 */
export async function moveWithinDisk(from: string, to: string): Promise<boolean> {
    try {
        await moveFile(from, to);
        return true;
    } catch (error) {
        if (systemCode(error) === 'EXDEV') return false;
        // The answer to a first request may have been lost.
        if (systemCode(error) === 'ENOENT' && (await canBeOpened(to))) return true;
        throw error;
    }
}

/** Asked by opening it: what a client of a file server says of a path may be 10 s old. */
async function canBeOpened(file: string): Promise<boolean> {
    try {
        await (await retry(() => open(file, READING | constants.O_NOFOLLOW))).close();
        return true;
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return false;
    }
}

/** Removes a file, if it is there. @throws the last system error */
export async function removeFile(file: string): Promise<void> {
    await retry(async () => {
        try {
            await unlink(file);
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
        }
    });
}
