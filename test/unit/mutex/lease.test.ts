import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Lease } from '../../../src/core/mutex/lease';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('Lease', () => {
    const folder = temporaryFolder();

    it('waits for work that overlaps with giving it back, even when that fails', async function () {
        skipUnless(this, 'socketFiles');
        const directory = path.join(folder(), 'locks.json.lock');
        const lease = await Lease.take(directory, {
            describe: (token) => token,
            staleAfter: -1, // It may have been taken away at once.
            share: () => Promise.resolve(undefined),
            atFailpoint: () => undefined,
        });
        assert.ok(await lease?.isOurs()); // The owner file is written by then.
        const owner = path.join(directory, 'owner');
        rmSync(owner);
        const server = createServer().unref();
        await once(server.listen(owner), 'listening'); // Nobody can read it.
        const order: string[] = [];
        let end: () => void = () => undefined;
        lease?.finishWith(new Promise<void>((resolve) => (end = resolve)).then(() => void order.push('the work')));
        const givingBack = assert
            .rejects(async () => lease?.giveBack(), { code: 'ENXIO' })
            .then(() => order.push('giving back'));
        for (let turn = 0; turn < 100; turn++) await setImmediate();
        end();
        await givingBack;
        assert.deepEqual(order, ['the work', 'giving back']);
        server.close();
    });
});
