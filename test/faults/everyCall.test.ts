import * as assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { changing, faultAtEveryCall, isOld, leftNothing, release, toldTheTruth, works } from './support/everyCall';
import type { Fault } from './support/faultyDisk';
import { aliceHolds, holders, leaveMutex, openShop, type Shop } from './support/shop';
import type { Swept, Work } from './support/sweep';
import { useFaultyDisk } from './support/useFaultyDisk';

describe('A fault at any system call', function () {
    const faulty = useFaultyDisk();
    const { disk, folder } = faulty;
    const run = (work: Work, faultAt: (call: string, at: number) => Fault | undefined): Promise<Swept[]> =>
        faultAtEveryCall(faulty, work, faultAt);

    for (const name of [
        'a check-out',
        'the first check-out of all',
        'the first check-out of all, without links',
    ] as const) {
        const work = works[name];
        it(`reports truthfully when the disk fails during ${name}`, async () => {
            const swept = await run(work, (_, at) => ({ at, with: 'EIO' }));
            for (const one of swept) {
                toldTheTruth(one, work);
                leftNothing(one, release);
            }
            const failed = swept.filter(({ ran }) => ran.code !== 0).map(({ hit }) => hit);
            assert.deepEqual(failed, [], 'once is not enough to fail');
        });
    }

    for (const [name, work] of Object.entries(works)) {
        it(`reports truthfully when a call of ${name} succeeds but its answer is lost`, async () => {
            const swept = await run(work, (call, at) =>
                changing.test(call) ? { at, with: 'EIO', when: 'after' } : undefined,
            );
            // What becomes of requests that are sent again: the server finds nothing left to rename, or a link there already.
            const refusals = { rename: 'ENOENT', link: 'EEXIST' } as const;
            const again = await run(work, (call, at) => {
                const kind = call.startsWith('link ') ? 'link' : 'rename';
                return call.startsWith(`${kind} `) ? { at, with: refusals[kind], when: 'after' } : undefined;
            });
            for (const one of [...swept, ...again]) {
                toldTheTruth(one, work);
                leftNothing(one, /^mkdir/);
            }
            for (const { hit, ran } of again) assert.equal(ran.code, 0, `${hit}: ${ran.stderr}`);
        });
    }

    it('goes on when another’s mutex or the locks file is briefly unreadable', async () => {
        const next = (): Shop => openShop(mkdtempSync(join(folder(), 'shop-')), aliceHolds);
        const waiting = [1, 2, 3, 4].map(async (at) => {
            const shop = next();
            leaveMutex(shop);
            const fault: Fault = { name: 'locks.json.lock/owner', at, with: 'EPERM' };
            const { code, stdout, hit } = await disk().runChild(shop.folder, 'checkOutForCarol', fault);
            assert.equal(code, 0, `${hit}: ${stdout}`);
            assert.equal(holders(shop)['carol.vnc'], 'Carol');
            return hit;
        });
        const name = 'locks.json';
        const { calls } = await disk().run(next().folder, ['list'], { name });
        const reading = calls.flatMap((call, index) => (/^(p?read(64)?|close) /.test(call) ? [index + 1] : []));
        assert.ok(reading.length >= 2, calls.join());
        for (const at of reading) {
            const { code, stdout, stderr } = await disk().run(next().folder, ['list'], { name, at, with: 'ESTALE' });
            assert.equal(code, 0, stderr);
            assert.match(stdout, /alice\.vnc +checked out +Alice/);
        }
        const hits = new Set(
            (await Promise.all(waiting)).map((hit) => hit?.replace(/ .*/, '').replace('pread64', 'read')),
        );
        assert.deepEqual(hits, new Set(['open', 'read', 'close', 'stat']));
    });

    it('retries while something briefly keeps the locks file open', async () => {
        const swept = await run(works['a check-out'], (call, at) =>
            call.startsWith('rename') ? { at, to: at + 1, with: 'EBUSY' } : undefined,
        );
        for (const one of swept) {
            assert.equal(one.ran.code, 0, `${one.hit}: ${one.ran.stderr}`);
            assert.equal(one.ran.stderr, '');
            leftNothing(one, /never/);
        }
    });

    it('reports a full disk, whichever call meets it, and leaves nothing behind', async () => {
        const work = works['a check-out'];
        const fills = (call: string, at: number): Fault | undefined =>
            changing.test(call) ? { at, with: 'ENOSPC' } : undefined;
        const swept = await run(work, fills);
        const halves = await run(work, (call, at) => (call.startsWith('write') ? { at, with: 'short' } : undefined));
        const first = works['the first check-out of all, without links'];
        const sweptFirst = await run(first, fills);
        for (const one of sweptFirst) toldTheTruth(one, first);
        for (const one of [...swept, ...halves]) toldTheTruth(one, work);
        for (const one of [...swept, ...halves, ...sweptFirst]) {
            leftNothing(one, release);
            if (one.ran.stderr !== '') assert.match(one.ran.stderr, /because the disk is full.* Free some space there/);
        }
        assert.ok(halves.length >= 3 && halves.some(isOld));
    });
});
