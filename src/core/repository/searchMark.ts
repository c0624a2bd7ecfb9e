import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { LOCKS_FILE, REPOSITORY } from './locksPlaces';

/**
 * What tells, by a few calls and without reading a folder, that a search for a repository may end in another way than the
 * last one: whatever comes or goes in the root, and the file or folder that was in the way.
 * @param root absolute path
 * @param others more absolute paths: a repository that was named, what a refusal named
 */
export async function searchMark(root: string, others: readonly string[]): Promise<string> {
    const places = [root, path.join(root, REPOSITORY), path.join(root, LOCKS_FILE), ...others];
    return (await Promise.all(places.map(markOf))).join('|');
}

async function markOf(place: string): Promise<string> {
    try {
        const stats = await stat(place, { bigint: true });
        // A locks file is replaced at each change: whether it is there is all that matters.
        return stats.isDirectory() ? `${stats.dev} ${stats.ino} ${stats.mtimeNs}` : 'file';
    } catch (error) {
        rethrowUnlessSystemError(error);
        return systemCode(error) ?? '';
    }
}
