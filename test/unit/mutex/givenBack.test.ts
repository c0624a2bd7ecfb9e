import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import {
    existsSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    renameSync,
    rmSync,
    rmdirSync,
    writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Failpoint } from '../../../src/core/mutex/failpoints';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { skipUnless } from '../../support/skips';
import { mutexPrograms } from '../support/mutexPrograms';

describe('A mutex that is given back', () => {
    const { folder, at, ownerFile, program } = mutexPrograms();
    const left = 'locks.json.12345678-1234-4234-8234-123456789abc.tmp';

    it('is found free of what others moved aside and left, at the first change and after each takeover', async () => {
        const moments: [Failpoint, boolean][] = [];
        const alice = new MutexDirectory(at(), { user: 'alice', host: 'PC' }, 20, (moment) => {
            if (/Stale|Aside/.test(moment)) moments.push([moment, existsSync(at())]);
        });
        const aside = `${at()}.12345678-1234-4234-8234-123456789abc`;
        const change = async (): Promise<string[]> => {
            mkdirSync(aside);
            const lease = await alice.take();
            assert.ok(lease !== undefined);
            assert.equal(await alice.giveBack(lease), true);
            return readdirSync(folder());
        };
        assert.deepEqual(await change(), []);
        // Looking for them costs as much as half a change.
        assert.deepEqual(await change(), [path.basename(aside)]);
        rmdirSync(aside);
        mkdirSync(at());
        while ((await alice.look()) !== 'stale') await setImmediate();
        await alice.reclaim();
        assert.deepEqual(moments, [
            ['foundStale', true],
            ['movedAside', false],
        ]);
        assert.deepEqual(await change(), []);
    });

    it('that was lost leaves what was moved aside to the next holder', async function () {
        skipUnless(this, 'removedOpenFiles');
        const alice = program('alice', 10_000);
        const lost = await alice.take();
        renameSync(at(), `${at()}.12345678-1234-4234-8234-123456789abc`);
        assert.equal(await alice.directory.giveBack(lost), false);
        assert.equal(readdirSync(folder()).length, 1);
        assert.ok(await alice.directory.giveBack(await alice.take()));
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('was not kept to the end when it is gone by the time it is given back', async function () {
        skipUnless(this, 'removedOpenFiles');
        const alice = program('alice', 10_000);
        const lost = await alice.take();
        rmSync(at(), { recursive: true });
        assert.equal(await alice.directory.giveBack(lost), false);
        assert.equal(await alice.directory.giveBack(await alice.take()), true);
    });

    it('is given back with what its holder left in it', async () => {
        const alice = program('alice', 10_000);
        const lease = await alice.take();
        writeFileSync(path.join(at(), left), '');
        assert.ok(await alice.directory.giveBack(lease));
        assert.deepEqual(readdirSync(folder()), []);
    });

    for (const isTakenOver of [false, true]) {
        const which = isTakenOver ? 'leaves that of the next holder alone' : 'is free again at the next try';
        it(`that could not be given back ${which}`, async () => {
            const alice = program('alice', 10_000);
            const lease = await alice.take();
            assert.ok(await lease.isOurs()); // The owner file is written by then.
            const own = readFileSync(ownerFile(), 'utf8');
            rmSync(ownerFile());
            mkdirSync(ownerFile());
            assert.equal(await alice.directory.giveBack(lease), false);
            rmSync(ownerFile(), { recursive: true });
            writeFileSync(ownerFile(), isTakenOver ? '{"token":"bob"}' : own);
            if (isTakenOver) {
                assert.equal(await alice.directory.take(), undefined);
                assert.equal(readFileSync(ownerFile(), 'utf8'), '{"token":"bob"}');
            } else {
                assert.ok(await alice.directory.giveBack(await alice.take()));
                assert.deepEqual(readdirSync(folder()), []);
            }
        });
    }

    it('that could not be given back is tried again for as long as the disk does not let us', async function () {
        skipUnless(this, 'socketFiles');
        const alice = program('alice', 10_000);
        const lease = await alice.take();
        assert.ok(await lease.isOurs()); // The owner file is written by then.
        const own = readFileSync(ownerFile(), 'utf8');
        lease.withdraw(); // Then it looks whose it is.
        rmSync(ownerFile());
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        assert.equal(await alice.directory.giveBack(lease), false);
        assert.equal(await alice.directory.take(), undefined);
        server.close();
        rmSync(ownerFile(), { force: true });
        writeFileSync(ownerFile(), own);
        assert.ok(await alice.directory.giveBack(await alice.take()));
        assert.deepEqual(readdirSync(folder()), []);
    });

    it('that could not be given back and is gone by the next try is taken anew', async () => {
        const alice = program('alice', 10_000);
        const lease = await alice.take();
        assert.ok(await lease.isOurs()); // The owner file is written by then.
        rmSync(ownerFile());
        mkdirSync(ownerFile());
        assert.equal(await alice.directory.giveBack(lease), false);
        rmSync(at(), { recursive: true });
        assert.ok(await alice.directory.giveBack(await alice.take()));
        assert.deepEqual(readdirSync(folder()), []);
    });
});
