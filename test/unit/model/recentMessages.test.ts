import * as assert from 'node:assert/strict';
import { RecentMessages } from '../../../src/model/recentMessages';

describe('The messages of the user', () => {
    /** What VS Code keeps for an extension. */
    function recentMessages(kept: Readonly<Record<string, unknown>> = {}): RecentMessages {
        const state = new Map(Object.entries(kept));
        return new RecentMessages({
            get: (key: string) => state.get(key) as undefined,
            update: async (key, value) => void state.set(key, value),
            keys: () => [...state.keys()],
        });
    }

    it('are kept with the last one first, each once', () => {
        const messages = recentMessages();
        for (const text of ['Rev C', 'Feeds', 'Rev C']) messages.note('checkOut', text);
        assert.deepEqual(messages.of('checkOut'), ['Rev C', 'Feeds']);
    });

    it('are kept for each purpose: nobody checks in with the reason of a take-over', () => {
        const messages = recentMessages();
        messages.note('takeOver', 'Dave is on holiday');
        assert.deepEqual([messages.of('checkOut'), messages.of('checkIn')], [[], []]);
    });

    it('are no more than ten, and never empty', () => {
        const messages = recentMessages();
        for (let number = 1; number <= 12; number++) messages.note('checkIn', `Rev ${number}`);
        messages.note('checkIn', '');
        const kept = messages.of('checkIn');
        assert.deepEqual([kept.length, kept[0], kept.at(-1)], [10, 'Rev 12', 'Rev 3']);
    });

    it('are none where something else was kept', () => {
        assert.deepEqual(recentMessages({ 'messages.checkIn': 'Rev C' }).of('checkIn'), []);
        assert.deepEqual(recentMessages({ 'messages.checkIn': [5, 'Rev C'] }).of('checkIn'), ['Rev C']);
    });
});
