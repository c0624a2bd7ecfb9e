import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../base/errors';
import { retryUntilAnswered } from './retry';

/**
 * Why a file cannot be found. `new`: it was never made. `lost`: it was, because its backup is there. `hidden`: it is there,
 * but this computer remembers that it was not.
 */
export type Absence = 'new' | 'lost' | 'hidden';

/** How long a client of a file server may remember a folder's entries (Windows: 10 s). */
const LONGEST_MEMORY_MS = 12_000;
const BETWEEN_LOOKS_MS = 100;

/**
 * Asks the folder why a file could not be found.
 * @param file, backup absolute paths in the same folder
 * @throws the system error of `readdir`
 */
export async function whyAbsent(file: string, backup: string): Promise<Absence> {
    // Some clients replace a file in two steps, so one look might miss both the file and its backup.
    for (let look = 1; look <= 2; look++) {
        const entries = await retryUntilAnswered(() => readdir(path.dirname(file), { withFileTypes: true }));
        const files = new Set(entries.filter(isFile).map(({ name }) => name));
        if (files.has(path.basename(file))) return 'hidden';
        if (files.has(path.basename(backup))) return 'lost';
    }
    return 'new';
}

/** On Windows, a file that its server stores without duplicates, or keeps elsewhere, looks like a link. */
function isFile(entry: Dirent): boolean {
    return entry.isFile() || (process.platform === 'win32' && entry.isSymbolicLink());
}

/**
 * Waits until this computer finds a file that is on the server, for 12 seconds at most.
 * @throws a system error other than `ENOENT`
 */
export async function untilFound(file: string): Promise<void> {
    const end = performance.now() + LONGEST_MEMORY_MS;
    while (performance.now() < end) {
        try {
            await stat(file);
            return;
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
        }
        await delay(BETWEEN_LOOKS_MS);
    }
}
