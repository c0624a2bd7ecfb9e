import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { skipBecause } from '../../faults/support/skip';
import { temporaryFolder } from '../support/temporaryFolder';

const CENTURY = 3_155_760_000_000;

describe('MutexDirectory', () => {
    const folder = temporaryFolder();
    const at = (): string => path.join(folder(), 'locks.json.lock');

    const directories: MutexDirectory[] = [];
    // What a dead program has open is closed with it; these live on.
    afterEach(async () => {
        for (const directory of directories.splice(0)) await directory.release().catch(() => undefined);
    });

    /** One program, as proper-lockfile drives it. */
    function program(user: string, staleAfter = 20) {
        const directory = new MutexDirectory(at(), { user, host: 'PC' }, staleAfter);
        directories.push(directory);
        const { mkdir, stat, utimes, rmdir } = directory.lockfileFs;
        const isStale = async (): Promise<boolean> => {
            const { mtime } = await promisify(stat)('');
            const distance = mtime.getTime() - Date.now();
            assert.ok(
                Math.abs(distance) > CENTURY,
                'A clock that jumps before the comparison would change the answer.',
            );
            return distance < 0;
        };
        return {
            directory,
            take: async (): Promise<void> => {
                await promisify(mkdir)('');
                await promisify(stat)('');
            },
            isStale,
            untilStale: async (): Promise<void> => {
                while (!(await isStale())) await setImmediate();
            },
            beat: (time: Date) => promisify(utimes)('', time, time),
            remove: promisify(rmdir).bind(undefined, ''),
            isOurs: () => directory.isOurs(),
        };
    }

    it('is taken by one, given back, and leaves nothing', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        await assert.rejects(bob.take(), { code: 'EEXIST' });
        assert.deepEqual([await alice.isOurs(), await bob.isOurs()], [true, false]);
        await alice.remove();
        assert.equal(await alice.isOurs(), false);
        await bob.take();
        await bob.remove();
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('says whose it is', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        assert.equal(await bob.isStale(), false);
        assert.deepEqual(bob.directory.observed?.record.owner, { user: 'alice', host: 'PC', pid: process.pid });
    });

    it('does not wait for a pipe in the place of its owner', async function () {
        mkdirSync(at());
        if (spawnSync('mkfifo', [path.join(at(), 'owner')]).status !== 0) skipBecause(this, 'no pipe can be made here');
        const bob = program('bob');
        await assert.rejects(bob.take(), { code: 'EEXIST' });
        await bob.untilStale();
        await bob.remove();
        assert.deepEqual(readdirSync(folder()), []);
    });

    for (const [when, offset] of [
        ['an hour behind', -3_600_000],
        ['an hour ahead', 3_600_000],
        ['in 1970', -Date.now()],
    ] as const) {
        it(`is fresh at the first look and stale after a while, with a clock ${when}`, async () => {
            await program('alice').take();
            const time = new Date(Date.now() + offset);
            utimesSync(path.join(at(), 'owner'), time, time);
            const bob = program('bob');
            assert.equal(await bob.isStale(), false);
            await bob.untilStale();
            await bob.remove();
            await bob.take();
            assert.ok(await bob.isOurs());
        });
    }

    it('shows a sign of life by any other time, earlier or later', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        for (const time of [0, 1000, 500, Date.now() + 3_600_000]) {
            await bob.untilStale();
            await alice.beat(new Date(time));
            assert.equal(await bob.isStale(), false);
        }
    });

    it('starts to wait anew for the next holder', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        await alice.take();
        await carol.untilStale();
        await alice.remove();
        await bob.take();
        assert.equal(await carol.isStale(), false);
        assert.equal(carol.directory.observed?.record.owner?.user, 'bob');
    });

    it('tells the next holder from the last one even when their times are equal', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        const time = new Date(1_000_000);
        await alice.take();
        await alice.beat(time);
        await carol.untilStale();
        await alice.remove();
        await bob.take();
        await bob.beat(time);
        assert.equal(await carol.isStale(), false);
    });

    it('is not taken by one that slept while its empty directory was taken over', async () => {
        const alice = program('alice');
        for (const next of [undefined, '{"token":"bob"}']) {
            const taking = alice.take();
            // Nothing of ours goes on after its `mkdir` while this loop runs.
            while (!existsSync(at()));
            rmSync(at(), { recursive: true });
            if (next !== undefined) {
                mkdirSync(at());
                writeFileSync(path.join(at(), 'owner'), next);
            }
            await assert.rejects(taking, { code: 'EEXIST' });
            assert.equal(await alice.isOurs(), false);
            if (next !== undefined) assert.equal(readFileSync(path.join(at(), 'owner'), 'utf8'), next);
        }
    });

    it('goes to one of two that found the same one stale', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        await alice.take();
        await Promise.all([bob.untilStale(), carol.untilStale()]);
        await Promise.all([bob.remove(), carol.remove()]);
        const taken = await Promise.allSettled([bob.take(), carol.take()]);
        assert.deepEqual(taken.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        assert.equal(await alice.isOurs(), false);
        assert.equal(await bob.isOurs(), taken[0].status === 'fulfilled');
        assert.deepEqual(readdirSync(folder()), ['locks.json.lock']);
    });

    it('is lost for good by a live holder whom another takes for the stale one, and cannot be written from', async () => {
        const [alice, bob, carol] = [program('alice'), program('bob'), program('carol')];
        await alice.take();
        await Promise.all([bob.untilStale(), carol.untilStale()]);
        await bob.remove();
        await bob.take();
        const { draft } = bob.directory.held;
        await carol.remove();
        assert.equal(await bob.isOurs(), false);
        assert.equal(await draft.putInPlace(path.join(folder(), 'locks.json'), async () => true), 'untouched');
        await bob.remove();
        assert.equal(bob.directory.keptUntilRelease, false);
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('is not touched by a former holder, who finds out', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        await bob.untilStale();
        await bob.remove();
        await bob.take();
        alice.directory.lockfileFs.rmdirSync();
        assert.equal(await alice.isOurs(), false);
        const { ctimeNs } = statSync(at(), { bigint: true });
        await alice.remove();
        assert.equal(statSync(at(), { bigint: true }).ctimeNs, ctimeNs, 'it was moved for a moment');
        assert.ok(await bob.isOurs());
    });

    it('is not touched by a former holder who slept and did not look', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        await bob.untilStale();
        await bob.remove();
        await bob.take();
        await alice.remove();
        assert.equal(alice.directory.keptUntilRelease, false);
        assert.ok(await bob.isOurs());
    });

    it('was not kept to the end when it is gone as it is given back', async () => {
        const alice = program('alice', 10_000);
        await alice.take();
        rmSync(at(), { recursive: true });
        await alice.remove();
        assert.equal(alice.directory.keptUntilRelease, false);
        await alice.take();
        await alice.remove();
        assert.equal(alice.directory.keptUntilRelease, true);
    });

    it('is given back with what its holder left in it', async () => {
        const alice = program('alice', 10_000);
        await alice.take();
        writeFileSync(path.join(at(), 'locks.json.12345678-1234-4234-8234-123456789abc.tmp'), '');
        await alice.remove();
        assert.equal(alice.directory.keptUntilRelease, true);
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('can be taken over with what a dead holder prepared in it', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        await alice.take();
        writeFileSync(path.join(at(), 'locks.json.12345678-1234-4234-8234-123456789abc.tmp'), '');
        await bob.untilStale();
        await bob.remove();
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('can be taken over from one that died before it named itself, or half way', async () => {
        const bob = program('bob');
        for (const owner of [undefined, '', '{"token":"abc', 'null', '[]', '{"token":7}']) {
            mkdirSync(at());
            if (owner !== undefined) writeFileSync(path.join(at(), 'owner'), owner);
            assert.equal(await bob.isStale(), false, String(owner));
            await bob.untilStale();
            await bob.remove();
            assert.equal(existsSync(at()), false, String(owner));
        }
    });

    it('is taken over at once by whoever could not give it back, and never that of somebody else', async () => {
        const ownerFile = path.join(at(), 'owner');
        for (const isTakenOver of [false, true]) {
            const alice = program('alice', 10_000);
            await alice.take();
            assert.ok(await alice.isOurs()); // By then the owner file is written.
            const own = readFileSync(ownerFile, 'utf8');
            rmSync(ownerFile);
            mkdirSync(ownerFile);
            await assert.rejects(alice.remove(), { code: /^(EISDIR|EPERM|EACCES)$/ });
            assert.equal(alice.directory.keptUntilRelease, false);
            rmSync(ownerFile, { recursive: true });
            writeFileSync(ownerFile, isTakenOver ? '{"token":"bob"}' : own);
            if (!isTakenOver) {
                await alice.take();
                await alice.remove();
                assert.deepEqual(readdirSync(folder()), []);
                continue;
            }
            await assert.rejects(alice.take(), { code: 'EEXIST' });
            assert.equal(readFileSync(ownerFile, 'utf8'), '{"token":"bob"}');
        }
    });

    it('counts a time in which the observer slept as one short look', async () => {
        const [alice, bob] = [program('alice'), program('bob', 1500)];
        await alice.take();
        await bob.isStale();
        // The whole process stands still, as when a laptop's lid is closed over both of them.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
        assert.equal(await bob.isStale(), false);
    });

    it('is given back in the middle of a heartbeat, which neither fails nor touches the next one', async () => {
        const [alice, bob] = [program('alice'), program('bob')];
        const look = (): Promise<unknown> => promisify(alice.directory.lockfileFs.stat)('');
        await alice.take();
        await look(); // The first one needs no disk.
        const heartbeat = look();
        await Promise.all([alice.remove(), heartbeat]);
        await bob.take();
        assert.ok(await bob.isOurs()); // By then the owner file is written.
        const { mtimeNs } = statSync(path.join(at(), 'owner'), { bigint: true });
        await alice.beat(new Date(0));
        assert.equal(statSync(path.join(at(), 'owner'), { bigint: true }).mtimeNs, mtimeNs);
    });

    it('is removed without waiting, as at the end of a process', async () => {
        const alice = program('alice');
        await alice.take();
        alice.directory.lockfileFs.rmdirSync();
        assert.deepEqual(readdirSync(folder()), []);
    });
});
