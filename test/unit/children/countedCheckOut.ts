/** Checks a file out, the calls for which lie between two marks, after it did so before: nothing is made for the first time. */
import { existsSync } from 'node:fs';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { newLock } from '../../../src/core/locks/holder';
import { LocksFile } from '../../../src/core/locks/locksFile';

async function work(locksFile: string, mark: string): Promise<void> {
    const owner = { user: 'Bob', host: 'PC' };
    const store = new FileLockStore(new LocksFile(locksFile, { owner, timeout: 10_000 }));
    const checkOut = () =>
        store.checkOut([{ path: 'a.vnc', present: true }], newLock('Bob', 'PC', '', new Date()), new Set(['.vnc']));
    for (let times = 0; times < 2; times++) {
        await checkOut();
        await store.checkIn(['a.vnc'], 'Bob');
    }
    existsSync(mark);
    await checkOut();
    existsSync(mark);
}

void work(process.argv[2]!, process.argv[3]!);
