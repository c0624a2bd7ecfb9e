import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';

/**
 * Whether a file or folder of the repository is a link, or lies behind one: somebody may have put one in the place of what
 * was listed before.
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
        // Whoever goes on there meets the same error, and can say what it means.
        rethrowUnlessSystemError(error);
    }
    return false;
}

/**
 * Whether there is a file at a place of the repository, and neither it nor a folder on the way to it is a link.
 * @param root absolute path of the repository, which may itself be a link
 * @param diskPath absolute path of a place below it
 */
export async function isFileInPlace(root: string, diskPath: string): Promise<boolean> {
    try {
        return !(await isBehindLink(root, diskPath)) && (await lstat(diskPath)).isFile();
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}
