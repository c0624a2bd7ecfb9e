import * as assert from 'node:assert/strict';
import type { RepositoryFile } from '../../../src/core/repository/snapshot';
import { isOldCheckOut } from '../../../src/ui/lockText';

describe('An old check-out', () => {
    const DAY_MS = 86_400_000;
    const now = Date.parse('2026-11-30T12:00:00Z');

    function heldSince(timestamp: string): RepositoryFile {
        const lock = { user: 'Dave', timestamp, message: '' };
        return { path: 'a.vnc', diskPath: '/a.vnc', state: 'heldByOthers', lock, missing: false };
    }

    it('is one that is older than the limit', () => {
        assert.equal(isOldCheckOut(heldSince('2026-11-23T11:59:00+00:00'), 7 * DAY_MS, now), true);
        assert.equal(isOldCheckOut(heldSince('2026-11-23T12:01:00+00:00'), 7 * DAY_MS, now), false);
    });

    it('is none where there is no limit, or where nobody can tell since when', () => {
        assert.equal(isOldCheckOut(heldSince('2020-01-01T00:00:00+00:00'), Infinity, now), false);
        assert.equal(isOldCheckOut(heldSince('last week'), DAY_MS, now), false);
        assert.equal(isOldCheckOut({ ...heldSince(''), lock: undefined }, DAY_MS, now), false);
    });
});
