import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocksFile } from '../../src/core/locks/locksFile';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { newLock } from '../../src/core/locks/holder';
import { LockTable } from '../../src/core/locks/lockTable';
import { openSmbShare, type SmbShare } from './support/smbShare';

const clients = ['exact', 'remembering'] as const;

describe('A change over SMB', function () {
    let share: SmbShare;
    beforeEach(async () => {
        share = await openSmbShare(true);
        writeFileSync(onServer('locks.json'), '{"zoe.vnc": {"user": "Zoe"}}');
    });
    afterEach(() => share.close());

    const onServer = (name: string): string => join(share.folder, name);
    const held = (name = 'locks.json'): string[] =>
        LockTable.parse(readFileSync(onServer(name), 'utf8'))
            .locks()
            .map(({ key }) => key);
    const locksFileAt = (client: number): LocksFile =>
        new LocksFile(join(share.mounts[client]!, 'locks.json'), {
            owner: { user: 'Bob', host: 'PC' },
            timeout: 60_000,
            staleAfter: 2000,
        });
    const checkOut = async (file: string, client = 0): Promise<string> => {
        const lock = newLock('Bob', 'PC', '', new Date());
        const store = new FileLockStore(locksFileAt(client));
        const { outcomes } = await store.checkOut([{ path: file, present: true }], lock, new Set(['.vnc']));
        return outcomes[0]!.refusal?.code ?? 'done';
    };

    for (const [client, request, lost] of [
        [0, 'makeFolder', 'request'],
        [0, 'makeFolder', 'answer'],
        [0, 'rename', 'request'],
        [0, 'rename', 'answer'],
        [0, 'unlink', 'request'],
        [0, 'unlink', 'answer'],
        // A request that is lost before it arrives is no trouble for a client that asks again.
        [1, 'makeFolder', 'answer'],
        [1, 'rename', 'answer'],
        [1, 'unlink', 'answer'],
    ] as const) {
        const how = `the ${lost} of a "${request}" is lost, by a client that is ${clients[client]}`;
        it(`is made and confirmed exactly once when ${how}`, async () => {
            const broken = share.wires[client]!.breakAt(request, lost);
            assert.equal(await checkOut('a.vnc', client), 'done');
            await broken;
            assert.deepEqual(held(), ['zoe.vnc', 'a.vnc']);
            assert.equal(await checkOut('b.vnc', 1 - client), 'done');
            assert.deepEqual(held(), ['zoe.vnc', 'a.vnc', 'b.vnc']);
            assert.deepEqual(readdirSync(share.folder).sort(), ['locks.history.jsonl', 'locks.json', 'locks.json.bak']);
        });
    }

    it('is reported as unconfirmed when the share goes away midway, and costs nobody a lock', async () => {
        assert.equal(await checkOut('a.vnc'), 'done');
        const broken = share.wires[0]!.breakAt('rename', 'request', false);
        const doubtful = assert.rejects(checkOut('b.vnc'), { code: 'changeUnconfirmed' });
        await broken;
        // This client has removed the old file by now, and cannot put the new one in its place.
        assert.equal(existsSync(onServer('locks.json')), false);
        const other = locksFileAt(1);
        await assert.rejects(other.reader.read(), { code: 'locksFileDamaged' });
        await doubtful;
        await assert.rejects(checkOut('c.vnc', 1), { code: 'locksFileDamaged' });
        await other.restoreBackup(new Date());
        assert.deepEqual(held(), ['zoe.vnc', 'a.vnc']);
        assert.equal(await checkOut('c.vnc', 1), 'done');
        assert.deepEqual(held(), ['zoe.vnc', 'a.vnc', 'c.vnc']);
    });

    it('sees another’s first locks although its client caches that there were none', async () => {
        const first = readFileSync(onServer('locks.json'));
        rmSync(onServer('locks.json'));
        assert.deepEqual((await locksFileAt(1).reader.read()).table.locks(), []);
        writeFileSync(onServer('locks.json'), first);
        assert.equal(await checkOut('a.vnc', 1), 'done');
        assert.deepEqual(held(), ['zoe.vnc', 'a.vnc']);
    });

    for (const client of [0, 1]) {
        it(`creates the first locks file under a constant reader, by a client that is ${clients[client]}`, async () => {
            rmSync(onServer('locks.json'));
            const other = join(share.mounts[1 - client]!, 'locks.json');
            const made = new AbortController();
            const looking = (async () => {
                while (!made.signal.aborted) {
                    const reader = await open(other, 'r').catch(() => undefined); // There is none yet.
                    if (reader === undefined) continue;
                    await delay(20); // The reader's own pace.
                    await reader.close();
                }
            })();
            assert.equal(await checkOut('a.vnc', client), 'done');
            made.abort();
            await looking;
            assert.deepEqual(held(), ['a.vnc']);
            assert.deepEqual(readdirSync(share.folder).sort(), ['locks.history.jsonl', 'locks.json', 'locks.json.bak']);
        });
    }

    it('waits for a reader of the locks', async () => {
        const reader = await open(join(share.mounts[1], 'locks.json'), 'r');
        const checkingOut = checkOut('a.vnc');
        await delay(500); // The reader's own pace.
        assert.deepEqual(held(), ['zoe.vnc']);
        await reader.close();
        assert.equal(await checkingOut, 'done');
        assert.deepEqual(held(), ['zoe.vnc', 'a.vnc']);
    });
});
