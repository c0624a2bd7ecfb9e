import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { LocksFile } from '../../src/core/locks/locksFile';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { defaultExtensions } from '../../src/core/repository/locateRepository';
import { Repository } from '../../src/core/repository/repository';

/**
 * Makes a repository of empty CAM files.
 * @param root its folder
 * @param folders how many folders they are spread over; 1 is the repository itself
 */
export async function makeFiles(root: string, files: number, folders: number): Promise<void> {
    const each = files / folders;
    for (let folder = 0; folder < folders; folder++) {
        const where = folders === 1 ? root : path.join(root, `job-${folder}`);
        await mkdir(where, { recursive: true });
        // Not all at once, which would be more open files than a process may have.
        for (let start = 0; start < each; start += 500) {
            const names = Array.from({ length: Math.min(500, each - start) }, (_, index) => {
                const number = String(folder * each + start + index).padStart(6, '0');
                return `48${number}.${index % 3 === 0 ? 'mcam' : 'vnc'}`;
            });
            await Promise.all(names.map((name) => writeFile(path.join(where, name), '')));
        }
    }
}

/** The repository in the folder `repo` of a shop, with `locks.json` beside it. */
export function openShop(shop: string, user = 'Bob'): Repository {
    const owner = { user, host: 'PC' };
    const file = new LocksFile(path.join(shop, 'locks.json'), { owner, timeout: 10_000 });
    const options = { root: path.join(shop, 'repo'), extensions: defaultExtensions, ...owner };
    return new Repository(options, new FileLockStore(file));
}
