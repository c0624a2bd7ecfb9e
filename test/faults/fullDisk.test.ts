import * as assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isSentences } from '../support/commandLine';
import { runHere } from '../unit/support/commandLine';
import { temporaryDisks } from './support/disks';
import { holders, locksOf, namesIn, openShop, type Shop } from './support/shop';

const checkOut = ['check-out', 'bob.vnc', '--user', 'Bob'];

/** Many locks: three pages of a disk in memory, so that a part of them finds room where not all do. */
const manyHold = JSON.stringify(
    Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`part-${index}.vnc`, { user: 'Alice', message: '?'.repeat(100) }]),
    ),
    undefined,
    4,
);

describe('A full disk', function () {
    const { disks, folder } = temporaryDisks();

    function mountShop(options: string): Shop {
        const mounted = join(folder(), 'share');
        mkdirSync(mounted);
        assert.ok(disks.mountMemory(mounted, options));
        return openShop(mounted, manyHold);
    }

    /** Leaves room for so many pages and no more. */
    function fill({ folder: mounted }: Shop, pagesLeft: number): void {
        const file = openSync(join(mounted, 'repo', 'big.mcam'), 'w');
        try {
            const { bavail, bsize } = statfsSync(mounted);
            for (let left = bavail; left > pagesLeft; left--) writeSync(file, Buffer.alloc(bsize));
        } finally {
            closeSync(file);
        }
        assert.equal(statfsSync(mounted).bavail, pagesLeft);
    }

    async function assertRefused(shop: Shop, what: string): Promise<void> {
        const { code, stderr } = await runHere(shop.folder, checkOut);
        assert.equal(code, 2, what);
        assert.ok(isSentences(stderr), stderr);
        assert.ok(
            stderr.includes(
                `${shop.locksFile} was not changed, because the disk is full. Free some space there, and try again.`,
            ),
            stderr,
        );
        assert.equal(locksOf(shop), manyHold, what);
        assert.deepEqual(namesIn(shop), ['locks.json'], what);
    }

    it('leaves the locks unchanged, byte for byte, wherever the space ends, and says why', async () => {
        const shop = mountShop('size=256k');
        const made: number[] = [];
        // The locks and their copy take three or four pages each, the owner of the mutex one.
        for (let pages = 0; pages <= 10; pages++) {
            fill(shop, pages);
            const { code, stderr } = await runHere(shop.folder, checkOut);
            const what = `${pages} pages left: exit code ${code}, ${stderr}`;
            if (code === 0) {
                made.push(pages);
                assert.equal(holders(shop)['bob.vnc'], 'Bob', what);
                if (stderr !== '')
                    assert.match(stderr, /^The change was made, but the last good copy .* the disk is full\./);
                else assert.equal(readFileSync(`${shop.locksFile}.bak`, 'utf8'), locksOf(shop), what);
            } else {
                assert.equal(code, 2, what);
                assert.ok(isSentences(stderr), what);
                assert.match(
                    stderr,
                    /was not changed, because the disk is full\. Free some space there, and try again\./,
                );
                assert.equal(locksOf(shop), manyHold, what);
            }
            assert.deepEqual(
                namesIn(shop).filter((name) => !/^locks\.(json(\.bak)?|history\.jsonl|revisions)$/.test(name)),
                [],
                what,
            );
            writeFileSync(shop.locksFile, manyHold);
            rmSync(`${shop.locksFile}.bak`, { force: true });
        }
        assert.ok(!made.includes(2) && made.includes(10), made.join());
    });

    it('leaves the locks unchanged without a free inode, and works again once there is room', async () => {
        const shop = mountShop('size=256k,nr_inodes=16');
        const extra: string[] = [];
        for (let number = 0; statfsSync(shop.folder).ffree > 0; number++) {
            extra.push(join(shop.folder, 'repo', `${number}.txt`));
            writeFileSync(extra.at(-1)!, '');
        }
        await assertRefused(shop, 'no inode left');
        for (const file of extra.splice(0, 1)) rmSync(file);
        await assertRefused(shop, 'an inode left, for the mutex');
        for (const file of extra.splice(0, 3)) rmSync(file);
        assert.equal((await runHere(shop.folder, checkOut)).code, 0);
        assert.equal(holders(shop)['bob.vnc'], 'Bob');
    });

    it('can still be listed', async () => {
        const shop = mountShop('size=256k');
        fill(shop, 0);
        const { code, stdout } = await runHere(shop.folder, ['list']);
        assert.equal(code, 0);
        assert.match(stdout, /^part-59\.vnc +missing +Alice/m);
    });
});
