import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runHere } from '../unit/support/commandLine';
import { changing, faultAtEveryCall, goOn, isNew, isOld, toldTheTruth, works } from './support/everyCall';
import type { Fault } from './support/faultyDisk';
import { sampleOf, sweepsAll } from './support/sample';
import { aliceHolds, leaveMutex, locksOf, openShop, type Shop } from './support/shop';
import type { Swept, Work } from './support/sweep';
import { useFaultyDisk } from './support/useFaultyDisk';

describe('A power cut or a lost share, at any system call', function () {
    const faulty = useFaultyDisk();
    const { disk, folder } = faulty;

    for (const [name, work] of Object.entries<Work>(works).filter(([, { isLinkless }]) => !isLinkless)) {
        it(`leaves the old or the new locks when the power fails during ${name}, and the next change succeeds`, async () => {
            // Before a call that only reads, the disk is as it is before the next one.
            const swept = await faultAtEveryCall(faulty, work, (call, at) =>
                changing.test(call) ? { at, with: 'kill' } : undefined,
            );
            for (const one of swept) {
                assert.equal(one.ran.code, null, one.hit);
                assert.ok(isOld(one) || isNew(one, work), `${one.hit}: ${one.after}`);
            }
            assert.ok(swept.some(isOld) && swept.some((one) => isNew(one, work)));
            await goOn(swept);
        });
    }

    it('leaves an empty first locks file at worst, where there are no hard links, and everyone is told', async () => {
        const work = works['the first check-out of all, without links'];
        const swept = await faultAtEveryCall(faulty, work, (call, at) =>
            changing.test(call) ? { at, with: 'kill' } : undefined,
        );
        const isEmpty = ({ after }: Swept): boolean => after === '';
        for (const one of swept) assert.ok(isEmpty(one) || isOld(one) || isNew(one, work), `${one.hit}: ${one.after}`);
        const empty = swept.filter(isEmpty);
        // One call of many leaves it so; a sample may miss that.
        assert.ok(empty.length > 0 || !sweepsAll);
        for (const { shop } of empty) {
            const { code, stderr } = await runHere(shop.folder, ['list']);
            assert.equal(code, 2);
            assert.match(stderr, /locks\.json is damaged: it is empty\. .* Repair it/);
            rmSync(shop.locksFile);
        }
        await goOn(swept);
    });

    it('leaves nothing for long when the power fails while a dead program’s mutex is taken over', async () => {
        const shopWithMutex = (): Shop => {
            const shop = openShop(mkdtempSync(join(folder(), 'shop-')), aliceHolds);
            leaveMutex(shop);
            return shop;
        };
        // The mutex is put aside, and removed with all in it.
        const name = 'locks.json.lock.';
        const { calls } = await disk().runChild(shopWithMutex().folder, 'checkOutForCarol', { name });
        assert.ok(calls.length >= 6, calls.join(', '));
        const numbered = calls.map((call, index) => ({ call, at: index + 1 }));
        const killed = Promise.all(
            sampleOf(numbered).map(async ({ call, at }) => {
                const shop = shopWithMutex();
                const ran = await disk().runChild(shop.folder, 'checkOutForCarol', { name, at, with: 'kill' });
                assert.equal(ran.code, null, call);
                assert.equal(locksOf(shop), aliceHolds);
                return { shop, hit: call };
            }),
        );
        // What cannot be removed now is in nobody's way, once it is put aside.
        const troubled = Promise.all(
            sampleOf(numbered.slice(1)).map(async ({ call, at }) => {
                const fault: Fault = { name, at, with: 'EIO' };
                const { code, stdout } = await disk().runChild(shopWithMutex().folder, 'checkOutForCarol', fault);
                assert.equal(code, 0, `${call}: ${stdout}`);
            }),
        );
        const [swept] = await Promise.all([killed, troubled]);
        await goOn(swept);
    });

    it('reports truthfully when the share goes away, and goes on when it is back', async () => {
        const work = works['a check-out'];
        // What only reads meets the same as the next call that changes something.
        const swept = await faultAtEveryCall(faulty, work, (call, at) =>
            changing.test(call) ? { at, to: Infinity, with: 'ESTALE' } : undefined,
        );
        for (const one of swept) {
            toldTheTruth(one, work);
            if (one.ran.code !== 0) assert.match(one.ran.stderr, /\(ESTALE\)/);
        }
        assert.ok(swept.some(isOld) && swept.some((one) => isNew(one, work)));
        await goOn(swept);
    });
});
