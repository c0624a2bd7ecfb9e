import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    existsSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    renameSync,
    rmSync,
    statSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { skipUnless } from '../../support/skips';
import { mutexPrograms } from '../support/mutexPrograms';

describe('MutexDirectory', () => {
    const { folder, at, ownerFile, program, leases } = mutexPrograms();
    const left = 'locks.json.12345678-1234-4234-8234-123456789abc.tmp';

    it('is taken by one process, given back, and leaves nothing behind', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        const lease = await alice.take();
        assert.equal(await bob.directory.take(), undefined);
        assert.ok(await lease.isOurs());
        assert.ok(await alice.directory.giveBack(lease));
        assert.equal(await lease.isOurs(), false);
        assert.ok(await bob.directory.giveBack(await bob.take()));
        assert.deepEqual(readdirSync(folder()), []);
        assert.equal(await bob.directory.look(), 'gone');
    });

    it('names its holder', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        assert.ok(await (await alice.take()).isOurs()); // The owner file is written by then.
        assert.equal(await bob.directory.look(), 'held');
        assert.deepEqual(bob.directory.observed?.record.owner, { user: 'alice', host: 'PC', pid: process.pid });
    });

    it('names nobody any more once it was free', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        const lease = await alice.take();
        assert.ok(await lease.isOurs()); // The owner file is written by then.
        await bob.directory.look();
        assert.equal(await bob.directory.take(), undefined);
        assert.equal(bob.directory.observed?.record.owner?.user, 'alice');
        await alice.directory.giveBack(lease);
        await bob.take();
        assert.equal(bob.directory.observed, undefined);
    });

    it('does not wait for a pipe in the place of the owner file', async function () {
        mkdirSync(at());
        skipUnless(this, 'pipes');
        assert.equal(spawnSync('mkfifo', [ownerFile()]).status, 0);
        const bob = program('bob');
        assert.equal(await bob.directory.take(), undefined);
        await bob.untilStale();
        await bob.directory.reclaim();
        assert.deepEqual(readdirSync(folder()), []);
    });

    for (const [when, offset] of [
        ['an hour behind', -3_600_000],
        ['an hour ahead', 3_600_000],
        ['in 1970', -Date.now()],
    ] as const) {
        it(`is held at the first look and stale after a while when the holder's clock is ${when}`, async () => {
            assert.ok(await (await program('alice').take()).isOurs());
            const time = new Date(Date.now() + offset);
            utimesSync(ownerFile(), time, time);
            const bob = program('bob');
            assert.equal(await bob.directory.look(), 'held');
            await bob.untilStale();
            await bob.directory.reclaim();
            assert.ok(await (await bob.take()).isOurs());
        });
    }

    it('shows a sign of life by any other time, earlier or later', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        const lease = await alice.take();
        for (const time of [0, 1000, 500, Date.now() + 3_600_000]) {
            await bob.untilStale();
            await lease.showLife(new Date(time));
            assert.equal(await bob.directory.look(), 'held');
        }
    });

    it('is watched anew when the next holder has it', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        const lease = await alice.take();
        await carol.untilStale();
        await alice.directory.giveBack(lease);
        assert.ok(await (await bob.take()).isOurs());
        assert.equal(await carol.directory.look(), 'held');
        assert.equal(carol.directory.observed?.record.owner?.user, 'bob');
    });

    it('distinguishes the next holder from the last one even when their times are equal', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        const time = new Date(1_000_000);
        const lease = await alice.take();
        await lease.showLife(time);
        await carol.untilStale();
        await alice.directory.giveBack(lease);
        await (await bob.take()).showLife(time);
        assert.equal(await carol.directory.look(), 'held');
    });

    it('is not taken by a process that slept while its empty directory was taken over', async () => {
        const alice = program('alice');
        for (const next of [undefined, '{"token":"bob"}']) {
            const taking = alice.directory.take();
            // Nothing of ours goes on after its `mkdir` while this loop runs.
            while (!existsSync(at()));
            rmSync(at(), { recursive: true });
            if (next !== undefined) {
                mkdirSync(at());
                writeFileSync(ownerFile(), next);
            }
            assert.equal(await taking, undefined);
            if (next !== undefined) assert.equal(readFileSync(ownerFile(), 'utf8'), next);
        }
    });

    it('goes to one of two processes that found it stale', async function () {
        skipUnless(this, 'removedOpenFiles');
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        const lost = await alice.take();
        await Promise.all([bob.untilStale(), carol.untilStale()]);
        await Promise.all([bob.directory.reclaim(), carol.directory.reclaim()]);
        const taken = (await Promise.all([bob.directory.take(), carol.directory.take()])).filter(
            (lease) => lease !== undefined,
        );
        leases.push(...taken);
        assert.equal(taken.length, 1);
        assert.deepEqual([await lost.isOurs(), await taken[0]?.isOurs()], [false, true]);
        assert.deepEqual(readdirSync(folder()), ['locks.json.lock']);
    });

    it('is lost for good by a live holder that is taken for the stale one, and nothing can be written from it', async function () {
        skipUnless(this, 'removedOpenFiles');
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        await alice.take();
        await Promise.all([bob.untilStale(), carol.untilStale()]);
        await bob.directory.reclaim();
        const lease = await bob.take();
        await carol.directory.reclaim();
        assert.equal(await lease.isOurs(), false);
        assert.equal(await lease.draft.replace(path.join(folder(), 'locks.json')), 'untouched');
        assert.equal(await bob.directory.giveBack(lease), false);
        assert.deepEqual(readdirSync(folder()), []);
    });

    for (const looks of [true, false]) {
        it(`is not touched by a former holder that ${looks ? 'finds out' : 'slept and did not look'}`, async () => {
            const [alice, bob] = [program('alice'), program('bob')];
            const lost = await alice.take();
            await bob.untilStale();
            await bob.directory.reclaim();
            const lease = await bob.take();
            assert.ok(await lease.isOurs());
            lost.giveBackAtExit();
            if (looks) assert.equal(await lost.isOurs(), false);
            const { ctimeNs } = statSync(at(), { bigint: true });
            assert.equal(await alice.directory.giveBack(lost), false);
            assert.equal(statSync(at(), { bigint: true }).ctimeNs, ctimeNs, 'it was moved for a moment');
            assert.ok(await lease.isOurs());
        });
    }

    it('is not touched by a former holder that gave up its change because somebody interfered', async () => {
        const [alice, bob] = [program('alice', 10_000), program('bob', 10_000)];
        const lost = await alice.take();
        assert.ok(await lost.isOurs()); // The owner file is written by then.
        await lost.draft.close(); // Windows renames no folder with an open file in it.
        renameSync(at(), `${at()}.aside`);
        const lease = await bob.take();
        assert.ok(await lease.isOurs());
        lost.withdraw();
        assert.equal(await alice.directory.giveBack(lost), false);
        assert.ok(await lease.isOurs());
    });

    it('can be taken over with what a dead holder prepared in it', async function () {
        skipUnless(this, 'removedOpenFiles');
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        writeFileSync(path.join(at(), left), '');
        await bob.untilStale();
        await bob.directory.reclaim();
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('can be taken over from a holder that died before or while it named itself', async () => {
        const bob = program('bob');
        for (const owner of [undefined, '', '{"token":"abc', 'null', '[]', '{"token":7}']) {
            mkdirSync(at());
            if (owner !== undefined) writeFileSync(ownerFile(), owner);
            assert.equal(await bob.directory.look(), 'held', String(owner));
            await bob.untilStale();
            await bob.directory.reclaim();
            assert.equal(existsSync(at()), false, String(owner));
        }
    });

    it('counts a time in which the observer slept as one short look', async () => {
        const [alice, bob] = [program('alice'), program('bob', 1500)];
        assert.ok(await (await alice.take()).isOurs());
        await bob.directory.look();
        // The whole process stands still, as when a laptop's lid is closed over both of them.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
        assert.equal(await bob.directory.look(), 'held');
    });
});
