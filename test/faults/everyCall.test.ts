import * as assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { isSentences } from '../support/commandLine';
import type { Fault } from './support/faultyDisk';
import { useFaultyDisk } from './support/useFaultyDisk';
import {
    aliceHolds,
    bothHold,
    checkOutForCarol,
    holders,
    leaveMutex,
    locksOf,
    namesIn,
    openShop,
    type Shop,
} from './support/shop';
import { sweep, type Swept, type Work } from './support/sweep';

const checkOut = ['check-out', 'bob.vnc', '--user', 'Bob'];
const checkIn = ['check-in', 'bob.vnc', '--user', 'Bob'];
const works = {
    'a check-out': { args: checkOut, before: aliceHolds },
    'the first check-out of all': { args: checkOut, before: undefined },
    'a check-in': { args: checkIn, before: bothHold },
} satisfies Record<string, Work>;
/** Calls that change something on the disk, and so can be carried out and not answered. */
const changing = /^(mkdir|create|write|pwrite64|fsync|close|rename|link|unlink|rmdir|utimensat) /;
/** The calls by which the mutex is given back, after all is done. */
const release = /^(unlink|rmdir) locks\.json\.lock/;

describe('A fault at every single call', function () {
    this.timeout(120_000);
    const { disk, folder } = useFaultyDisk();

    const run = async (work: Work, faultAt: (call: string, at: number) => Fault | undefined): Promise<Swept[]> => {
        const seen = new Set<string>();
        const swept = await sweep(disk(), folder(), work, (call, at) => {
            seen.add(call.slice(0, call.indexOf(' ')));
            return faultAt(call, at);
        });
        // Should Node come to its files by calls that the library does not see, nothing would be tested.
        for (const kind of ['mkdir', 'create', 'write', 'fsync', 'close', 'rename', 'stat', 'unlink', 'rmdir']) {
            assert.ok(seen.has(kind), `${kind} is not seen`);
        }
        return swept;
    };

    for (const [name, work] of Object.entries(works)) {
        it(`leaves the old locks or the new when the power goes in ${name}, and the next one goes through`, async () => {
            // Before a call that only reads, the disk is as it is before the next one.
            const swept = await run(work, (call, at) => (changing.test(call) ? { at, with: 'kill' } : undefined));
            for (const one of swept) {
                assert.equal(one.ran.code, null, one.hit);
                assert.ok(isOld(one) || isNew(one, work), `${one.hit}: ${one.after}`);
            }
            assert.ok(swept.some(isOld) && swept.some((one) => isNew(one, work)));
            await goOn(swept);
        });
    }

    for (const name of ['a check-out', 'the first check-out of all'] as const) {
        const work = works[name];
        it(`tells the truth when the disk fails in ${name}`, async () => {
            const swept = await run(work, (_, at) => ({ at, with: 'EIO' }));
            for (const one of swept) {
                toldTheTruth(one, work);
                leftNothing(one, release);
            }
            const failed = swept.filter(({ ran }) => ran.code !== 0).map(({ hit }) => hit);
            assert.deepEqual(failed, [], 'once is not enough to fail');
        });
    }

    for (const name of ['a check-out', 'the first check-out of all', 'a check-in'] as const) {
        const work = works[name];
        it(`tells the truth when a call of ${name} is carried out and its answer is lost`, async () => {
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
            assert.ok(again.every((one) => one.ran.code === 0));
        });
    }

    it('leaves nothing for long when the power goes while a dead program is taken over from', async () => {
        const shopWithMutex = (): Shop => {
            const shop = openShop(mkdtempSync(join(folder(), 'shop-')), aliceHolds);
            leaveMutex(shop);
            return shop;
        };
        // The mutex is put aside, and removed with all in it.
        const name = 'locks.json.lock.';
        const { calls } = await disk().runChild(shopWithMutex().folder, 'checkOutForCarol', { name });
        assert.ok(calls.length >= 6, calls.join(', '));
        const swept = await Promise.all(
            calls.map(async (call, index) => {
                const shop = shopWithMutex();
                const ran = await disk().runChild(shop.folder, 'checkOutForCarol', {
                    name,
                    at: index + 1,
                    with: 'kill',
                });
                assert.equal(ran.code, null, call);
                assert.equal(locksOf(shop), aliceHolds);
                return { shop, hit: call };
            }),
        );
        await goOn(swept);
        // What cannot be removed now is in nobody's way, once it is put aside.
        const troubled = calls.slice(1).map(async (call, index) => {
            const fault: Fault = { name, at: index + 2, with: 'EIO' };
            const { code, stdout } = await disk().runChild(shopWithMutex().folder, 'checkOutForCarol', fault);
            assert.equal(code, 0, `${call}: ${stdout}`);
        });
        await Promise.all(troubled);
    });

    it('goes on when the mutex of somebody else, or the locks, cannot be read for a moment', async () => {
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

    it('tries again when something keeps the locks file open for a moment', async () => {
        const swept = await run(works['a check-out'], (call, at) =>
            call.startsWith('rename') ? { at, to: at + 1, with: 'EBUSY' } : undefined,
        );
        for (const one of swept) {
            assert.equal(one.ran.code, 0, `${one.hit}: ${one.ran.stderr}`);
            assert.equal(one.ran.stderr, '');
            leftNothing(one, /never/);
        }
    });

    it('tells the truth when the share goes away, and goes on when it is back', async () => {
        const work = works['a check-out'];
        // What only reads meets the same as the next call that changes something.
        const swept = await run(work, (call, at) =>
            changing.test(call) ? { at, to: Infinity, with: 'ESTALE' } : undefined,
        );
        for (const one of swept) {
            toldTheTruth(one, work);
            if (one.ran.code !== 0) assert.match(one.ran.stderr, /\(ESTALE\)/);
        }
        assert.ok(swept.some(isOld) && swept.some((one) => isNew(one, work)));
        await goOn(swept);
    });

    it('says that the disk is full, wherever it notices, and leaves nothing', async () => {
        const work = works['a check-out'];
        const swept = await run(work, (call, at) => (changing.test(call) ? { at, with: 'ENOSPC' } : undefined));
        const halves = await run(work, (call, at) => (call.startsWith('write') ? { at, with: 'short' } : undefined));
        for (const one of [...swept, ...halves]) {
            toldTheTruth(one, work);
            leftNothing(one, release);
            if (one.ran.stderr !== '') assert.match(one.ran.stderr, /because the disk is full.* Free some space there/);
        }
        assert.ok(halves.length >= 3 && halves.some(isOld));
    });
});

function isOld({ before, after }: Swept): boolean {
    return after === before;
}

function isNew({ shop, after }: Swept, { before, args }: Work): boolean {
    const bobHolds = args === checkOut;
    if (after === undefined || (holders(shop)['bob.vnc'] === 'Bob') !== bobHolds) return false;
    return before === undefined || after.startsWith(aliceHolds.slice(0, -2));
}

function toldTheTruth(one: Swept, work: Work): void {
    const { hit, ran } = one;
    const told = `${hit}: exit code ${ran.code}, ${ran.stderr}`;
    if (ran.code === 0) return assert.ok(isNew(one, work), told);
    assert.equal(ran.code, 2, told);
    assert.ok(isSentences(ran.stderr), told);
    assert.doesNotMatch(ran.stderr, /does not know|\.tmp/, told);
    const isUnsure = /could not be confirmed/.test(ran.stderr);
    assert.ok(isOld(one) || (isUnsure && isNew(one, work)), told);
}

/** @param except the calls after which the mutex may stay, to be taken over by the next one */
function leftNothing({ shop, hit }: Swept, except: RegExp): void {
    const left = namesIn(shop).filter((name) => !/^locks\.(json(\.bak)?|history\.jsonl)$/.test(name));
    assert.deepEqual(left, except.test(hit) && left.length > 0 ? ['locks.json.lock'] : [], hit);
}

/** Somebody else's change goes through, in every shop, and nothing of the ones before is in its way or stays. */
async function goOn(swept: readonly Pick<Swept, 'shop' | 'hit'>[]): Promise<void> {
    await Promise.all(swept.map(({ shop }) => checkOutForCarol(shop)));
    for (const { shop, hit } of swept) {
        assert.equal(holders(shop)['carol.vnc'], 'Carol', hit);
        const left = namesIn(shop).filter((name) => name !== 'locks.history.jsonl');
        assert.deepEqual(left, ['locks.json', 'locks.json.bak'], hit);
    }
}
