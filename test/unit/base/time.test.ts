import * as assert from 'node:assert/strict';
import { formatAge, formatTimestamp } from '../../../src/core/base/time';

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
        ['yesterday', undefined],
        ['', undefined],
    ] as const) {
        it(`says "${age}" of "${timestamp}"`, () => assert.equal(formatAge(timestamp, now), age));
    }

    it('writes a time as Python before 3.11 reads it', () => {
        assert.equal(formatTimestamp(new Date(now)), '2026-11-23T12:00:00.000000+00:00');
    });
});
