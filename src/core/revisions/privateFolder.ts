import { mkdir, rmdir } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { copyOver } from '../disk/durableCopy';
import { namesIn } from '../disk/folderEntries';
import { moveFile, removeFile } from '../disk/moveFile';

/**
 * Where the private copies of this computer lie. Windows copies what is in APPDATA to a server and back where profiles are
 * roaming, at each log-on and log-off; gigabytes of parts belong into LOCALAPPDATA. A portable VS Code keeps them with it.
 * @param storage absolute path of the folder that VS Code gives to the extension
 */
export function privateFolder(
    storage: string,
    platform: NodeJS.Platform,
    { APPDATA, LOCALAPPDATA }: Readonly<Record<string, string | undefined>>,
): string {
    const paths = platform === 'win32' ? path.win32 : path.posix;
    const here = paths.join(storage, 'versions');
    if (platform !== 'win32' || !APPDATA || !LOCALAPPDATA || !paths.isAbsolute(LOCALAPPDATA)) return here;
    const inside = paths.relative(APPDATA, storage);
    const isRoaming = !inside.startsWith('..') && !paths.isAbsolute(inside);
    return isRoaming ? paths.join(LOCALAPPDATA, 'CNC Checkout', 'versions') : here;
}

/**
 * Moves files to where they belong now, with their folders. Two windows may do that at the same time. What another process
 * uses stays, and is moved another time.
 * @param names of folders in it, in the order in which they are moved
 * @throws the system error of the first file that could not be moved
 */
export async function moveFolders(from: string, to: string, names: readonly string[]): Promise<void> {
    if (path.relative(from, to) === '') return;
    for (const name of names) {
        const files = await namesIn(path.join(from, name));
        if (files.length > 0) await mkdir(path.join(to, name), { recursive: true });
        for (const file of files) await moveAnywhere(path.join(from, name, file), path.join(to, name, file));
        await rmdir(path.join(from, name)).catch(rethrowUnlessSystemError);
    }
    await rmdir(from).catch(rethrowUnlessSystemError);
}

async function moveAnywhere(from: string, to: string): Promise<void> {
    try {
        await moveFile(from, to);
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return; // Another window was faster.
        if (systemCode(error) !== 'EXDEV') throw error;
        const aside = `${to}.part`;
        await copyOver(from, aside);
        await moveFile(aside, to);
        await removeFile(from);
    }
}
