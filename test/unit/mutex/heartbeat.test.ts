import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Heartbeat } from '../../../src/core/mutex/heartbeat';
import type { Lease } from '../../../src/core/mutex/lease';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

/** What proper-lockfile believes this process holds, by name. */
const { getLocks } = createRequire(__filename)('proper-lockfile/lib/lockfile') as {
    readonly getLocks: () => Readonly<Record<string, unknown>>;
};
const isBeating = ({ draft }: Lease): boolean => Object.keys(getLocks()).includes(draft.path);

describe('Heartbeat', function () {
    const folder = temporaryFolder();
    const ownerFile = (): string => path.join(folder(), 'locks.json.lock', 'owner');
    const time = (): number => statSync(ownerFile()).mtimeMs;
    const directory = (): MutexDirectory =>
        new MutexDirectory(path.join(folder(), 'locks.json.lock'), { user: 'alice', host: 'PC' }, 2000);

    async function take(): Promise<Lease> {
        const lease = await directory().take();
        assert.ok(lease !== undefined);
        assert.ok(await lease.isOurs()); // The owner file is written by then.
        await lease.draft.close(); // Windows removes no folder with an open file in it.
        return lease;
    }

    /** Waits until every heartbeat has begun, which takes no disk. */
    async function begun(): Promise<void> {
        for (let turn = 0; turn < 10; turn++) await setImmediate();
    }

    it('shows signs of life until it is stopped, and leaves the mutex to its holder', async () => {
        const lease = await take();
        const heartbeat = new Heartbeat(lease, 2000);
        utimesSync(ownerFile(), 1000, 1000);
        while (time() === 1_000_000) await delay(5);
        await heartbeat.stop();
        assert.ok(await lease.isOurs());
        assert.ok(await directory().giveBack(lease));
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('of a lost lease does not stop that of the next one in the same process', async () => {
        const lost = await take();
        const first = new Heartbeat(lost, 2000);
        rmSync(path.dirname(ownerFile()), { recursive: true });
        const lease = await take();
        const second = new Heartbeat(lease, 2000);
        await begun();
        await first.stop();
        utimesSync(ownerFile(), 1000, 1000);
        while (time() === 1_000_000) await delay(5);
        await second.stop();
        assert.equal(await directory().giveBack(lost), false);
        assert.ok(await directory().giveBack(lease));
    });

    it('that is stopped in the middle of a look neither fails nor touches the next mutex', async () => {
        const lease = await take();
        const heartbeat = new Heartbeat(lease, 2000);
        const { stat, utimes } = heartbeat.lockfileFs;
        await begun();
        const look = promisify(stat)('');
        rmSync(path.dirname(ownerFile()), { recursive: true });
        await Promise.all([heartbeat.stop(), look]);
        await promisify(stat)('');
        await directory().giveBack(lease);
        const next = await take();
        utimesSync(ownerFile(), 1000, 1000);
        await promisify(utimes)('', new Date(0), new Date(0));
        assert.equal(time(), 1_000_000);
        await directory().giveBack(next);
    });

    it('finds out that the mutex was taken away, and holds it for lost although it comes back', async () => {
        const lease = await take();
        const heartbeat = new Heartbeat(lease, 2000);
        await begun();
        const look = promisify(heartbeat.lockfileFs.stat);
        const mutex = path.dirname(ownerFile());
        assert.ok((await look('')).mtime instanceof Date);
        renameSync(mutex, `${mutex}.away`);
        await assert.rejects(look(''), { code: 'ENOENT' }, 'At another error it would be looked for again.');
        while (isBeating(lease)) await delay(5);
        renameSync(`${mutex}.away`, mutex);
        assert.equal(await lease.isOurs(), false);
        await heartbeat.stop();
        assert.equal(await directory().giveBack(lease), false);
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('cannot tell while the disk does not, and says nothing once it is stopped', async function () {
        skipUnless(this, 'socketFiles');
        const lease = await take();
        const heartbeat = new Heartbeat(lease, 2000);
        await begun();
        const look = promisify(heartbeat.lockfileFs.stat);
        rmSync(ownerFile());
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        await assert.rejects(look(''), { code: 'ENXIO' });
        const looking = look('');
        await Promise.all([heartbeat.stop(), looking]);
        server.close();
    });

    it('gives the mutex back when the process ends', async () => {
        const heartbeat = new Heartbeat(await take(), 2000);
        heartbeat.lockfileFs.rmdirSync();
        assert.equal(existsSync(path.dirname(ownerFile())), false);
        await heartbeat.stop();
    });
});
