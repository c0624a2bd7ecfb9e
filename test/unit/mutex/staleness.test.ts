import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { InTheWay, MutexBusy, StalenessObserver, staleTimeMs } from '../../../src/core/mutex/staleness';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

const STALE_AFTER_MS = 20;

describe('StalenessObserver', () => {
    const folder = temporaryFolder();
    const directory = (): string => path.join(folder(), 'locks.json.lock');
    const ownerFile = (): string => path.join(directory(), 'owner');

    async function untilStale(mutex: Pick<MutexDirectory, 'look'>): Promise<void> {
        while ((await mutex.look()) !== 'stale') await setImmediate();
    }

    it('takes a time of the owner file for a sign of life, whatever that of its directory is', async () => {
        mkdirSync(directory());
        writeFileSync(ownerFile(), '{"token":"alice"}');
        const observer = new StalenessObserver(directory(), STALE_AFTER_MS);
        await untilStale(observer);
        utimesSync(ownerFile(), 1000, 1000);
        assert.equal(await observer.look(), 'held');
    });

    it('watches a directory without an owner anew when another process has made it', async () => {
        mkdirSync(directory());
        utimesSync(directory(), 1000, 1000);
        const observer = new StalenessObserver(directory(), STALE_AFTER_MS);
        await untilStale(observer);
        rmdirSync(directory());
        mkdirSync(directory());
        assert.equal(await observer.look(), 'held');
    });

    it('waits twice as long for a holder of whom it may see no more than the directory', () => {
        const record = { token: 'alice', owner: undefined };
        assert.equal(staleTimeMs(record, 10_000), 10_000);
        assert.equal(staleTimeMs({ ...record, isClosed: true }, 10_000), 20_000);
    });

    it('says that it cannot look, which is not that nobody is there', async function () {
        skipUnless(this, 'socketFiles');
        mkdirSync(directory());
        const server = createServer().unref();
        await once(server.listen(ownerFile()), 'listening'); // Nobody can read it.
        await assert.rejects(
            () => new StalenessObserver(directory(), STALE_AFTER_MS).look(),
            (error) => {
                assert.ok(error instanceof MutexBusy);
                assert.equal(error.message, 'The mutex cannot be looked at or moved now.');
                assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENXIO');
                return true;
            },
        );
        server.close();
    });

    it('names a file that is in the way', async () => {
        writeFileSync(directory(), 'of another program');
        await assert.rejects(
            () => new StalenessObserver(directory(), STALE_AFTER_MS).look(),
            (error) => error instanceof InTheWay && error.message === `${directory()} is not a folder`,
        );
    });

    it('goes on from what it saw when a stale mutex cannot be moved aside', async function () {
        skipUnless(this, 'anyNames');
        // Too long for the name that it would be moved to, and not for its own.
        const stuck = path.join(folder(), 'l'.repeat(230));
        mkdirSync(stuck);
        writeFileSync(path.join(stuck, 'owner'), '{"token":"alice","user":"Alice","host":"PC","pid":7}');
        const bob = new MutexDirectory(stuck, { user: 'Bob', host: 'PC2' }, STALE_AFTER_MS);
        await untilStale(bob);
        await assert.rejects(() => bob.reclaim(), MutexBusy);
        assert.equal(bob.observed?.record.owner?.user, 'Alice');
        assert.equal(await bob.look(), 'stale');
    });
});
