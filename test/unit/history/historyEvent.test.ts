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
    checkedOut: { time: 'T', message: 'Rev C', user: 'Al', host: 'CAM-2' },
    kept: true,
    before: { size: 1, sha256: 'a' },
    after: { size: 2 },
    revision: { number: 3, size: 2, sha256: 'b', modified: 'M' },
    restoredFrom: 1,
    removed: [1, 2],
};
const renamed: HistoryEvent = { ...least, action: 'rename', file: 'new/b.vnc', from: 'old/a.vnc' };
const folderRenamed: HistoryEvent = { ...least, action: 'rename', file: 'new', from: 'old' };
const parse = (value: unknown): HistoryEvent | undefined => parseEvent(JSON.stringify(value));

describe('A line of the history', () => {
    it('is ASCII and reads back as the event that it was', () => {
        for (const event of [least, whole, renamed]) {
            assert.match(formatEvent(event), /^[ -~]+$/);
            assert.deepEqual(parseEvent(formatEvent(event)), event);
        }
    });

    for (const action of [
        'check-out',
        'check-in',
        'undo',
        'take-over',
        'restore',
        'rename',
        'delete',
        'hand-over',
        'found',
        'label',
        'tidy',
    ] as const) {
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
            revision: 7,
            restoredFrom: '7',
            removed: 7,
            colour: 'red',
        };
        assert.deepEqual(parse({ ...least, ...odd }), least);
        assert.deepEqual(parse({ ...least, checkedOut: { time: 7, message: 7, user: 7, host: 7 } })?.checkedOut, {
            time: '',
            message: '',
        });
        assert.deepEqual(parse({ ...least, after: { size: 7, sha256: 7 } })?.after, { size: 7 });
        assert.deepEqual(parse({ ...least, checkedOut: [] })?.checkedOut, undefined);
    });

    it('tells of a revision only where its number, size and hash can be read', () => {
        const { revision } = whole;
        for (const odd of [
            { number: 0 },
            { number: -1 },
            { number: 1.5 },
            { number: '3' },
            { size: '2' },
            { sha256: 7 },
        ]) {
            assert.equal(
                parse({ ...least, revision: { ...revision, ...odd } })?.revision,
                undefined,
                JSON.stringify(odd),
            );
        }
        assert.deepEqual(parse({ ...least, revision: { ...revision, modified: 7 } })?.revision, {
            ...revision,
            modified: '',
        });
        assert.equal(parse({ ...least, restoredFrom: 0 })?.restoredFrom, undefined);
        assert.deepEqual(parse({ ...least, removed: [1, 'x', 0, 2.5, 3] })?.removed, [1, 3]);
    });
});

describe('An event of the history', () => {
    it('answers a query for all files or for its own, in any case, and what was done to all answers each', () => {
        assert.ok(isWanted(whole, {}));
        assert.ok(isWanted(whole, { file: 'JOB/GRÖßE.VNC' }));
        assert.ok(!isWanted(whole, { file: 'job/other.vnc' }));
        assert.ok(isWanted(least, { file: 'job/other.vnc' }));
    });

    it('of a rename answers a query for the old name and for the new one, of files below a folder too', () => {
        const answers = (event: HistoryEvent, names: readonly string[]): boolean[] =>
            names.map((file) => isWanted(event, { file }));
        assert.deepEqual(answers(renamed, ['OLD/a.vnc', 'new/B.vnc', 'old/b.vnc', 'new']), [true, true, false, false]);
        assert.deepEqual(answers(folderRenamed, ['OLD/a.vnc', 'New/b.vnc', 'newer/b.vnc', 'a.vnc']), [
            true,
            true,
            false,
            false,
        ]);
        const { action, file } = renamed;
        assert.deepEqual(answers({ ...least, action, file: file! }, ['old/a.vnc', 'new/b.vnc']), [false, true]);
        assert.deepEqual(answers({ ...renamed, action: 'check-in' }, ['old/a.vnc', 'new/b.vnc']), [false, true]);
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
