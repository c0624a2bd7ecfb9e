import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { systemCode } from '../base/errors';

/** The names in a folder; none where there is no folder. @throws the system error */
export function namesIn(folder: string): Promise<string[]> {
    return unlessMissing(readdir(folder));
}

/** What is in a folder; nothing where there is no folder. @throws the system error */
export function entriesIn(folder: string): Promise<Dirent[]> {
    return unlessMissing(readdir(folder, { withFileTypes: true }));
}

async function unlessMissing<T>(reading: Promise<T[]>): Promise<T[]> {
    try {
        return await reading;
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return [];
        throw error;
    }
}
