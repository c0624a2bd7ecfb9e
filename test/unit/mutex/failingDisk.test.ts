import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { useFaultyDisk } from '../../faults/support/useFaultyDisk';

describe('A mutex on a disk that fails for a moment', () => {
    const { disk, folder } = useFaultyDisk();
    const at = (...names: string[]): string => path.join(folder(), ...names);

    for (const [what, fault, told] of [
        [
            'is gone when the answer is lost to the request that removes its owner file, but may have been lost',
            { call: 'unlink', name: 'owner', at: 1, with: 'EIO', when: 'after' },
            'replaced, not kept',
        ],
        [
            'lets its holder try to replace a file when the disk does not say whether the draft is there',
            { call: 'stat', name: '/new', at: 1, with: 'EIO' },
            'replaced, kept',
        ],
    ] as const) {
        it(what, async () => {
            const { stdout, hit } = await disk().runChild(folder(), 'changeUnderMutex', fault);
            assert.notEqual(hit, undefined);
            assert.deepEqual([stdout.trim(), readdirSync(folder())], [told, ['locks.json']]);
        });
    }

    it('was not kept for all that anybody knows, when it cannot be removed and its owner not be read', async () => {
        const fault = { call: 'open', name: 'owner', at: 1, with: 'EACCES' } as const;
        const { stdout, hit } = await disk().runChild(folder(), 'changeUnderMutex', fault, 'notes.txt');
        assert.notEqual(hit, undefined);
        assert.equal(stdout.trim(), 'replaced, not kept');
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.lock']);
    });

    it('is not said to be held when the time is up before the disk answers', async () => {
        const fault = { at: 1, to: Infinity, with: 'EIO' } as const;
        const { stdout } = await disk().runChild(folder(), 'waitForMutex', fault, '100');
        assert.match(stdout, /locks\.json was not changed, because its disk or share failed \(EIO\)/);
    });

    describe('that somebody else has', () => {
        beforeEach(() => {
            mkdirSync(at('locks.json.lock'));
            writeFileSync(at('locks.json.lock', 'owner'), '{"token":"t","user":"Alice","host":"CAM-9","pid":7}');
        });

        it('is waited for although the disk fails for a moment after a long wait', async () => {
            const log = at('calls');
            // By then it has waited for longer than such a fault is worth, and so it does before each try.
            const fault = { call: 'mkdir', at: 60, with: 'EIO' } as const;
            const bob = disk().startChild(folder(), 'waitForMutex', fault, log);
            while (!existsSync(log) || !readFileSync(log, 'utf8').includes(' fails')) await delay(5);
            rmSync(at('locks.json.lock'), { recursive: true });
            assert.deepEqual(await bob.end(), ['in']);
        });

        it('is looked at no more than four times a second, since others have to wait for that', async () => {
            const { stdout, calls } = await disk().runChild(
                folder(),
                'waitForMutex',
                { call: 'open', name: 'owner' },
                '1000',
            );
            assert.match(stdout, /^Alice on CAM-9 /);
            // At the beginning, at the end, and in between.
            assert.ok(calls.length >= 2 && calls.length <= 6, `${calls.length} looks`);
        });

        it('is not waited for by somebody who has no right to take it, who is told that and not that a folder is there', async () => {
            const fault = { call: 'mkdir', at: 1, to: Infinity, with: 'EACCES' } as const;
            const { stdout } = await disk().runChild(folder(), 'waitForMutex', fault);
            assert.match(stdout, /locks\.json was not changed, because you have no permission to write there\./);
        });

        it('is still known to be held by whom it was, when nobody can look at it any more', async () => {
            const fault = { call: 'open', name: 'owner', at: 2, to: Infinity, with: 'ENXIO' } as const;
            const { stdout, hit } = await disk().runChild(folder(), 'waitForMutex', fault, '1000');
            assert.notEqual(hit, undefined);
            assert.match(stdout, /^Alice on CAM-9 \(process 7\) is changing .*, and it was not free within 1 s/);
        });
    });
});
