import * as assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { limitConcurrency } from '../../src/core/base/concurrency';
import { readHistorySince } from '../../src/core/history/historyReader';
import { RevisionStore } from '../../src/core/revisions/revisionStore';
import { isSentences, type Run } from '../support/commandLine';
import { Programmer } from '../unit/support/programmer';
import { changing } from './support/everyCall';
import type { Fault } from './support/faultyDisk';
import { bothHold, holders, type Shop } from './support/shop';
import { sweep, type Swept, type Work } from './support/sweep';
import { useFaultyDisk } from './support/useFaultyDisk';

const name = 'bob.vnc';
const MINE = 'G1 X1 (MINE)\n'.repeat(100);
const checkIn = ['check-in', name, '--user', 'Bob'];

describe('A check-in and its revision on a disk that fails', function () {
    const faulty = useFaultyDisk();
    const work: Work = {
        args: checkIn,
        before: bothHold,
        prepare: ({ folder }) => writeFileSync(join(folder, 'repo', name), MINE),
    };
    const run = (faultAt: (call: string, at: number) => Fault | undefined, more: Partial<Work> = {}) =>
        sweep(faulty.disk(), faulty.folder(), { ...work, ...more }, faultAt);

    const storeOf = ({ folder }: Shop): RevisionStore => new RevisionStore(join(folder, 'locks.revisions'));
    const left = ({ folder }: Shop): string[] => {
        try {
            return readdirSync(join(folder, 'locks.revisions'), { recursive: true, encoding: 'utf8' }).filter(
                (each) => !/^bob\.vnc(.r\d+\.vnc\.gz)?$/.test(each),
            );
        } catch {
            return [];
        }
    };

    /** What the history tells can be had, and who was told that it is done can have what they checked in. */
    async function lostNothing({
        shop,
        hit,
        ran,
    }: Pick<Swept, 'shop' | 'hit'> & { readonly ran?: Run }): Promise<void> {
        const store = storeOf(shop);
        const { events } = await readHistorySince(join(shop.folder, 'locks.history.jsonl'));
        const told = ran?.code === 0 ? [Number(/as revision (\d+)/.exec(ran.stdout)?.[1])] : [];
        for (const number of [...told, ...events.flatMap(({ revision }) => revision?.number ?? [])]) {
            const pieces: Buffer[] = [];
            await store.read(name, number, undefined, (piece) => void pieces.push(piece));
            assert.equal(Buffer.concat(pieces).toString(), MINE, `${hit}: revision ${number}`);
        }
        if (holders(shop)[name] === undefined) assert.ok((await store.numbers(name)).length > 0, `${hit}: not kept`);
    }

    async function toldTheTruth(one: Swept): Promise<void> {
        const { shop, hit, ran } = one;
        const all = `${hit}: ${ran.code} ${ran.stdout}${ran.stderr}`;
        await lostNothing(one);
        if (ran.code === 0) return assert.equal(holders(shop)[name], undefined, all);
        assert.ok(isSentences(ran.stderr), all);
        assert.doesNotMatch(ran.stderr, /Unexpected error|\.tmp|\.incoming/, all);
        if (!/could not be confirmed/.test(ran.stderr)) assert.equal(holders(shop)[name], 'Bob', all);
    }

    /** The next one gets through, whatever was left. */
    async function goOn({ shop, hit }: Swept): Promise<void> {
        if (holders(shop)[name] === undefined) return;
        const bob = new Programmer(shop.folder, 'Bob', { staleAfter: 2000 });
        const [outcome] = await bob.repository.checkIn([name]);
        assert.equal(outcome?.refusal, undefined, hit);
        const read = await bob.repository.revisions.read(name, outcome!.revision!);
        assert.equal(read.toString(), MINE, hit);
        await lostNothing({ shop, hit });
    }

    for (const when of ['before', 'after'] as const) {
        it(`tells the truth when a call fails, ${when} it is carried out`, async () => {
            const swept = await run((call, at) => (changing.test(call) ? { at, with: 'EIO', when } : undefined));
            for (const one of swept) await toldTheTruth(one);
            await limitConcurrency(swept, 2 * availableParallelism(), goOn);
        });
    }

    for (const when of ['before', 'after'] as const) {
        it(`tells the truth when the share goes away for good, ${when} it carries out a call`, async () => {
            const swept = await run((call, at) =>
                changing.test(call) ? { at, to: Infinity, with: 'ESTALE', when } : undefined,
            );
            for (const one of swept) await toldTheTruth(one);
            await limitConcurrency(swept, 2 * availableParallelism(), goOn);
        });
    }

    it('tells the truth when a call that reads fails', async () => {
        const swept = await run((call, at) => (changing.test(call) ? undefined : { at, with: 'EACCES' }));
        for (const one of swept) await toldTheTruth(one);
    });

    it('leaves the file checked out when the disk is full, says so, and leaves nothing half written', async () => {
        const fills = (call: string, at: number): Fault | undefined =>
            changing.test(call) ? { at, with: 'ENOSPC' } : undefined;
        const swept = [
            ...(await run(fills)),
            ...(await run((call, at) => (call.startsWith('write') ? { at, with: 'short' } : undefined))),
        ];
        for (const one of swept) {
            await toldTheTruth(one);
            if (!/(unlink|rmdir|fsync) locks\.revisions/.test(one.hit)) assert.deepEqual(left(one.shop), [], one.hit);
        }
        assert.ok(
            swept.some(({ ran }) => /No revision of bob\.vnc could be kept, because the disk is full/.test(ran.stderr)),
        );
    });

    it('loses nothing when the power fails, and the next check-in gets through', async () => {
        for (const isLinkless of [false, true]) {
            const swept = await run((call, at) => (changing.test(call) ? { at, with: 'kill' } : undefined), {
                isLinkless,
            });
            for (const { shop, hit } of swept) await lostNothing({ shop, hit });
            await limitConcurrency(swept, 2 * availableParallelism(), goOn);
        }
    });

    it('gives numbers on a disk without links, too', async () => {
        const swept = await run(
            (call, at) => (call.startsWith('rename ') ? { at, with: 'EIO', when: 'after' } : undefined),
            { isLinkless: true },
        );
        for (const one of swept) await toldTheTruth(one);
    });
});
