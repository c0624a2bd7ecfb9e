import * as assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { useFaultyDisk } from '../../faults/support/useFaultyDisk';

describe('A mutex on a disk that fails for a moment', () => {
    const { disk, folder } = useFaultyDisk();

    for (const [what, call, fault, told, left] of [
        [
            'is gone when the answer is lost to the request that removes its owner file, but may have been lost',
            /^unlink locks\.json\.lock\/owner$/,
            { with: 'EIO', when: 'after' },
            'replaced, not kept',
            ['locks.json'],
        ],
        [
            'lets its holder try to replace a file when the disk does not say whether the draft is there',
            /^stat locks\.json\.lock\/new/,
            { with: 'EIO' },
            'replaced, kept',
            ['locks.json'],
        ],
    ] as const) {
        it(what, async () => {
            const { calls } = await disk().runChild(folder(), 'changeUnderMutex', {});
            const at = calls.findIndex((one) => call.test(one)) + 1;
            const ran = await disk().runChild(folder(), 'changeUnderMutex', { ...fault, at });
            assert.match(ran.hit ?? ran.stderr, call);
            assert.deepEqual([ran.stdout.trim(), readdirSync(folder())], [told, left]);
        });
    }

    it('was not kept for all that anybody knows, when it cannot be removed and its owner not be read', async () => {
        const fault = { name: 'owner', at: 5, with: 'EACCES' } as const;
        const { stdout, calls, hit } = await disk().runChild(folder(), 'changeUnderMutex', fault, 'notes.txt');
        assert.equal(hit, 'open locks.json.lock/owner', calls.join());
        assert.equal(stdout.trim(), 'replaced, not kept');
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.lock']);
    });
});
