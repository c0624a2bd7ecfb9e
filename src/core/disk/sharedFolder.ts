import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../base/errors';
import { isFolder } from './realPath';
import { retry, retryTimeMs } from './retry';
import { giveFolderRights } from './rights';

/** What a folder is called until it has its rights. */
const UNFINISHED = '.new-';

/** Whether a name is one of a folder that was not finished, because a program was killed. */
export function isUnfinishedFolder(name: string): boolean {
    return name.startsWith(UNFINISHED) && name.length === UNFINISHED.length + 36;
}

/**
 * Makes a folder, and those on the way to it, that colleagues can use as they use the one above. The umask of this process
 * does not count. One that is there stays as it is.
 * @param folder absolute path
 * @param top absolute path of the folder above all that may be made; its rights are given on
 * @throws the system error
 */
export async function makeSharedFolder(folder: string, top: string): Promise<void> {
    if (!folder.startsWith(top + path.sep)) return;
    try {
        await makeFolder(folder);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        await makeSharedFolder(path.dirname(folder), top);
        await makeFolder(folder);
    }
}

async function makeFolder(folder: string): Promise<void> {
    if (process.platform === 'win32') return makeUnlessThere(folder); // Access lists come from the folder above there.
    if (await isFolder(folder)) return;
    // It gets its name with its rights: a program that was killed in between would shut out the others.
    const aside = path.join(path.dirname(folder), `${UNFINISHED}${randomUUID()}`);
    try {
        await mkdir(aside);
        await giveFolderRights(aside);
        // A folder of this name that has something in it is somebody else's: some systems say EEXIST then, others ENOTEMPTY.
        await retry(
            () => rename(aside, folder),
            (error) => (systemCode(error) === 'EEXIST' ? 0 : retryTimeMs(error)),
        );
    } catch (error) {
        await retry(() => rmdir(aside)).catch(() => undefined); // The first error says more.
        // Somebody else was faster, or the answer to a first request got lost.
        if (!(await isFolder(folder))) throw error;
    }
}

async function makeUnlessThere(folder: string): Promise<void> {
    try {
        await mkdir(folder);
    } catch (error) {
        if (systemCode(error) !== 'EEXIST' || !(await isFolder(folder))) throw error;
    }
}
