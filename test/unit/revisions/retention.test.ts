import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatTimestamp } from '../../../src/core/base/time';
import { DEFAULT_RETENTION, parseRetention, removableRevisions } from '../../../src/core/revisions/retention';
import type { RevisionRecord } from '../../../src/core/revisions/revisionRecord';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY_MS = 24 * 60 * 60_000;
const MEGABYTE = 2 ** 20;

/** A revision so many days old. */
function revision(number: number, days: number, more: Partial<RevisionRecord> = {}): RevisionRecord {
    const time = formatTimestamp(new Date(NOW - days * DAY_MS));
    const content = { size: MEGABYTE, sha256: `${number}`, modified: time, keptAs: 'a' };
    return {
        number,
        ...content,
        action: 'check-in',
        time,
        user: 'Al',
        message: '',
        label: '',
        isRemoved: false,
        ...more,
    };
}

/** One a month, the latest of today. */
function monthly(count: number): RevisionRecord[] {
    return Array.from({ length: count }, (_, index) => revision(index + 1, 30 * (count - 1 - index)));
}

function removed(
    files: Record<string, RevisionRecord[]>,
    rules: { readonly parts?: string; readonly programs?: string },
    held: readonly string[] = [],
): string[] {
    const rule = (text = 'all') => parseRetention(text) ?? undefined;
    const both = { parts: rule(rules.parts), programs: rule(rules.programs) };
    return removableRevisions(Object.entries(files), both, (file) => held.includes(file), NOW).map(
        ({ file, record }) => `${file}@${record.number}`,
    );
}

describe('The rules for old revisions', () => {
    it('are read as they are told, and nothing else is', () => {
        assert.equal(parseRetention(' All '), null);
        assert.deepEqual(parseRetention('10, 365d ,50gb'), {
            newest: 10,
            youngerThanMs: 365 * DAY_MS,
            bytes: 50 * 2 ** 30,
        });
        for (const text of ['', 'ten', '10;365d', '1y', '-3', '1.5', '10,', '10 d']) {
            assert.equal(parseRetention(text), undefined, text);
        }
    });

    it('keep of parts what is young or among the newest, and all of programs, by default', () => {
        const files = { 'a.mcam': monthly(20), 'a.vnc': monthly(20) };
        const found = removableRevisions(Object.entries(files), DEFAULT_RETENTION, () => false, NOW);
        // Of 20 months, those of 13 to 19 are older than a year.
        assert.deepEqual(
            found.map(({ file, record }) => `${file}@${record.number}`),
            [1, 2, 3, 4, 5, 6, 7].map((number) => `a.mcam@${number}`),
        );
    });

    it('count by number, by age and by total size, for parts and for programs apart', () => {
        const files = { 'a.mcam': monthly(5), 'a.vnc': monthly(5) };
        assert.deepEqual(removed(files, { parts: '3' }), ['a.mcam@1', 'a.mcam@2']);
        assert.deepEqual(removed(files, { programs: '100d' }), ['a.vnc@1']);
        assert.deepEqual(removed(files, { parts: '4', programs: '3' }), ['a.mcam@1', 'a.vnc@1', 'a.vnc@2']);
        assert.deepEqual(removed(files, { parts: '2,70d' }), ['a.mcam@1', 'a.mcam@2']);
        assert.deepEqual(removed(files, { parts: '3MB' }), ['a.mcam@1', 'a.mcam@2']);
        assert.deepEqual(removed(files, { programs: '4MB' }), ['a.vnc@1']);
        // What the number or the age keeps stays, whatever it takes.
        assert.deepEqual(removed(files, { parts: '4,1MB' }), ['a.mcam@1']);
        assert.deepEqual(removed(files, { parts: '100d,1MB' }), ['a.mcam@1']);
        assert.deepEqual(removed(files, { parts: '1,5MB' }), []);
    });

    it('take the oldest of all files first, where the total size decides', () => {
        const files = { 'a.mcam': monthly(3), 'b.mcam': [revision(1, 200), revision(2, 45), revision(3, 1)] };
        assert.deepEqual(removed(files, { parts: '4MB' }), ['b.mcam@1', 'a.mcam@1']);
        assert.deepEqual(removed(files, { parts: '3MB' }), ['b.mcam@1', 'a.mcam@1', 'b.mcam@2']);
    });

    it('never take what is latest, labelled, the first, or of a file that somebody has', () => {
        fc.assert(
            fc.property(
                fc.array(
                    fc.record({
                        days: fc.integer({ min: 0, max: 2000 }),
                        size: fc.integer({ min: 0, max: 2 ** 31 }),
                        label: fc.constantFrom('', 'ECO 1182'),
                        action: fc.constantFrom('check-in' as const, 'found' as const),
                    }),
                    { maxLength: 12 },
                ),
                fc.constantFrom('1', '0', '0d', '3,100d', '1MB', '2,1MB', '0MB'),
                fc.boolean(),
                (facts, rule, isHeld) => {
                    const records = facts.map(({ days, ...more }, index) => revision(index + 1, days, more));
                    const names = removed({ 'a.mcam': records }, { parts: rule }, isHeld ? ['a.mcam'] : []);
                    const stays = records.filter(
                        ({ number, label, action }) =>
                            isHeld || label !== '' || number === records.length || (number === 1 && action === 'found'),
                    );
                    for (const { number } of stays) assert.ok(!names.includes(`a.mcam@${number}`));
                    assert.equal(new Set(names).size, names.length);
                },
            ),
        );
    });

    it('name files as people spell them', () => {
        const records = monthly(2).map((one) => ({ ...one, keptAs: 'Job 12/A.mcam' }));
        assert.deepEqual(removed({ 'job 12/a.mcam': records }, { parts: '1' }), ['Job 12/A.mcam@1']);
        assert.deepEqual(removed({ 'renamed.mcam': records }, { parts: '1' }), ['renamed.mcam@1']);
    });

    it('count what was removed no more', () => {
        const [first, second, ...rest] = monthly(5);
        const gone = [first!, second!].map((one) => ({ ...one, isRemoved: true }));
        assert.deepEqual(removed({ 'a.mcam': [...gone, ...rest] }, { parts: '3MB' }), []);
        assert.deepEqual(removed({ 'a.mcam': [...gone, ...rest] }, { parts: '2MB' }), ['a.mcam@3']);
    });
});
