import * as assert from 'node:assert/strict';
import {
    existsSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    renameSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../../../src/core/base/errors';
import { Mutex } from '../../../src/core/mutex/mutex';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { temporaryFolder } from '../support/temporaryFolder';

const HOUR = 3_600_000;

/** What proper-lockfile believes this process holds, by name. */
const { getLocks } = createRequire(__filename)('proper-lockfile/lib/lockfile') as {
    readonly getLocks: () => Readonly<Record<string, unknown>>;
};

describe('Mutex', function () {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.json');
    const ownerFile = (): string => path.join(`${file()}.lock`, 'owner');
    const mutex = (timeout = 60_000): Mutex =>
        new Mutex(file(), { owner: { user: 'Bob', host: 'PC2' }, timeout, staleAfter: 2000 });

    it('lets one process in at a time', async () => {
        writeFileSync(file(), '0');
        const children = Array.from({ length: 4 }, () => Child.start('count', file(), '25', '10000'));
        await Promise.all(children.map((child) => child.end()));
        assert.equal(readFileSync(file(), 'utf8'), '100');
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('lets one object of a process in at a time, too', async () => {
        let inside = 0;
        await Promise.all(
            Array.from({ length: 10 }, () =>
                mutex().run(async (lease) => {
                    assert.equal(++inside, 1);
                    assert.ok(await lease.isOurs());
                    inside--;
                }),
            ),
        );
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('is left to a newcomer by somebody who has just held it and had to wait for it', async () => {
        const [alice, bob] = [mutex(), mutex()];
        const order: string[] = [];
        let waiting: Promise<unknown> = Promise.resolve();
        await bob.run(async () => {
            waiting = alice.run(() => delay(100)); // It takes its time, and so do pauses from now on.
            await delay(500);
        });
        await waiting;
        await Promise.all([
            alice.run(async () => void order.push('alice')),
            mutex().run(async () => void order.push('newcomer')),
        ]);
        assert.deepEqual(order, ['newcomer', 'alice']);
    });

    it('is released when the change fails', async () => {
        const one = mutex();
        await assert.rejects(
            one.run(async () => {
                throw new Error('the change failed');
            }),
            /the change failed/,
        );
        assert.deepEqual(await one.run(async () => 'in again'), { result: 'in again', kept: true });
        assert.deepEqual(readdirSync(folder()), []);
    });

    for (const [when, offset] of [
        ['ahead', HOUR],
        ['behind', -HOUR],
    ] as const) {
        it(`is taken over from a killed holder whose clock was an hour ${when}, and not before its time`, async () => {
            const holder = Child.start('holdMutex', file(), 'Alice', '2000');
            assert.equal(await holder.line(), 'held');
            await holder.kill();
            const time = new Date(Date.now() + offset);
            utimesSync(ownerFile(), time, time);
            const started = performance.now();
            await mutex().run(async () => undefined);
            const waited = performance.now() - started;
            assert.ok(waited >= 2000, `${waited} ms`);
            assert.deepEqual(readdirSync(folder()), []);
        });
    }

    it('is not taken from a live holder, however old its time stamp, and the error names the holder', async () => {
        const holder = Child.start('holdMutex', file(), 'Alice', '2000');
        assert.equal(await holder.line(), 'held');
        const longAgo = new Date(Date.now() - HOUR);
        utimesSync(ownerFile(), longAgo, longAgo);
        await assert.rejects(
            mutex(3500).run(async () => assert.fail('in')),
            (error) => {
                assert.ok(error instanceof CheckoutError);
                assert.equal(error.code, 'mutexTimeout');
                const who = `Alice on CAM-9 (process ${holder.process.pid}) is changing ${file()}, and it was not free within 4 s`;
                assert.ok(error.message.startsWith(who), error.message);
                return true;
            },
        );
        holder.proceed();
        assert.deepEqual(await holder.end(), ['true', 'released']);
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('goes to one process at a time when many find it stale', async () => {
        writeFileSync(file(), '0');
        const holder = Child.start('holdMutex', file(), 'Alice', '2000');
        assert.equal(await holder.line(), 'held');
        await holder.kill();
        const children = Array.from({ length: 6 }, () => Child.start('count', file(), '3', '2000'));
        await Promise.all(children.map((child) => child.end()));
        assert.equal(readFileSync(file(), 'utf8'), '18');
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('is lost by a holder that stopped for too long, which notices and leaves the next holder alone', async function () {
        skipUnless(this, 'stoppedPrograms');
        const holder = Child.start('holdMutex', file(), 'Alice', '2000');
        assert.equal(await holder.line(), 'held');
        holder.process.kill('SIGSTOP');
        await mutex().run(async (lease) => {
            holder.process.kill('SIGCONT');
            holder.proceed();
            assert.deepEqual(await holder.end(), ['false', 'released']);
            assert.ok(await lease.isOurs());
        });
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('stays lost once the heartbeat missed it, and is removed when it turns up again', async () => {
        const one = mutex();
        const away = `${file()}.away`;
        const isBeating = (): boolean => Object.keys(getLocks()).some((name) => name.startsWith(file()));
        const { kept } = await one.run(async (lease) => {
            while (!isBeating()) await delay(5);
            renameSync(`${file()}.lock`, away);
            // The heartbeat finds it gone and gives up.
            while (isBeating()) await delay(5);
            renameSync(away, `${file()}.lock`);
            assert.equal(await lease.isOurs(), false);
        });
        assert.equal(kept, false);
        assert.equal(existsSync(`${file()}.lock`), false);
        await one.run(async (lease) => assert.ok(await lease.isOurs()));
    });

    it('is released by a process that ends in the middle of a change', async () => {
        const holder = Child.start('exitHolding', file(), 'Alice');
        assert.equal(await holder.line(), 'true');
        assert.deepEqual(readdirSync(folder()), ['locks.json.lock']);
        holder.proceed();
        await holder.end();
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('says why it cannot be looked at, and names no holder that was never seen', async function () {
        skipUnless(this, 'socketFiles');
        mkdirSync(`${file()}.lock`);
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        await assert.rejects(
            mutex(300).run(async () => assert.fail('in')),
            {
                code: 'locksFileUnreachable',
                message: /nobody can tell who is changing it: .*locks\.json\.lock cannot be read \(it is a socket/,
            },
        );
        server.close();
    });

    it('names the file that is in the place of a folder on the way', async function () {
        skipUnless(this, 'filesOnTheWay');
        writeFileSync(path.join(folder(), 'shop'), '');
        await assert.rejects(
            new Mutex(path.join(folder(), 'shop', 'locks.json'), {
                owner: { user: 'Bob', host: 'PC2' },
                timeout: 0,
            }).run(async () => undefined),
            { code: 'locksFileNotWritable', message: /because .*shop is a file and not a folder/ },
        );
    });

    it('says when the folder is gone', async () => {
        rmSync(folder(), { recursive: true });
        await assert.rejects(
            mutex().run(async () => undefined),
            { code: 'locksFileUnreachable' },
        );
    });
});
