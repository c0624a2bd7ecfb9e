import { randomUUID } from 'node:crypto';
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import type { AtFailpoint } from './failpoints';
import { OWNER_FILE } from './ownerFile';
import { moveFile } from '../disk/moveFile';
import { isTemporary } from '../disk/stagedFile';

const ASIDE = /^\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** On Windows a removed file is there until the last program closes it. */
const TRIES = process.platform === 'win32' ? 10 : 1;
const BETWEEN_TRIES_MS = 30;

/**
 * Removes a mutex directory with what our programs put into it. It is renamed to a unique name first: of several processes
 * that try, only one succeeds, and a process that believes it still has the mutex has nothing left to rename.
 * @throws a system error when it cannot be renamed
 */
export async function removeMutex(directory: string, atFailpoint: AtFailpoint): Promise<void> {
    const aside = `${directory}.${randomUUID()}`;
    try {
        await moveFile(directory, aside);
    } catch (error) {
        // Somebody else was first, or the answer to our first request got lost.
        if (systemCode(error) === 'ENOENT') return discard(aside);
        throw error;
    }
    await atFailpoint('movedAside');
    await discard(aside);
}

/**
 * Removes a mutex directory that was moved aside, with what our programs put into it. Other files in it are not ours to
 * delete, nor is what a link leads to. They stay, and so does what cannot be removed now.
 */
async function discard(aside: string): Promise<void> {
    try {
        if (!(await lstat(aside)).isDirectory()) return;
        const names = await readdir(aside);
        for (const name of names.filter(isOurs)) await unlink(path.join(aside, name));
        if (names.every(isOurs)) await removeFolder(aside);
    } catch (error) {
        // It is in nobody's way; the next process, or its owner, tries again.
        rethrowUnlessSystemError(error);
    }
}

/** Removes mutex directories that were moved aside by programs that died then. Never fails because of the disk. */
export async function removeOrphans(directory: string): Promise<void> {
    const [folder, name] = [path.dirname(directory), path.basename(directory)];
    try {
        for (const other of await readdir(folder)) {
            if (other.startsWith(name) && ASIDE.test(other.slice(name.length))) await discard(path.join(folder, other));
        }
    } catch (error) {
        rethrowUnlessSystemError(error); // The change is made; this can wait.
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
        await delay(BETWEEN_TRIES_MS);
    }
}
