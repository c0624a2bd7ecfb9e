import assert from 'node:assert/strict';
import type { HistoryEvent } from '../../../src/core/history/historyEvent';
import { eventText } from '../../../src/ui/historyText';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const found = (number: number): HistoryEvent => ({
    time: '2026-11-30T11:00:00Z',
    action: 'found',
    file: 'job12/op1.vnc',
    user: 'Maria',
    message: '',
    revision: { number, size: 8, sha256: 'b5'.repeat(32), modified: '2026-11-29T11:00:00Z' },
});

describe('An event of the history as text', () => {
    it('tells what was kept before the first check-in from what was changed outside', () => {
        const before = eventText(found(1), NOW);
        assert.equal(before.label, 'Maria kept op1.vnc as it was before its first check-in');
        assert.match(before.description, /^revision 1 · /);
        assert.equal(eventText(found(2), NOW).label, 'Maria found changes from outside in op1.vnc');
    });
});
