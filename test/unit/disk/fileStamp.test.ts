import * as assert from 'node:assert/strict';
import { FileStamp } from '../../../src/core/disk/fileStamp';

describe('FileStamp', () => {
    const stats = { ino: 7n, size: 100n, mtimeNs: 1_500_000_000_250_000_000n };
    const of = (change: Partial<typeof stats> = {}): FileStamp => FileStamp.of({ ...stats, ...change });

    it('is another for another inode, size or time, and the same otherwise', () => {
        assert.ok(FileStamp.same(of(), of()));
        assert.equal(of().toString(), of().toString());
        for (const other of [of({ ino: 8n }), of({ size: 99n }), of({ mtimeNs: stats.mtimeNs + 1n })]) {
            assert.equal(FileStamp.same(of(), other), false);
            assert.notEqual(of().toString(), other.toString());
        }
    });

    it('of a missing file is the same as that of another missing file only', () => {
        assert.ok(FileStamp.same(undefined, undefined));
        assert.equal(FileStamp.same(undefined, of()), false);
        assert.equal(FileStamp.same(of(), undefined), false);
    });

    it('is coarse when the time has whole seconds', () => {
        assert.equal(of().isCoarse, false);
        assert.equal(of({ mtimeNs: 1_500_000_000_000_000_000n }).isCoarse, true);
        assert.equal(of({ mtimeNs: 1_500_000_000_000_000_001n }).isCoarse, false);
    });
});
