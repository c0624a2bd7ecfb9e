import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { systemCode } from '../base/errors';
import { retry } from './retry';

/**
 * Copies a file to a new name, and forces the copy to the disk where its permissions allow that.
 * @throws the system error, `EEXIST` when the name is taken
 */
export async function copyDurably(file: string, copy: string): Promise<void> {
    await copyFile(file, copy, constants.COPYFILE_EXCL);
    await forceToDisk(copy);
}

/** Copies a file over one that nobody else uses, and forces the copy to the disk. @throws the system error */
export async function copyOver(file: string, copy: string): Promise<void> {
    await retry(() => copyFile(file, copy));
    await forceToDisk(copy);
}

async function forceToDisk(copy: string): Promise<void> {
    try {
        const handle = await open(copy, 'r+');
        try {
            await handle.sync();
        } finally {
            await handle.close();
        }
    } catch (error) {
        // The copy has the permissions of the file, which may be read-only.
        if (systemCode(error) !== 'EACCES' && systemCode(error) !== 'EPERM') throw error;
    }
}
