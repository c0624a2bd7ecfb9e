import * as assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Fault } from '../../faults/support/faultyDisk';
import { useFaultyDisk } from '../../faults/support/useFaultyDisk';

describe('On a disk that fails for a moment', () => {
    const { disk, folder } = useFaultyDisk();

    async function call(
        what: 'read' | 'copy' | 'make',
        fault: Fault,
    ): Promise<{ told: string; calls: readonly string[] }> {
        const { stdout, stderr, calls, hit } = await disk().runChild(folder(), 'callDisk', fault, what);
        assert.notEqual(hit, undefined, `Nothing failed. ${stderr}`);
        return { told: stdout.trim(), calls };
    }

    for (const [when, at] of [
        ['its state is asked for', 2],
        ['it is read', 3],
    ] as const) {
        it(`a file that is replaced while ${when} is read again`, async () => {
            writeFileSync(path.join(folder(), 'file'), 'M30');
            assert.equal((await call('read', { at, with: 'ESTALE' })).told, 'M30');
        });
    }

    for (const [what, code, told, times] of [
        ['is asked for again while a scanner has the folder open', 'EBUSY', 'made', 2],
        ['is not asked for again once somebody else has it', 'EEXIST', 'EEXIST', 1],
    ] as const) {
        it(`the name of a new folder ${what}`, async () => {
            // The first call is the look whether it is there.
            const ran = await call('make', { name: 'shop', at: 2, with: code });
            assert.equal(ran.told, told);
            assert.equal(ran.calls.filter((one) => one === 'rename shop').length, times, ran.calls.join());
            assert.deepEqual(readdirSync(folder()), told === 'made' ? ['shop'] : []);
        });
    }

    for (const [what, fault, told] of [
        ['is made where it may not be opened any more', { call: 'open', name: 'copy', with: 'EACCES' }, 'made'],
        ['is made where nobody may change it', { call: 'open', name: 'copy', with: 'EPERM' }, 'made'],
        ['fails when the disk does', { call: 'open', name: 'copy', with: 'EIO' }, 'EIO'],
        ['fails when it does not get to the disk', { call: 'fsync', name: 'copy', with: 'ENOSPC' }, 'ENOSPC'],
    ] as const) {
        it(`a copy ${what}`, async () => {
            writeFileSync(path.join(folder(), 'file'), 'M30');
            assert.equal((await call('copy', { ...fault, at: 1 })).told, told);
        });
    }
});
