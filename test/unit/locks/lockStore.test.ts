import * as assert from 'node:assert/strict';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/lockStore';
import { temporaryFolder } from '../support/temporaryFolder';

describe('FileLockStore', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.json');
    const locksOf = (user: string): string => JSON.stringify({ 'a.vnc': { user } });
    const open = (coarseTime?: number): FileLockStore =>
        new FileLockStore(new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000 }), coarseTime);

    function write(user: string, seconds: number): void {
        writeFileSync(file(), locksOf(user));
        utimesSync(file(), seconds, seconds);
    }

    it('gives the same mark as long as nothing changes, and another one after a change', async () => {
        write('Alice', 1000.25);
        const store = open();
        const { mark } = await store.list();
        assert.equal(await store.mark(), mark);
        write('Carol', 1000.5);
        assert.notEqual(await store.mark(), mark);
    });

    it('has the locks read again where a second change would leave the same time', async () => {
        write('Alice', 1000);
        const before = statSync(file());
        const store = open();
        const { mark } = await store.list();
        write('Carol', 1000);
        const { ino, size, mtimeMs } = statSync(file());
        assert.deepEqual([ino, size, mtimeMs], [before.ino, before.size, before.mtimeMs]);
        assert.notEqual(await store.mark(), mark);
    });

    it('believes a coarse time once it can no longer change unnoticed', async () => {
        write('Alice', 1000);
        const store = open(0);
        const { mark } = await store.list();
        assert.equal(await store.mark(), mark);
    });
});
