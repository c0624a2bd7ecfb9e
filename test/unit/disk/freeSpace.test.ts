import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isTight, spaceOf } from '../../../src/core/disk/freeSpace';

const GB = 2 ** 30;

describe('The room on a disk', () => {
    it('is tight below 5 % or 2 GB, and not where the disk does not tell', () => {
        const cases: [number, number, boolean][] = [
            [1.9 * GB, 20 * GB, true],
            [2 * GB, 20 * GB, false],
            [2.1 * GB, 20 * GB, false],
            [49 * GB, 1000 * GB, true],
            [51 * GB, 1000 * GB, false],
            [0, 0, false],
        ];
        for (const [free, total, tight] of cases) assert.equal(isTight({ free, total }), tight, `${free} of ${total}`);
    });

    it('is told in bytes', async () => {
        const { bavail, bsize } = statfsSync(tmpdir());
        const { free, total } = await spaceOf(tmpdir());
        assert.ok(free <= total && total > 2 ** 20);
        // Other programs may write in between.
        assert.ok(Math.abs(free - bavail * bsize) <= total / 100, `${free} and ${bavail} blocks of ${bsize}`);
    });
});
