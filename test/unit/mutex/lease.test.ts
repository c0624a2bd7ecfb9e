import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Lease } from '../../../src/core/mutex/lease';
import { skipBecause } from '../../faults/support/skip';
import { temporaryFolder } from '../support/temporaryFolder';

describe('MutexHold', () => {
    const folder = temporaryFolder();

    it('lets what goes on meanwhile end, even when the mutex cannot be given back', async function () {
        if (process.platform === 'win32') skipBecause(this, 'sockets are no files on Windows');
        const directory = path.join(folder(), 'locks.json.lock');
        const hold = await Lease.take(
            directory,
            (token) => token,
            -1, // It may have been taken away at once.
            () => undefined,
        );
        assert.ok(await hold.isOurs()); // By then the owner file is written.
        const owner = path.join(directory, 'owner');
        rmSync(owner);
        const server = createServer().unref();
        await once(server.listen(owner), 'listening'); // What cannot be read.
        const order: string[] = [];
        let end: () => void = () => undefined;
        hold.finishWith(new Promise<void>((resolve) => (end = resolve)).then(() => void order.push('the work')));
        const givingBack = assert
            .rejects(
                hold.giveBack(() => undefined),
                { code: 'ENXIO' },
            )
            .then(() => order.push('giving back'));
        for (let turn = 0; turn < 100; turn++) await setImmediate();
        end();
        await givingBack;
        assert.deepEqual(order, ['the work', 'giving back']);
        server.close();
    });
});
