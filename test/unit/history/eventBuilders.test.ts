import * as assert from 'node:assert/strict';
import { formatEvent, parseEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import {
    checkInEvent,
    checkOutEvent,
    deleteEvent,
    handOverEvent,
    renameEvent,
    restoreEvent,
    revisionEvent,
    takeOverEvent,
} from '../../../src/core/history/eventBuilders';

describe('What a change leaves in the history', () => {
    const since = '2026-11-23T08:15:30.123000+00:00';
    const bobs = { user: 'Bob', timestamp: since, message: 'Rev C', host: 'CAM-1' };
    const facts = {
        action: 'check-in',
        user: 'Bob',
        host: 'CAM-1',
        message: 'Done',
        keptFrom: undefined,
        before: { size: 6 },
        after: undefined,
    } as const;

    /** Every event is to come back from its line as it was. */
    function written(event: HistoryEvent): HistoryEvent | undefined {
        return parseEvent(formatEvent(event));
    }

    it('is, of a check-out, its lock and what was in the file', () => {
        const after = { size: 6, sha256: 'ab' };
        assert.deepEqual(written(checkOutEvent('a.vnc', bobs, after)), {
            time: since,
            action: 'check-out',
            file: 'a.vnc',
            user: 'Bob',
            host: 'CAM-1',
            message: 'Rev C',
            after,
        });
        const older = { user: 'Bob', timestamp: since, message: '' };
        assert.ok(!('host' in checkOutEvent('a.vnc', older, undefined)));
    });

    it('is, of a take-over, also the check-out that it ended, and whose it was', () => {
        const alices = { user: 'Alice', timestamp: '', message: 'Rev B', host: 'CAM-2' };
        const { action, user, checkedOut } = written(takeOverEvent('a.vnc', bobs, alices, undefined))!;
        assert.deepEqual([action, user], ['take-over', 'Bob']);
        assert.deepEqual(checkedOut, { user: 'Alice', time: '', message: 'Rev B', host: 'CAM-2' });
    });

    it('is, of a check-in, who said what, the check-out that it ended and its computer, and what was in the file', () => {
        const event = written(checkInEvent('a.vnc', { ...bobs, host: 'CAM-2' }, facts))!;
        assert.notEqual(event.host, 'CAM-2');
        assert.deepEqual([event.action, event.message, event.kept], ['check-in', 'Done', undefined]);
        assert.deepEqual(event.checkedOut, { time: since, message: 'Rev C', host: 'CAM-2' });
        assert.deepEqual([event.before, event.after], [{ size: 6 }, undefined]);
        assert.ok(Math.abs(Date.now() - Date.parse(event.time)) < 60_000);
        assert.equal(checkInEvent('a.vnc', bobs, { ...facts, action: 'undo' }).action, 'undo');
        const after = { size: 7, sha256: 'ab' };
        assert.deepEqual(written(checkInEvent('a.vnc', bobs, { ...facts, after }))?.after, after);
    });

    it('has the new time of a file that stays checked out', () => {
        const keptFrom = '2026-11-24T08:15:30.123000+00:00';
        const { time, kept } = written(checkInEvent('a.vnc', bobs, { ...facts, keptFrom }))!;
        assert.deepEqual([time, kept], [keptFrom, true]);
    });

    const carol = { user: 'Carol', host: 'CAM-3' };
    /** Without the time, which is that of now. */
    function timeless(event: HistoryEvent): Partial<HistoryEvent> {
        const { time, ...rest } = written(event)!;
        assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000);
        return rest;
    }

    it('is, of a rename, a deletion and a hand-over, who did it, and whose check-out goes on', () => {
        const who = { user: 'Carol', host: 'CAM-3', message: '' };
        const bobsCheckOut = { time: since, message: 'Rev C', user: 'Bob' };
        assert.deepEqual(timeless(renameEvent('a.vnc', 'b.vnc', carol, bobs)), {
            action: 'rename',
            file: 'b.vnc',
            from: 'a.vnc',
            ...who,
            checkedOut: bobsCheckOut,
        });
        assert.deepEqual(timeless(renameEvent('a.vnc', 'b.vnc', carol)), {
            action: 'rename',
            file: 'b.vnc',
            from: 'a.vnc',
            ...who,
        });
        assert.deepEqual(timeless(deleteEvent('a.vnc', carol, bobs)), {
            action: 'delete',
            file: 'a.vnc',
            ...who,
            checkedOut: bobsCheckOut,
        });
        assert.deepEqual(timeless(handOverEvent('a.vnc', carol, { ...bobs, user: 'Carol' })), {
            action: 'hand-over',
            file: 'a.vnc',
            ...who,
            checkedOut: { time: since, message: 'Rev C' },
        });
    });

    it('is, of a revision, its facts, who found or labelled it, and how', () => {
        const revision = { number: 3, size: 6, sha256: 'ab', modified: since };
        const labelled = { action: 'label', file: 'a.vnc', user: 'Carol', host: 'CAM-3', message: 'proven', revision };
        assert.deepEqual(timeless(revisionEvent('label', 'a.vnc', revision, carol, 'proven')), labelled);
        assert.deepEqual(timeless(revisionEvent('found', 'a.vnc', revision, carol)), {
            ...labelled,
            action: 'found',
            message: '',
        });
        const { revision: kept, restoredFrom } = written(
            checkInEvent('a.vnc', bobs, { ...facts, revision, restoredFrom: 2 }),
        )!;
        assert.deepEqual([kept, restoredFrom], [revision, 2]);
    });

    it('is, of a restore, who did it and when, for all files', () => {
        assert.deepEqual(written(restoreEvent({ user: 'Bob', host: 'CAM-1' }, new Date(since))), {
            time: since,
            action: 'restore',
            user: 'Bob',
            host: 'CAM-1',
            message: '',
        });
    });
});
