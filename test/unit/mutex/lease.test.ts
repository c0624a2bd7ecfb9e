import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
    existsSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Failpoint } from '../../../src/core/mutex/failpoints';
import { Lease, type LeaseOptions } from '../../../src/core/mutex/lease';
import { skipUnless } from '../../support/skips';
import { endedAtExit } from '../support/endedAtExit';
import { temporaryFolder } from '../support/temporaryFolder';

describe('Lease', () => {
    const taken: Lease[] = [];
    // Before its folder goes: Windows removes none with an open file in it.
    afterEach(() => Promise.all(taken.splice(0).map((lease) => lease.draft.close())));
    const folder = temporaryFolder();
    const directory = (): string => path.join(folder(), 'locks.json.lock');
    const ownerFile = (): string => path.join(directory(), 'owner');
    const target = (): string => path.join(folder(), 'locks.json');

    const usual: LeaseOptions = {
        describe: (token) => JSON.stringify({ token }),
        staleAfter: 60_000,
        share: () => Promise.resolve(undefined),
        atFailpoint: () => undefined,
    };

    function tryToTake(options: Partial<LeaseOptions> = {}): Promise<Lease | undefined> {
        return Lease.take(directory(), { ...usual, ...options });
    }

    async function take(options: Partial<LeaseOptions> = {}): Promise<Lease> {
        const lease = await tryToTake(options);
        assert.ok(lease !== undefined);
        taken.push(lease);
        assert.ok(await lease.isOurs()); // The owner file is written by then.
        return lease;
    }

    /** Puts somebody else's mutex in the place of this one, as when it was taken over. */
    async function passTo(next: string | undefined, lease: Lease): Promise<void> {
        await lease.draft.close();
        rmSync(directory(), { recursive: true });
        mkdirSync(directory());
        if (next !== undefined) writeFileSync(ownerFile(), JSON.stringify({ token: next }));
    }

    const holder = (): unknown => (JSON.parse(readFileSync(ownerFile(), 'utf8')) as { token: unknown }).token;

    /** Stands still, with everything in this process. */
    function sleep(milliseconds: number): void {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    }

    it('says why it cannot be taken where nobody has it', async function () {
        const lost = path.join(folder(), 'gone', 'locks.json.lock');
        await assert.rejects(() => Lease.take(lost, {} as LeaseOptions), { code: 'ENOENT' });
        skipUnless(this, 'links');
        const breakDirectory = (moment: Failpoint): void => {
            if (moment !== 'entered') return;
            rmSync(directory(), { recursive: true });
            symlinkSync(directory(), directory());
        };
        await assert.rejects(() => tryToTake({ atFailpoint: breakDirectory }), { code: 'ELOOP' });
        assert.ok(
            !readdirSync(folder()).includes('locks.json.lock'),
            'Everybody would have to wait until it is stale.',
        );
    });

    it('that cannot be taken leaves a directory to its owner, and removes one that has none', async function () {
        skipUnless(this, 'longPaths');
        // The path of an owner file that was moved aside is just short enough, and that of the draft is too long.
        const names = Array.from({ length: 21 }, () => 'l'.repeat(200));
        const above = path.join(folder(), ...names).slice(0, 4095 - `/locks.json.lock.${randomUUID()}/owner`.length);
        const long = path.join(above, 'locks.json.lock');
        mkdirSync(above, { recursive: true });
        for (const [owner, left] of [
            [undefined, []],
            ['', []],
            ['{"token":"bob"}', ['locks.json.lock']],
        ] as const) {
            await assert.rejects(
                Lease.take(long, {
                    ...usual,
                    atFailpoint: (moment) => {
                        if (moment === 'entered' && owner !== undefined) writeFileSync(path.join(long, 'owner'), owner);
                    },
                }),
                { code: 'ENAMETOOLONG' },
            );
            assert.deepEqual(readdirSync(above), left, String(owner));
        }
    });

    it('can be stopped by a test after its directory and after its draft was made', async () => {
        const moments: [Failpoint, string[]][] = [];
        await take({ atFailpoint: (moment) => void moments.push([moment, readdirSync(directory())]) });
        const drafts = moments.map(([moment, names]) => [moment, names.length]);
        assert.deepEqual(drafts, [
            ['entered', 0],
            ['drafted', 1],
        ]);
    });

    it('replaces nothing when its draft is not in the directory that it owns', async function () {
        skipUnless(this, 'removedOpenFiles');
        writeFileSync(target(), 'before');
        const becomeElse = (moment: Failpoint): void => {
            if (moment !== 'drafted') return;
            renameSync(directory(), `${directory()}.aside`);
            mkdirSync(directory()); // Another process has just made it, and has no owner file in it yet.
        };
        const lease = await take({ atFailpoint: becomeElse });
        assert.equal(await lease.replace(target(), {}), 'untouched');
        assert.equal(readFileSync(target(), 'utf8'), 'before');
    });

    it('shows a sign of life also by its directory, for those who may not look into it', async () => {
        const lease = await take();
        await lease.showLife(new Date(1_000_000));
        assert.deepEqual([statSync(ownerFile()).mtimeMs, statSync(directory()).mtimeMs], [1_000_000, 1_000_000]);
    });

    it('replaces a file while it shows life, and not once it was silent for most of the time after which it is stale', async () => {
        const staleAfter = 200;
        const late = await take({ staleAfter });
        sleep(0.9 * staleAfter);
        assert.equal(await late.replace(target(), {}), 'untouched');
        await late.giveBack();
        const inTime = await take();
        assert.equal(await inTime.replace(target(), {}), 'replaced');
        await inTime.giveBack();
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('is late after a silence, although a sign of life came behind it', async () => {
        const staleAfter = 400;
        const lease = await take({ staleAfter });
        sleep(0.9 * staleAfter);
        await lease.showLife(new Date());
        assert.equal(await lease.replace(target(), {}), 'untouched');
    });

    for (const [how, find] of [
        ['could not replace a file', async (lease: Lease) => void (await lease.replace(target(), {}))],
        ['found it taken away', async (lease: Lease) => assert.equal(await lease.isOurs(), false)],
    ] as const) {
        it(`leaves the next holder alone when it ${how}`, async () => {
            const lease = await take();
            await passTo('bob', lease);
            await find(lease);
            assert.equal(await lease.giveBack(), false);
            assert.equal(holder(), 'bob');
        });
    }

    it('leaves the next holder alone when it could not replace a file and the disk does not tell who has it', async function () {
        skipUnless(this, 'socketFiles');
        const lease = await take();
        await passTo(undefined, lease);
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        assert.equal(await lease.replace(target(), {}), 'unknown');
        await assert.rejects(() => lease.giveBack(), { code: 'ENXIO' });
        assert.deepEqual(readdirSync(directory()), ['owner']);
        server.close();
    });

    it('leaves a directory alone that another process has just made in its place', async () => {
        const lease = await take();
        await passTo(undefined, lease);
        assert.equal(await lease.giveBack(), false);
        assert.ok(existsSync(directory()));
    });

    it('stays lost although it is on the disk, and is removed', async () => {
        const lease = await take();
        lease.lose();
        assert.equal(await lease.isOurs(), false);
        assert.equal(await lease.giveBack(), false);
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('is removed with an owner file of its own that came back, and not with that of somebody else', async () => {
        for (const next of [undefined, 'bob']) {
            const lease = await take();
            const own = readFileSync(ownerFile(), 'utf8');
            lease.finishWith(
                (async () => {
                    while (existsSync(ownerFile())) await setImmediate();
                    writeFileSync(ownerFile(), next === undefined ? own : JSON.stringify({ token: next }));
                })(),
            );
            await lease.giveBack();
            if (next === undefined) assert.deepEqual(readdirSync(folder()), []);
            else assert.equal(holder(), next);
        }
    });

    it('is given back when the process ends, before and after it replaced a file', async () => {
        for (const replaces of [false, true]) {
            const lease = await take();
            if (replaces) await lease.replace(target(), {});
            endedAtExit.push(lease);
            lease.giveBackAtExit();
            assert.deepEqual(readdirSync(folder()), replaces ? ['locks.json'] : []);
        }
    });

    it('is not given back when the process ends once somebody else has it', async () => {
        const lease = await take();
        await passTo('bob', lease);
        endedAtExit.push(lease);
        lease.giveBackAtExit();
        assert.equal(holder(), 'bob');
    });

    it('waits for work that overlaps with giving it back, even when that fails', async function () {
        skipUnless(this, 'socketFiles');
        const lease = await take({ staleAfter: -1 }); // It may have been taken away at once.
        rmSync(ownerFile());
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        const order: string[] = [];
        let end: () => void = () => undefined;
        lease.finishWith(new Promise<void>((resolve) => (end = resolve)).then(() => void order.push('the work')));
        const givingBack = assert
            .rejects(() => lease.giveBack(), { code: 'ENXIO' })
            .then(() => order.push('giving back'));
        for (let turn = 0; turn < 100; turn++) await setImmediate();
        end();
        await givingBack;
        assert.deepEqual(order, ['the work', 'giving back']);
        server.close();
    });
});
