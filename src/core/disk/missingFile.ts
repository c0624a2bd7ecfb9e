import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../base/errors';
import { retryUntilAnswered } from './retry';

/**
 * Why a file cannot be found. `new`: there never was one. `lost`: there was, since there is a copy of it. `hidden`: it is
 * there, but this computer remembers that it was not.
 */
export type Absence = 'new' | 'lost' | 'hidden';

/** Milliseconds for which a client of a file server may remember what it was told of a folder (Windows: 10 s). */
const LONGEST_MEMORY = 12_000;
const BETWEEN_LOOKS = 100;

/**
 * Why a file could not be found, as far as its folder tells.
 * @throws the system error of `readdir`
 */
export async function whyAbsent(file: string, copy: string): Promise<Absence> {
    // Some clients replace a file in two steps. Between those of the file and those of its copy, one look might miss both.
    for (let look = 1; look <= 2; look++) {
        const entries = await retryUntilAnswered(() => readdir(path.dirname(file), { withFileTypes: true }));
        const files = new Set(entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])));
        if (files.has(path.basename(file))) return 'hidden';
        if (files.has(path.basename(copy))) return 'lost';
    }
    return 'new';
}

/** Waits until this computer finds a file that the server has; for as long, at most, as it may remember that there was none. */
export async function untilFound(file: string): Promise<void> {
    for (const started = performance.now(); performance.now() - started < LONGEST_MEMORY;) {
        try {
            await stat(file);
            return;
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
        }
        await delay(BETWEEN_LOOKS);
    }
}
