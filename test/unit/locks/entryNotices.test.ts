import * as assert from 'node:assert/strict';
import { entryNotices } from '../../../src/core/locks/entryNotices';
import { LockTable } from '../../../src/core/locks/lockTable';

const noticesOf = (entries: Record<string, unknown>): readonly string[] =>
    entryNotices(LockTable.parse(JSON.stringify(entries)));
const byAl = { user: 'Al' };

describe('The notices of entries that no file can show', () => {
    it('are none where every entry is for a file of its own', () => {
        assert.deepEqual(noticesOf({ 'a.vnc': byAl, 'b.vnc': 7, _comment: 'x' }), []);
    });

    it('name an entry that is for no file of the repository', () => {
        assert.deepEqual(noticesOf({ '../a.vnc': byAl }), [
            'The locks file has an entry that names no file of the repository, so nobody can tell what it holds: “../a.vnc” (Al). Correct or remove it.',
        ]);
    });

    it('name several, with their holders where they have one', () => {
        assert.deepEqual(noticesOf({ '../a.vnc': byAl, 'b.vnc': byAl, 'C:\\c.vnc': 7 }), [
            'The locks file has 2 entries that name no file of the repository, so nobody can tell what they hold: “../a.vnc” (Al), “C:\\c.vnc”. Correct or remove them.',
        ]);
    });

    it('name an entry that does not count', () => {
        assert.deepEqual(noticesOf({ 'a.vnc': byAl, 'A.vnc': { user: 'Bo' } }), [
            'The locks file has an entry that does not count, because its file has another one in force: “A.vnc” (Bo). Remove what is no longer true.',
        ]);
    });

    it('name several that do not count', () => {
        assert.deepEqual(noticesOf({ 'a.vnc': byAl, 'A.vnc': { user: 'Bo' }, './a.vnc': byAl }), [
            'The locks file has 2 entries that do not count, because their files have another one in force: “A.vnc” (Bo), “./a.vnc” (Al). Remove what is no longer true.',
        ]);
    });

    it('name five and count the rest', () => {
        const [five, six] = [5, 6].map((count) =>
            noticesOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`../${index}`, 7]))),
        );
        assert.match(five?.[0] ?? '', /“\.\.\/3”, “\.\.\/4”\. Correct/);
        assert.match(six?.[0] ?? '', /“\.\.\/3”, “\.\.\/4” and 1 more\. Correct/);
    });
});
