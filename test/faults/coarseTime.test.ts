import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Watcher } from '../../src/core/repository/watcher';
import { Child } from '../unit/support/child';
import { openRepository } from '../unit/support/repository';
import { closeEvents, when } from '../unit/support/watching';
import { temporaryDisks, type Disks } from './support/disks';
import { aliceHolds, checkOutForCarol, holders, leaveMutex, namesIn, openShop, type Shop } from './support/shop';

for (const [what, seconds, mount] of [
    ['whole seconds', 1, (disks: Disks, point: string) => disks.mountWholeSeconds(point)],
    ['even seconds (FAT)', 2, (disks: Disks, point: string) => disks.mountFat(point)],
] as const) {
    describe(`A disk with timestamps in ${what}`, function () {
        const { disks, folder } = temporaryDisks();
        let shop: Shop;
        beforeEach(() => {
            const point = join(folder(), 'share');
            mkdirSync(point);
            assert.ok(mount(disks, point), 'it cannot be mounted');
            shop = openShop(point, aliceHolds);
            utimesSync(shop.locksFile, 1_000_000_003.5, 1_000_000_003.5);
            assert.equal(statSync(shop.locksFile).mtimeMs, seconds === 1 ? 1_000_000_003_000 : 1_000_000_002_000);
        });

        it('loses no change by several processes', async () => {
            const children = ['a', 'b', 'c'].map((user) => Child.start('checkOutMany', shop.locksFile, user, '8'));
            const told = (await Promise.all(children.map((child) => child.end()))).flat();
            assert.equal(told.length, 24);
            assert.deepEqual(Object.keys(holders(shop)).sort(), ['alice.vnc', ...told].sort());
            assert.deepEqual(
                namesIn(shop).filter((name) => name !== 'lost+found'),
                ['locks.json', 'locks.json.bak'],
            );
        });

        it('keeps a live holder’s mutex, and hands a dead one’s to the next process', async () => {
            const holder = Child.start('holdMutex', shop.locksFile, 'Alice', '2000');
            assert.equal(await holder.line(), 'held');
            const owner = `${shop.locksFile}.lock/owner`;
            const taken = statSync(owner).mtimeMs;
            // Several signs of life, of which this disk can show one.
            while (statSync(owner).mtimeMs === taken) await delay(20);
            holder.proceed();
            assert.deepEqual(await holder.end(), ['true', 'released']);
            leaveMutex(shop);
            await checkOutForCarol(shop);
            assert.equal(holders(shop)['carol.vnc'], 'Carol');
        });

        it("hides no change from a window after its own: somebody else's of the same length in the same tick", async () => {
            const { repository, locksFile } = openRepository(shop.folder, 'Bob');
            await repository.refresh();
            await repository.checkOut(['bob.vnc'], '');
            const own = statSync(locksFile);
            for (const user of ['Betty', 'Clara']) {
                writeFileSync(locksFile, readFileSync(locksFile, 'utf8').replace(/Alice|Betty/, user));
                utimesSync(locksFile, own.atimeMs / 1000, own.mtimeMs / 1000);
                const { ino, size, mtimeMs } = statSync(locksFile);
                assert.deepEqual([ino, size, mtimeMs], [own.ino, own.size, own.mtimeMs]);
                await repository.poll();
                assert.equal(repository.snapshot.file('alice.vnc')?.lock?.user, user);
            }
        });

        it('hides no change from a window that looks: two of one length in one tick of its clock', async () => {
            const { repository, locksFile } = openRepository(shop.folder, 'Bob');
            await repository.refresh();
            const watcher = new Watcher(repository, { locksFile, pollInterval: 20, openFolders: () => [] });
            closeEvents(watcher);
            const holder = (): string | undefined => repository.snapshot.file('alice.vnc')?.lock?.user;
            try {
                // By a program that writes in place, as scripts do.
                for (const user of ['Betty', 'Clara', 'David']) {
                    const changed = when(repository, () => holder() === user);
                    writeFileSync(locksFile, aliceHolds.replace('Alice', user));
                    await changed;
                }
            } finally {
                watcher.dispose();
            }
        });
    });
}
