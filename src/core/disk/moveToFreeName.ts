import { link, lstat, rename, unlink } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { foldCase } from '../base/repositoryPath';
import { NO_LINKS } from './exclusiveCreate';
import { retry, retryTimeMs } from './retry';

/**
 * Renames a file to a name that nobody has. The disk decides, by a hard link: between a look and a rename another program
 * could write a file there, which the rename would replace. A process that is killed half way leaves the file under both
 * names. Where there are no links, a look has to do.
 * @throws the system error, `EEXIST` when the name is taken, and then the file has its old name
 */
export async function moveToFreeName(from: string, to: string): Promise<void> {
    // Only the case of its name changes, on a disk that does not tell them apart.
    if (foldCase(from) === foldCase(to) && (await isSame(from, to))) return retry(() => rename(from, to));
    try {
        await retry(
            () => link(from, to),
            (error) => (systemCode(error) === 'EEXIST' ? 0 : retryTimeMs(error)),
        );
    } catch (error) {
        const code = systemCode(error) ?? '';
        if (NO_LINKS.has(code)) return renameToFreeName(from, to);
        // The answer to a first request may have been lost.
        if (code !== 'EEXIST' || !(await isSame(from, to))) throw error;
    }
    try {
        await retry(() => unlink(from));
    } catch (error) {
        // The answer to a first request may have been lost: then the new name is the only one, and must stay.
        if (systemCode(error) === 'ENOENT' || (await isGone(from))) return;
        if (await isSame(from, to)) await unlink(to).catch(rethrowUnlessSystemError);
        throw error;
    }
}

/** Whether there is certainly nothing of this name. */
async function isGone(file: string): Promise<boolean> {
    try {
        await lstat(file);
        return false;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return systemCode(error) === 'ENOENT';
    }
}

async function renameToFreeName(from: string, to: string): Promise<void> {
    try {
        await lstat(to);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return retry(() => rename(from, to));
    }
    throw Object.assign(new Error(`There is a file ${to} already.`), { code: 'EEXIST' });
}

/** Whether two names lead to one file. */
export async function isSame(one: string, other: string): Promise<boolean> {
    try {
        const [a, b] = await Promise.all([lstat(one, { bigint: true }), lstat(other, { bigint: true })]);
        return a.dev === b.dev && a.ino === b.ino && a.ino !== 0n;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}
