import { chmod, chown, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import type { FileRights } from './fileState';

/**
 * Gives a file that is to replace another one its mode, its group and, where this user may, its owner.
 * @param of absolute path of the file that is to be replaced; where it does not exist, nothing is changed
 * @param file absolute path of the file that replaces it
 */
export async function keepRights(of: string, file: string): Promise<void> {
    if (process.platform === 'win32') return; // Access lists come from the folder there.
    try {
        const [wanted, now] = await Promise.all([stat(of), stat(file)]);
        if (wanted.gid !== now.gid) await change(() => chown(file, -1, wanted.gid));
        if (wanted.uid !== now.uid) await change(() => chown(file, wanted.uid, -1));
        // Last, because a new owner takes bits away.
        if (((wanted.mode ^ now.mode) & 0o7777) !== 0) await change(() => chmod(file, wanted.mode & 0o7777));
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
}

/**
 * Gives a new file its permission bits and the group of its folder, for those who share that.
 * @param file absolute path
 * @param folder absolute path, where the file is to lie in another one
 * @param mode undefined where it is not known: then it is what the folder gives to colleagues, whatever the umask
 */
export async function giveRights(file: string, mode: number | undefined, folder = path.dirname(file)): Promise<void> {
    if (process.platform === 'win32') return; // Access lists come from the folder there.
    try {
        const [shared, now] = await Promise.all([stat(folder), stat(file)]);
        const isShared = (shared.mode & 0o020) !== 0;
        if (isShared && shared.gid !== now.gid) await change(() => chown(file, -1, shared.gid));
        await change(() => chmod(file, mode ?? 0o644 | (shared.mode & 0o022)));
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
}

/**
 * Gives a file that comes back the rights that it had: its mode, and its group and owner where this user may.
 * @param folder absolute path of the folder in which it is to lie
 */
export async function returnRights(file: string, { mode, uid, gid }: FileRights, folder: string): Promise<void> {
    if (process.platform === 'win32') return; // Access lists come from the folder there.
    await giveRights(file, mode, folder);
    try {
        const now = await stat(file);
        if (gid !== undefined && gid !== now.gid) await change(() => chown(file, -1, gid));
        if (uid !== undefined && uid !== now.uid) await change(() => chown(file, uid, -1));
        // Last, because a new owner takes bits away.
        if (mode !== undefined) await change(() => chmod(file, mode));
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
}

/** A share without Unix permissions refuses a change, and so does the system of somebody who may not make it. */
async function change(action: () => Promise<void>): Promise<void> {
    try {
        await action();
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
}
