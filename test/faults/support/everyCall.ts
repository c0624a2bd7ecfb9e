import * as assert from 'node:assert/strict';
import { isSentences } from '../../support/commandLine';
import type { Fault } from './faultyDisk';
import { aliceHolds, bothHold, checkOutForCarol, holders, namesIn } from './shop';
import { sweep, type Swept, type Work } from './sweep';
import type { FaultyDiskInTests } from './useFaultyDisk';

const checkOut = ['check-out', 'bob.vnc', '--user', 'Bob'];
const checkIn = ['check-in', 'bob.vnc', '--user', 'Bob'];
export const works = {
    'a check-out': { args: checkOut, before: aliceHolds },
    'the first check-out of all': { args: checkOut, before: undefined },
    'the first check-out of all, without links': {
        args: checkOut,
        before: undefined,
        isLinkless: true,
        only: / locks\.json(\.lock\/new\S*)?$/,
    },
    'a check-in': { args: checkIn, before: bothHold },
} satisfies Record<string, Work>;
/** Calls that change something on the disk, and so can be carried out and not answered. */
export const changing = /^(mkdir|create|write|pwrite64|fsync|close|rename|link|unlink|rmdir|utimensat) /;
/** The calls by which the mutex is taken. A lost answer to one costs the time after which it is stale; of a check-out it is tried. */
export const taking = /^(mkdir|create) locks\.json\.lock/;
/** The calls by which the mutex is given back, after all is done. */
export const release = /^(unlink|rmdir) locks\.json\.lock/;

/** Runs a command once for each of its calls, with a fault at that one. */
export async function faultAtEveryCall(
    { disk, folder }: FaultyDiskInTests,
    work: Work,
    faultAt: (call: string, at: number) => Fault | undefined,
): Promise<Swept[]> {
    const seen = new Set<string>();
    const swept = await sweep(disk(), folder(), work, (call, at) => {
        seen.add(call.slice(0, call.indexOf(' ')));
        return work.only?.test(call) === false ? undefined : faultAt(call, at);
    });
    // Should Node come to its files by calls that the library does not see, nothing would be tested.
    for (const kind of ['mkdir', 'create', 'write', 'fsync', 'close', 'rename', 'stat', 'unlink', 'rmdir']) {
        assert.ok(seen.has(kind), `${kind} is not seen`);
    }
    return swept;
}

export function isOld({ before, after }: Swept): boolean {
    return after === before;
}

export function isNew({ shop, after }: Swept, { before, args }: Work): boolean {
    const bobHolds = args === checkOut;
    if (after === undefined || (holders(shop)['bob.vnc'] === 'Bob') !== bobHolds) return false;
    return before === undefined || after.startsWith(aliceHolds.slice(0, -2));
}

export function toldTheTruth(one: Swept, work: Work): void {
    const { hit, ran } = one;
    const told = `${hit}: exit code ${ran.code}, ${ran.stderr}`;
    if (ran.code === 0) return assert.ok(isNew(one, work), told);
    // A file that cannot be kept is refused for itself.
    assert.ok(ran.code === 2 || (ran.code === 1 && ran.stderr.startsWith('No revision of ')), told);
    assert.ok(isSentences(ran.stderr), told);
    assert.doesNotMatch(ran.stderr, /Unexpected error|\.tmp/, told);
    const isUnsure = /could not be confirmed/.test(ran.stderr);
    assert.ok(isOld(one) || (isUnsure && isNew(one, work)), told);
}

/** @param except the calls after which the mutex may stay, to be taken over by the next one */
export function leftNothing({ shop, hit }: Swept, except: RegExp): void {
    const left = namesIn(shop).filter((name) => !/^locks\.(json(\.bak)?|history\.jsonl|revisions)$/.test(name));
    assert.deepEqual(left, except.test(hit) && left.length > 0 ? ['locks.json.lock'] : [], hit);
}

/** Somebody else's change goes through, in every shop, and nothing of the ones before is in its way or stays. */
export async function goOn(swept: readonly Pick<Swept, 'shop' | 'hit'>[]): Promise<void> {
    await Promise.all(swept.map(({ shop }) => checkOutForCarol(shop)));
    for (const { shop, hit } of swept) {
        assert.equal(holders(shop)['carol.vnc'], 'Carol', hit);
        const left = namesIn(shop).filter(
            (name) => !/^(locks\.(history\.jsonl|revisions)|\.new-[\da-f-]{36})$/.test(name),
        );
        assert.deepEqual(left, ['locks.json', 'locks.json.bak'], hit);
    }
}
