import * as assert from 'node:assert/strict';
import {
    beginsCheckOut,
    formatEvent,
    isModified,
    isWanted,
    parseEvent,
    type HistoryEvent,
} from '../../../src/core/history/historyEvent';

const least: HistoryEvent = { time: 'T', action: 'check-out', user: 'Al', message: '' };
const whole: HistoryEvent = {
    time: '2026-11-23T08:15:30.123000+00:00',
    action: 'check-in',
    file: 'job/Größe.vnc',
    user: 'Jörg',
    host: 'PC',
    message: 'Maß',
    checkedOut: { time: 'T', message: 'Rev C', user: 'Al' },
    kept: true,
    before: { size: 1, sha256: 'a' },
    after: { size: 2 },
};
const parse = (value: unknown): HistoryEvent | undefined => parseEvent(JSON.stringify(value));

describe('A line of the history', () => {
    it('is ASCII and reads back as the event that it was', () => {
        for (const event of [least, whole]) {
            assert.match(formatEvent(event), /^[ -~]+$/);
            assert.deepEqual(parseEvent(formatEvent(event)), event);
        }
    });

    for (const action of ['check-out', 'check-in', 'undo', 'take-over', 'restore'] as const) {
        it(`may tell of a ${action}`, () => assert.equal(parse({ ...least, action })?.action, action));
    }

    for (const [what, value] of [
        ['no JSON', undefined],
        ['a list', [least]],
        ['null', null],
        ['a text', 'check-out'],
        ['no time', { ...least, time: undefined }],
        ['a time that is a number', { ...least, time: 7 }],
        ['no user', { ...least, user: undefined }],
        ['a user that is a number', { ...least, user: 7 }],
        ['an action that nobody knows', { ...least, action: 'melt' }],
        ['no action', { ...least, action: undefined }],
        ['a file that is a number', { ...least, file: 7 }],
        ['no file but null', { ...least, file: null }],
    ] as const) {
        it(`is no event with ${what}`, () => {
            assert.equal(value === undefined ? parseEvent('{"time":"T"') : parse(value), undefined);
        });
    }

    it('loses fields of the wrong type, and those that are unknown, and keeps the rest', () => {
        const odd = {
            from: 7,
            host: 7,
            message: 7,
            checkedOut: 'T',
            kept: 1,
            before: 7,
            after: { size: '7' },
            colour: 'red',
        };
        assert.deepEqual(parse({ ...least, ...odd }), least);
        assert.deepEqual(parse({ ...least, checkedOut: { time: 7, message: 7, user: 7 } })?.checkedOut, {
            time: '',
            message: '',
        });
        assert.deepEqual(parse({ ...least, after: { size: 7, sha256: 7 } })?.after, { size: 7 });
        assert.deepEqual(parse({ ...least, checkedOut: [] })?.checkedOut, undefined);
    });
});

describe('An event of the history', () => {
    it('answers a query for all files or for its own, in any case, and what was done to all answers each', () => {
        assert.ok(isWanted(whole, {}));
        assert.ok(isWanted(whole, { file: 'JOB/GRÖßE.VNC' }));
        assert.ok(!isWanted(whole, { file: 'job/other.vnc' }));
        assert.ok(isWanted(least, { file: 'job/other.vnc' }));
    });

    it('begins a check-out when it checks out, takes over or keeps', () => {
        const begins = (event: Partial<HistoryEvent>): boolean => beginsCheckOut({ ...least, ...event });
        assert.deepEqual(
            (['check-out', 'take-over', 'check-in', 'undo', 'restore'] as const).map((action) => begins({ action })),
            [true, true, false, false, false],
        );
        assert.ok(begins({ action: 'check-in', kept: true }));
    });

    it('tells whether the content changed, as far as that is known', () => {
        const changed = (before: HistoryEvent['before'], after: HistoryEvent['after']): boolean | undefined =>
            isModified({ ...least, ...(before && { before }), ...(after && { after }) });
        const [one, other] = [
            { size: 1, sha256: 'a' },
            { size: 1, sha256: 'b' },
        ];
        assert.equal(changed(one, { ...one }), false);
        assert.equal(changed(one, other), true);
        assert.equal(changed({ size: 1 }, { size: 2 }), true);
        for (const [before, after] of [
            [undefined, one],
            [one, undefined],
            [{ size: 1 }, one],
            [one, { size: 1 }],
        ] as const) {
            assert.equal(changed(before, after), undefined);
        }
    });
});
