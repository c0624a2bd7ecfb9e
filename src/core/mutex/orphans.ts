import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import type { AtFailpoint } from './failpoints';
import { OWNER_FILE } from './ownerFile';
import { retry } from '../disk/retry';
import { isTemporary } from '../disk/stagedFile';

const ASIDE = /^\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** On Windows a file is there until the last program that reads it closes it. */
const TRIES = process.platform === 'win32' ? 10 : 1;
const PAUSE = 30;

/**
 * Takes a mutex directory away, for good, with what programs of ours put into it. It is renamed first, because of several
 * who try that only one succeeds, and it never comes back: whoever believes to have it has nothing left to rename.
 */
export async function removeMutex(directory: string, atFailpoint: AtFailpoint): Promise<void> {
    const aside = `${directory}.${randomUUID()}`;
    try {
        await retry(() => rename(directory, aside));
    } catch (error) {
        // Somebody else was first, or the answer to our first request was lost.
        if (systemCode(error) === 'ENOENT') return discard(aside);
        throw error;
    }
    await atFailpoint('movedAside');
    await discard(aside);
}

/**
 * Removes a mutex directory that was put aside, with what programs of ours put into it. Anything else in it is not ours
 * to delete, nor what a link leads to, and stays where it is; so does what cannot be removed now.
 */
async function discard(aside: string): Promise<void> {
    try {
        if (!(await lstat(aside)).isDirectory()) return;
        const names = await readdir(aside);
        for (const name of names.filter(isOurs)) await unlink(path.join(aside, name));
        if (names.every(isOurs)) await removeFolder(aside);
    } catch (error) {
        // In nobody's way: whoever comes next, or is its owner, tries again.
        rethrowUnlessSystemError(error);
    }
}

/** Removes what programs that died while they took over a mutex have put aside. */
export async function removeOrphans(directory: string): Promise<void> {
    const [folder, name] = [path.dirname(directory), path.basename(directory)];
    try {
        for (const other of await readdir(folder)) {
            if (other.startsWith(name) && ASIDE.test(other.slice(name.length))) await discard(path.join(folder, other));
        }
    } catch (error) {
        rethrowUnlessSystemError(error); // The change is made, and this can wait.
    }
}

function isOurs(name: string): boolean {
    return name === OWNER_FILE || isTemporary(name);
}

async function removeFolder(folder: string): Promise<void> {
    for (let tries = 1; ; tries++) {
        try {
            return await rmdir(folder);
        } catch (error) {
            if (tries >= TRIES) throw error;
        }
        await delay(PAUSE);
    }
}
