import type { Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { rethrowUnlessSystemError } from '../base/errors';

/** Who may do what with a file. On Windows access lists say that, which come from its folder. */
export interface FileRights {
    /** Permission bits. */
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
}

/** The rights of a file from its `stat`; undefined on Windows. */
export function rightsOf({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): FileRights | undefined {
    return process.platform === 'win32' ? undefined : { mode: mode & 0o777, uid, gid };
}

/**
 * Gives a new file the rights of another, its owner only where the system allows that.
 * @param rights undefined where they are not known: then those that its folder gives to colleagues, whatever the umask
 * @param folder absolute path of the folder in which it is to be
 */
export async function giveRights(handle: FileHandle, rights: FileRights | undefined, folder: string): Promise<void> {
    if (process.platform === 'win32') return;
    try {
        const now = await handle.stat();
        const { mode, uid, gid } = rights ?? (await rightsIn(folder, now.uid));
        // Changing an owner or group can clear bits of the mode, so that comes last.
        if (now.uid !== uid) await handle.chown(uid, now.gid).catch(rethrowUnlessSystemError);
        if (now.gid !== gid) await handle.chown((await handle.stat()).uid, gid).catch(rethrowUnlessSystemError);
        await handle.chmod(mode);
    } catch (error) {
        // A share mounted without Unix permissions has none to keep.
        rethrowUnlessSystemError(error);
    }
}

async function rightsIn(folder: string, uid: number): Promise<FileRights> {
    const { mode, gid } = await stat(folder);
    return { mode: 0o644 | (mode & 0o022), uid, gid };
}
