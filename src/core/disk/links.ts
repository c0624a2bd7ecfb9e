import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';

/**
 * Whether a file or folder of the repository is a link, or lies behind one. Somebody may have replaced a listed folder by a
 * link.
 * @param root absolute path of the repository, which may itself be a link
 * @param diskPath absolute path of the repository or of something below it
 */
export async function isBehindLink(root: string, diskPath: string): Promise<boolean> {
    const names = path.relative(root, diskPath).split(path.sep);
    let place = root;
    try {
        for (const name of names.filter((part) => part !== '')) {
            place = path.join(place, name);
            if ((await lstat(place)).isSymbolicLink()) return true;
        }
    } catch (error) {
        // The caller's next step meets the same error and explains it.
        rethrowUnlessSystemError(error);
    }
    return false;
}

/**
 * Whether there is a file at this path, and neither it nor a folder on the way to it is a link.
 * @param root absolute path of the repository, which may itself be a link
 * @param diskPath absolute path below it
 */
export async function isFileInPlace(root: string, diskPath: string): Promise<boolean> {
    try {
        return !(await isBehindLink(root, diskPath)) && (await lstat(diskPath)).isFile();
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}
