import { rename, unlink } from 'node:fs/promises';
import { systemCode } from '../base/errors';
import { retry } from './retry';

// Files of ours that nobody else changes. What others may replace meanwhile goes through `replaceFile`.

/**
 * Renames a file, over another if there is one. A scanner or an indexer on Windows keeps new files open for a moment.
 * @throws the last system error
 */
export function moveFile(from: string, to: string): Promise<void> {
    return retry(() => rename(from, to));
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
