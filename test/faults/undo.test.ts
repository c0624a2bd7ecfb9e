import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { limitConcurrency } from '../../src/core/base/concurrency';
import { isSentences } from '../support/commandLine';
import { Programmer } from '../unit/support/programmer';
import { changing } from './support/everyCall';
import type { Fault, FaultyRun } from './support/faultyDisk';
import { sampleOf } from './support/sample';
import { useFaultyDisk } from './support/useFaultyDisk';

const OLD = 'G1 X0\n';
const MINE = 'G1 X1 (MINE)\n';
const name = 'bob.vnc';

/** One undo on a disk that failed, and how the shop is after it. */
interface Undone {
    readonly hit: string;
    readonly ran: FaultyRun;
    readonly bob: Programmer;
}

describe('An undo on a disk that fails', function () {
    const { disk, folder } = useFaultyDisk();

    /** A shop in which Bob has changed a file that he has checked out. */
    async function openShop(): Promise<Programmer> {
        const shop = mkdtempSync(join(folder(), 'shop-'));
        const bob = new Programmer(shop, 'Bob', { storage: `${shop}.storage`, staleAfter: 2000 });
        bob.make(name, OLD);
        await bob.repository.refresh();
        await bob.checkOut(name);
        writeFileSync(bob.diskPath(name), MINE);
        return bob;
    }
    const run = (bob: Programmer, fault: Fault): Promise<FaultyRun> =>
        disk().runChild(bob.folder, 'undoForBob', { ...fault, while: `${bob.folder}.begun` });

    /** Tries each call that the undo makes, or a sample of them. */
    async function sweep(faultAt: (call: string, at: number) => Fault | undefined): Promise<Undone[]> {
        const { calls } = await run(await openShop(), {});
        for (const kind of ['create', 'write', 'fsync', 'rename', 'unlink']) {
            assert.ok(
                calls.some((call) => call.startsWith(`${kind} `)),
                `${kind} is not seen`,
            );
        }
        const faults = calls.flatMap((call, index) => faultAt(call, index + 1) ?? []);
        const swept: Undone[] = [];
        await limitConcurrency(sampleOf(faults), 2 * availableParallelism(), async (fault) => {
            const bob = await openShop();
            const ran = await run(bob, fault);
            swept.push({ hit: `${ran.hit}, the call ${fault.at}`, ran, bob });
        });
        return swept;
    }

    async function lostNothing({ hit, bob }: Undone): Promise<void> {
        assert.ok([OLD, MINE].includes(bob.read(name)), `${hit}: ${bob.read(name)}`);
        if (bob.read(name) === OLD) assert.ok((await bob.discarded()).includes(MINE), `${hit}: MINE is lost`);
        if (bob.holder(name) === undefined) assert.equal(bob.read(name), OLD, `${hit}: released, and not put back`);
        const { events } = await bob.repository.history();
        if (events.some(({ action }) => action === 'undo'))
            assert.equal(bob.holder(name), undefined, `${hit}: history`);
    }

    async function toldTheTruth(undone: Undone): Promise<void> {
        await lostNothing(undone);
        const { hit, ran, bob } = undone;
        const told = ran.stdout.trim();
        const all = `${hit}: ${told} ${ran.stderr}`;
        assert.equal(ran.code, 0, all);
        const [content, holder] = [bob.read(name), bob.holder(name)];
        if (told === 'done') return assert.deepEqual([content, holder], [OLD, undefined], all);
        assert.ok(isSentences(ran.stdout), all);
        assert.doesNotMatch(told, /\.tmp/, all);
        if (/may still be checked out/.test(told)) return assert.equal(content, OLD, all);
        assert.equal(holder, 'Bob', all);
        if (!/The share went away while/.test(told))
            assert.deepEqual([content, await bob.discarded()], [MINE, []], all);
    }

    /** Whoever comes next goes on, and nothing is left. */
    async function goOn({ hit, bob }: Undone): Promise<void> {
        if (bob.holder(name) === 'Bob') {
            const outcome = await bob.repository.undo(await bob.look(name), bob.versions);
            assert.equal(outcome.refusal, undefined, hit);
        } else {
            await bob.checkOut(name);
            await bob.repository.removeLeftovers(); // As a window does when it opens.
        }
        assert.deepEqual([bob.read(name), bob.leftovers()], [OLD, []], hit);
    }

    it('tells the truth, whichever call fails', async () => {
        const swept = await sweep((_, at) => ({ at, with: 'EIO' }));
        await Promise.all(swept.map(toldTheTruth));
        await limitConcurrency(swept, 2 * availableParallelism(), goOn);
    });

    it('tells the truth when a call is carried out and its answer is lost', async () => {
        const lost = await sweep((call, at) => (changing.test(call) ? { at, with: 'EIO', when: 'after' } : undefined));
        const again = await sweep((call, at) =>
            call.startsWith('rename ') ? { at, with: 'ENOENT', when: 'after' } : undefined,
        );
        await Promise.all([...lost, ...again].map(toldTheTruth));
        for (const { hit, ran } of again) assert.equal(ran.stdout, 'done\n', hit);
    });

    it('tells the truth when a prepared file is lost by the server', async () => {
        const swept = await sweep((call, at) => (call.startsWith('rename ') ? { at, with: 'ENOENT' } : undefined));
        await Promise.all(swept.map(toldTheTruth));
    });

    for (const when of ['before', 'after'] as const) {
        it(`tells the truth when the share goes away for good, ${when} it carries out a call`, async () => {
            const swept = await sweep((call, at) =>
                changing.test(call) ? { at, to: Infinity, with: 'ESTALE', when } : undefined,
            );
            await Promise.all(swept.map(toldTheTruth));
            await limitConcurrency(swept, 2 * availableParallelism(), goOn);
        });
    }

    it('says that the disk is full, and changes nothing, or tells what was changed', async () => {
        const swept = await sweep((call, at) => (changing.test(call) ? { at, with: 'ENOSPC' } : undefined));
        await Promise.all(swept.map(toldTheTruth));
    });

    it('loses nothing when the power fails, and leaves nothing after the next change', async () => {
        const swept = await sweep((call, at) => (changing.test(call) ? { at, with: 'kill' } : undefined));
        await Promise.all(swept.map(lostNothing));
        await limitConcurrency(swept, 2 * availableParallelism(), goOn);
    });

    it('brings a deleted file back with its time and its rights where there are no hard links', async () => {
        const bob = await openShop();
        const { mtimeMs = assert.fail(), mode } = (await bob.look(name)).content ?? {};
        rmSync(bob.diskPath(name));
        const { stdout, stderr } = await run(bob, { isLinkless: true });
        assert.equal(stdout, 'done\n', stderr);
        const after = statSync(bob.diskPath(name));
        assert.equal(bob.read(name), OLD);
        assert.ok(Math.abs(after.mtimeMs - mtimeMs) < 1, `${after.mtimeMs} is not ${mtimeMs}`);
        assert.equal(after.mode & 0o777, mode);
    });
});
