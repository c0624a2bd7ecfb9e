import * as assert from 'node:assert/strict';
import { carryAlong, onThisComputer } from '../../../src/core/locks/computerRule';
import { isFromOther } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { checkIn } from '../../../src/core/locks/rules';

const now = Date.parse('2026-11-23T12:00:00Z');

function lock(user: string, host?: string): Lock {
    return {
        user,
        timestamp: '2026-11-23T08:00:00.000000+00:00',
        message: '',
        ...(host === undefined ? {} : { host }),
    };
}

const table = LockTable.empty.with([
    { path: 'here.vnc', lock: lock('CNC', 'CAM-1') },
    { path: 'there.vnc', lock: lock('cnc', 'CAM-2') },
    { path: 'script.vnc', lock: lock('CNC') },
    { path: 'blank.vnc', lock: lock('CNC', ' ') },
    { path: 'eve.vnc', lock: lock('Eve', 'CAM-2') },
]);
const paths = ['there.vnc', 'here.vnc', 'script.vnc', 'blank.vnc', 'eve.vnc', 'free.vnc'];

describe('A name that several computers share', () => {
    it('ends the check-outs of its own computer only, and names the other one', () => {
        const rule = (some: readonly string[]) => checkIn(table, some, 'CNC', now);
        const { table: after, outcomes } = onThisComputer(table, paths, 'CNC', 'cam-1', rule);
        assert.deepEqual(
            outcomes.map(({ path, refusal }) => [path, refusal?.code]),
            [
                ['there.vnc', 'otherComputer'],
                ['here.vnc', undefined],
                ['script.vnc', undefined],
                ['blank.vnc', undefined],
                ['eve.vnc', 'heldByOther'],
                ['free.vnc', 'notCheckedOut'],
            ],
        );
        assert.match(outcomes[0]?.refusal?.message ?? '', /checked out as cnc on CAM-2, and this computer is cam-1/);
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['there.vnc', 'eve.vnc'],
        );
    });

    it('is no other computer where a script did not say which', () => {
        assert.equal(isFromOther(lock('CNC'), 'CAM-1'), false);
        assert.equal(isFromOther(lock('CNC', ' '), 'CAM-1'), false);
        assert.equal(isFromOther(lock('CNC', 'cam-1 '), 'CAM-1'), false);
        assert.equal(isFromOther(lock('CNC', 'CAM-1'), 'cam-1 '), false);
    });

    it('can be changed: the locks of this computer go along, with the time of their check-out', () => {
        const { table: after, outcomes } = carryAlong(table, 'CNC', 'Dave', 'CAM-1');
        assert.deepEqual(outcomes, [{ path: 'here.vnc', lock: lock('Dave', 'CAM-1'), previous: lock('CNC', 'CAM-1') }]);
        assert.deepEqual(after.find('here.vnc')?.lock, lock('Dave', 'CAM-1'));
        assert.deepEqual(after.find('there.vnc')?.lock, lock('cnc', 'CAM-2'));
        assert.deepEqual(after.find('script.vnc')?.lock, lock('CNC'));
        assert.deepEqual(after.find('blank.vnc')?.lock, lock('CNC', ' '));
    });

    it('changes nothing where no lock of this computer has the old name', () => {
        const { table: after, outcomes } = carryAlong(table, 'Eve', 'Dave', 'CAM-1');
        assert.equal(after, table);
        assert.deepEqual(outcomes, []);
    });
});
