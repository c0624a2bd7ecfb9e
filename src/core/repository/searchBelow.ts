import * as path from 'node:path';
import { limitConcurrency } from '../base/concurrency';
import { rethrowUnlessSystemError } from '../base/errors';
import { extensionOf, foldCase, nameOf } from '../base/repositoryPath';
import { backupOf } from '../base/ownNames';
import { FOLDERS_AT_ONCE, listFolder, subfoldersOf } from './listing';
import { LOCKS_FILE } from './locksPlaces';
import { NOTE } from './placeNote';

/** What lies in a folder and below it. */
export interface FoundBelow {
    /** Whether there is a CAM file. */
    readonly hasFiles: boolean;
    /** The absolute path of a locks file, a copy of one or a note below the folder; undefined when there is none. */
    readonly locks: string | undefined;
}

/** Somebody may have opened a whole disk: no more folders than this are looked into without a CAM file in them. */
const FOLDERS_WITHOUT_FILES = 100;
/** A shop has fewer jobs; a search that goes on would hold up the first look for too long. */
const MOST_FOLDERS = 5000;
const OF_LOCKS: ReadonlySet<string> = new Set([LOCKS_FILE, backupOf(LOCKS_FILE), NOTE]);

/**
 * Looks for CAM files in a folder and below it, and for the locks file of somebody who works in a part of it.
 * @param root absolute path
 * @param extensions lower case, with the dot
 * @throws the system error when the folder itself cannot be read
 */
export async function searchBelow(root: string, extensions: ReadonlySet<string>): Promise<FoundBelow> {
    const wanted = new Set([...extensions, ...[...OF_LOCKS].map(extensionOf)]);
    let hasFiles = false;
    let looked = 0;
    let level = [{ folder: '', diskPath: root }];
    while (level.length > 0) {
        const next: typeof level = [];
        const locks: string[] = [];
        await limitConcurrency(level, FOLDERS_AT_ONCE, async ({ folder, diskPath }) => {
            if (looked >= (hasFiles ? MOST_FOLDERS : FOLDERS_WITHOUT_FILES)) return;
            looked++;
            try {
                const listing = await listFolder(diskPath, folder, wanted);
                for (const file of listing.files.keys()) {
                    hasFiles ||= extensions.has(extensionOf(file));
                    if (folder !== '' && OF_LOCKS.has(foldCase(nameOf(file)))) locks.push(path.join(diskPath, file));
                }
                next.push(...subfoldersOf(listing, folder, diskPath));
            } catch (error) {
                if (folder === '') throw error;
                // A subfolder that cannot be read says nothing either way.
                rethrowUnlessSystemError(error);
            }
        });
        if (locks.length > 0) return { hasFiles: true, locks: locks.sort()[0] };
        level = next;
    }
    return { hasFiles, locks: undefined };
}
