import { link, lstat, rename, unlink } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { foldCase } from '../base/repositoryPath';
import { NO_LINKS } from './exclusiveCreate';
import { isThere } from './realPath';
import { retry, retryTimeMs } from './retry';

/**
 * Renames a file to a name that nobody has. The disk decides, by a hard link: between a look and a rename another program
 * could write a file there, which the rename would replace. A process that is killed half way leaves the file under both
 * names. Where there are no links, a look has to do.
 * @throws the system error, `EEXIST` when the name is taken, and then the file has its old name
 */
export async function moveToFreeName(from: string, to: string): Promise<void> {
    if (await isOtherSpelling(from, to)) return retry(() => rename(from, to));
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
        if (systemCode(error) === 'ENOENT' || (await isCertainlyThere(from)) === false) return;
        if (await isSame(from, to)) await unlink(to).catch(rethrowUnlessSystemError);
        throw error;
    }
}

/**
 * Renames a folder to a name that nobody has. No disk links a folder to a second name, and none replaces a file by a folder,
 * or a folder in which there is something: so a look and a rename lose nothing.
 * @throws the system error, `EEXIST` when the name is taken, and then the folder has its old name
 */
export async function moveFolderToFreeName(from: string, to: string): Promise<void> {
    return (await isOtherSpelling(from, to)) ? retry(() => rename(from, to)) : renameToFreeName(from, to);
}

/** Whether only the case of a name changes, or its Unicode form, on a disk that does not tell them apart. */
async function isOtherSpelling(from: string, to: string): Promise<boolean> {
    return foldCase(from) === foldCase(to) && (await isSame(from, to));
}

async function renameToFreeName(from: string, to: string): Promise<void> {
    if (await isThere(to)) throw taken(to);
    try {
        await retry(() => rename(from, to));
    } catch (error) {
        rethrowUnlessSystemError(error);
        const [isOld, isNew] = [await isCertainlyThere(from), await isCertainlyThere(to)];
        // The answer to a first request may have been lost: nothing had the new name before.
        if (isOld === false && isNew === true) return;
        throw isOld === true && isNew === true ? taken(to) : error;
    }
}

function taken(name: string): Error {
    return Object.assign(new Error(`There is something of the name ${name} already.`), { code: 'EEXIST' });
}

/** @returns undefined when that cannot be told */
async function isCertainlyThere(name: string): Promise<boolean | undefined> {
    try {
        return await isThere(name);
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

/** Whether two names lead to one file or folder. */
export async function isSame(one: string, other: string): Promise<boolean> {
    try {
        const [a, b] = await Promise.all([lstat(one, { bigint: true }), lstat(other, { bigint: true })]);
        return a.dev === b.dev && a.ino === b.ino && a.ino !== 0n;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}
