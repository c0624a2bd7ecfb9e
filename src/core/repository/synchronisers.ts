import * as path from 'node:path';
import { isThere, withAncestors } from '../disk/realPath';

/** What a synchronising program leaves in the folder that it looks after. */
const MARKS: readonly (readonly [program: string, ...names: string[]])[] = [
    ['Dropbox', '.dropbox.cache', '.dropbox'],
    ['Syncthing', '.stfolder'],
    ['OneDrive', '.849C9593-D756-4E56-8D6E-42412F2A707B'],
    ['Nextcloud', '.nextcloudsync.log', '.owncloudsync.log'],
    ['Synology Drive', '.SynologyWorkingDirectory'],
    ['Resilio Sync', '.sync/ID'],
    ['Google Drive', '.tmp.drivedownload', '.tmp.driveupload'],
    ['DFS Replication', 'DfsrPrivate'],
];
/** The name of the folder itself. */
const NAMES: readonly (readonly [program: string, name: RegExp])[] = [
    ['OneDrive', /^OneDrive(?: - .+)?$/i],
    ['Dropbox', /^Dropbox(?: \(.+\))?$/i],
    ['iCloud Drive', /^Mobile Documents$/i],
    ['Google Drive', /^Google ?Drive$/i],
];

/** A folder that a program copies to other computers, and which program. */
export interface Synchronised {
    readonly folder: string;
    readonly program: string;
}

/**
 * Looks whether a folder, or one above it, is copied to other computers by a program: then each of them has its own locks file.
 * @param folder absolute path
 */
export async function synchronisedBy(folder: string): Promise<Synchronised | undefined> {
    for (const at of withAncestors(folder)) {
        const named = NAMES.find(([, name]) => name.test(path.basename(at)));
        if (named !== undefined) return { folder: at, program: named[0] };
        for (const [program, ...names] of MARKS) {
            for (const name of names) if (await isThere(path.join(at, name))) return { folder: at, program };
        }
    }
    return undefined;
}
