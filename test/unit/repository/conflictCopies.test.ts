import * as assert from 'node:assert/strict';
import { namesOf } from '../../../src/core/base/fileNames';
import { LockTable } from '../../../src/core/locks/lockTable';
import { conflictOriginal } from '../../../src/core/repository/conflictCopies';
import { Snapshot } from '../../../src/core/repository/snapshot';

describe('A conflict copy', () => {
    const lock = { user: 'Alice', timestamp: '2026-11-23T08:15:30.123000+00:00', message: '', host: 'CAM-PC-03' };
    const table = LockTable.empty.with([{ path: 'other.vnc', lock }]);
    const listing = { files: namesOf(['4801247.vnc', '4801247-op2.vnc', 'OP-10.vnc']), folders: namesOf([]) };
    const snapshot = new Snapshot(
        '/shop',
        'Bob',
        new Map([
            ['', { files: namesOf([]), folders: namesOf(['job']) }],
            ['job', listing],
        ]),
        new Map(),
        table,
    );
    const originalOf = (name: string): string | undefined => conflictOriginal(snapshot, `job/${name}`, 'Office7');

    for (const name of [
        "4801247 (Alice's conflicted copy 2026-11-23).vnc",
        '4801247 (Alice Müller’s conflicted copy 2026-11-23).vnc',
        '4801247 (conflicted copy 2026-11-23 081530).vnc',
        '4801247 (Case Conflict 1).vnc',
        '4801247 (SFConflict alice@shop 2026-11-23-08-15-30).vnc',
        '4801247.sync-conflict-20261123-081530-ABCDEFG.vnc',
        '4801247_CAM-PC-03_Nov-23-081530-2026_Conflict.vnc',
        '4801247_Conflict.vnc',
        '4801247_CaseConflict.vnc',
        '4801247_conflict-20261123-081530.vnc',
        '4801247.Conflict.vnc',
        '4801247-DESKTOP-4F7K2QX.vnc',
        '4801247-CAM-PC-03.vnc',
        '4801247-cam-pc-03-2.vnc',
        '4801247-OFFICE7.vnc',
    ]) {
        it(`is ${name}`, () => assert.equal(originalOf(name), '4801247.vnc'));
    }

    for (const name of [
        '4801247.vnc',
        '4801247-op2.vnc',
        '4801247-12.vnc',
        '4801247 - Copy.vnc',
        '4801247 (1).vnc',
        '4801247 (conflict with fixture).vnc',
        'conflict.vnc',
        '_Conflict.vnc',
        'OP-10-VF-4.vnc',
        // The original of an addition that is only a computer's name must be there.
        '4801999-DESKTOP-4F7K2QX.vnc',
        '4801247-CAM-PC-04.vnc',
    ]) {
        it(`is not ${name}`, () => assert.equal(originalOf(name), undefined));
    }

    it('keeps the extension as it is spelled', () => {
        assert.equal(originalOf('PART_Conflict.MCAM'), 'PART.MCAM');
    });
});
