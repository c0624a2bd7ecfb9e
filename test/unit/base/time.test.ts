import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatAge, formatTimestamp, parseTimestamp } from '../../../src/core/base/time';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('time', () => {
    for (const [timestamp, age] of [
        ['2026-11-23T11:59:30.123456+00:00', 'just now'],
        ['2026-11-23T13:00:00Z', 'just now'],
        ['2026-11-23T11:58:59+00:00', '1 min ago'],
        ['2026-11-23T11:00:01Z', '59 min ago'],
        ['2026-11-23T11:00:00Z', '1 h ago'],
        ['2026-11-23T12:00:00+02:00', '2 h ago'],
        ['2026-11-21T12:00:01Z', '47 h ago'],
        ['2026-11-21T12:00:00Z', '2 days ago'],
        ['2025-11-23T12:00:00Z', '365 days ago'],
        ['2026-11-23T10:00Z', '2 h ago'],
        ['2026-11-23 10:00:00.5+00:00', '1 h ago'],
        ['2026-11-23T05:00:00-0500', '2 h ago'],
        [' 2026-11-23T11:00:00Z ', '1 h ago'],
        ['2026-11-23T10:59:59,5Z', '1 h ago'],
        ['2026-11-23T12:00:00+02', '2 h ago'],
        ['2026-11-23T11:59:00Z', '1 min ago'],
        ['2026-10-31T12:00:00Z', '23 days ago'],
        ['2026-11-24T12:00:00Z', 'just now'],
        ['2026-11-24T12:00:00.001Z', undefined],
        ['since 2026-11-23 11:00', undefined],
        ['2026-11-23 11:00 (old)', undefined],
        ['2099-01-01T00:00:00Z', undefined],
        ['2026-02-30T10:00:00Z', undefined],
        ['Rev 2', undefined],
        ['shift 2', undefined],
        ['03.11.2026 08:15', undefined],
        ['2026-11-23', undefined],
        ['yesterday', undefined],
        ['', undefined],
    ] as const) {
        it(`says "${age}" of "${timestamp}"`, () => assert.equal(formatAge(timestamp, now), age));
    }

    it('takes a time without an offset for local time, as Python writes it', () => {
        const local = new Date(2026, 10, 23, 8, 15);
        assert.equal(parseTimestamp('2026-11-23T08:15:00'), local.getTime());
    });

    it('reads back every time that it writes, and no text without a date and a time', () => {
        const times = fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });
        fc.assert(fc.property(times, (time) => parseTimestamp(formatTimestamp(time)) === time.getTime()));
        const words = fc.string({ unit: fc.constantFrom(...'0123456789./ ReviftSs-') });
        fc.assert(fc.property(words, (text) => parseTimestamp(text) === undefined));
    });

    it('writes a time as Python before 3.11 reads it', () => {
        assert.equal(formatTimestamp(new Date(now)), '2026-11-23T12:00:00.000000+00:00');
    });
});
