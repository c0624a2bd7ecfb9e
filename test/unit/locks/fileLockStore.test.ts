import * as assert from 'node:assert/strict';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import type { ChangedLocks } from '../../../src/core/locks/lockStore';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { temporaryFolder } from '../support/temporaryFolder';

describe('FileLockStore', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.json');
    const lockOfAlice: Lock = { user: 'Alice', timestamp: '', message: '' };
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
        assert.equal((await store.list()).mark, undefined);
        assert.equal((await store.list()).mark, await store.mark());
    });

    const extensions = new Set(['.vnc']);
    const checkOut = (store: FileLockStore, name: string): Promise<ChangedLocks> =>
        store.checkOut([{ path: name, present: true }], newLock('Bob', 'PC', '', new Date()), extensions);

    it('gives the locks after a change, as they are in the file, and their mark', async () => {
        write('Alice', 1000.25);
        const store = open();
        const changes = [
            await checkOut(store, 'b.vnc'),
            await store.takeOver([{ path: 'a.vnc', seen: lockOfAlice }], newLock('Bob', 'PC', 'Urgent', new Date())),
            await store.checkIn(['b.vnc'], 'Bob'),
        ];
        const [last] = changes.toReversed();
        assert.equal(last?.mark, await store.mark());
        assert.equal(new Set(changes.map(({ mark }) => mark)).size, 3);
        assert.ok(last.table.equals(LockTable.parse(readFileSync(file(), 'utf8'))));
        assert.equal(last.table.find('a.vnc')?.lock?.message, 'Urgent');
    });

    it('gives the locks and their mark when it refuses a change, and when there is no file', async () => {
        const store = open();
        assert.deepEqual((await store.checkIn(['a.vnc'], 'Bob')).table.entries, []);
        write('Alice', 1000.25);
        const refused = await checkOut(store, 'a.vnc');
        assert.equal(refused.outcomes[0]?.refusal?.code, 'heldByOther');
        assert.equal(refused.mark, await store.mark());
        assert.equal(refused.table.find('a.vnc')?.lock?.user, 'Alice');
    });

    it('gives no mark for a change where a second one would leave the same time', async () => {
        write('Alice', 1000);
        assert.equal((await checkOut(open(), 'a.vnc')).mark, undefined);
        const store = open(0);
        await store.list();
        assert.equal((await checkOut(store, 'a.vnc')).mark, await store.mark());
    });

    it('gives the locks after a restore, as they are in the file, and their mark', async () => {
        write('Alice', 1000.25);
        const store = open();
        await checkOut(store, 'b.vnc');
        await checkOut(store, 'c.vnc');
        writeFileSync(file(), 'damaged');
        const preview = await store.previewRestore();
        assert.equal(preview.current, 'damaged');
        const { table, mark, setAside } = await store.restore(preview);
        assert.equal(mark, await store.mark());
        assert.deepEqual(
            table.entries.map(({ key }) => key),
            ['a.vnc', 'b.vnc', 'c.vnc'],
        );
        assert.ok(table.equals(LockTable.parse(readFileSync(file(), 'utf8'))));
        assert.equal(readFileSync(setAside!, 'utf8'), 'damaged');
    });
});
