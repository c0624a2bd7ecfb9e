import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { foldPath } from '../../../src/core/base/repositoryPath';
import { movedPath } from '../../../src/core/history/renamedFile';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { rename } from '../../../src/core/locks/renameRule';
import type { RuleResult } from '../../../src/core/locks/rules';
import { trying } from '../properties/support/cases';

const now = Date.parse('2026-11-23T12:00:00Z');
const extensions = new Set(['.vnc', '.mcam']);
const byBob = { user: 'Bob', computer: 'PC', extensions, onlyOwn: false };
const lockOf = (user: string): Lock => newLock(user, 'PC', '', new Date(now));

function tableOf(locks: Record<string, string>): LockTable {
    return LockTable.empty.with(Object.entries(locks).map(([path, user]) => ({ path, lock: lockOf(user) })));
}

function holders(table: LockTable): Record<string, string> {
    return Object.fromEntries(table.entries.map(({ key, lock }) => [key, lock?.user ?? '']));
}

describe('The rule of a rename', () => {
    it('moves the lock of a file in its place, with every field that other programs wrote', () => {
        const text = '{"x.vnc": {"user": "Al"}, "A.vnc": {"user": "Bob", "machine": 3, "timestamp": "t"}, "z": 1}';
        const { table, outcomes } = rename(LockTable.parse(text), { from: 'a.vnc', to: 'job/B.vnc' }, byBob, now);
        assert.deepEqual(
            table.entries.map(({ key, source }) => [key, JSON.parse(source) as unknown]),
            [
                ['x.vnc', { user: 'Al' }],
                ['job/B.vnc', { user: 'Bob', machine: 3, timestamp: 't' }],
                ['z', 1],
            ],
        );
        assert.deepEqual(
            outcomes.map(({ from, path }) => [from, path]),
            [['A.vnc', 'job/B.vnc']],
        );
    });

    it('moves everybody’s locks below a folder, and none beside it', () => {
        const before = { 'job/a.vnc': 'Bob', 'JOB/sub/b.mcam': 'Al', 'job2/a.vnc': 'Bob', 'job.vnc': 'Bob' };
        const { table } = rename(tableOf(before), { from: 'job', to: 'old/job 12' }, byBob, now);
        assert.deepEqual(holders(table), {
            'old/job 12/a.vnc': 'Bob',
            'old/job 12/sub/b.mcam': 'Al',
            'job2/a.vnc': 'Bob',
            'job.vnc': 'Bob',
        });
    });

    it('moves an entry that names no holder, which holds its file all the same', () => {
        const { table, outcomes } = rename(LockTable.parse('{"a.vnc": 7}'), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(outcomes, []);
        assert.equal(table.find('b.vnc')?.source, '7');
        assert.equal(table.find('a.vnc'), undefined);
    });

    it('takes along every spelling under which the holder has the file, and leaves the lock of another', () => {
        const text = '{"A.vnc": {"user": "Bob"}, ".\\\\a.vnc": {"user": "bob"}, "a.vnc": {"user": "Al"}}';
        const { table, outcomes } = rename(LockTable.parse(text), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(holders(table), { 'b.vnc': 'Bob', 'a.vnc': 'Al' });
        assert.equal(outcomes.length, 1);
    });

    it('takes along a key that is there twice, whole: the old name does not stay held', () => {
        const text = '{"a.vnc": {"user": "Al"}, "x": 1, "a.vnc": {"user": "Bob"}}';
        const { table } = rename(LockTable.parse(text), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(holders(table), { x: '', 'b.vnc': 'Bob' });
    });

    it('leaves an entry in another spelling that names no holder, and takes along a doubled one that names none', () => {
        const beside = '{"a.vnc": {"user": "Bob"}, "A.vnc": 7}';
        const { table } = rename(LockTable.parse(beside), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(holders(table), { 'b.vnc': 'Bob', 'A.vnc': '' });
        const both = rename(LockTable.parse('{"a.vnc": 7, "A.vnc": 8}'), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(holders(both.table), { 'b.vnc': '', 'A.vnc': '' });
        const doubled = rename(LockTable.parse('{"a.vnc": 7, "a.vnc": 8}'), { from: 'a.vnc', to: 'b.vnc' }, byBob, now);
        assert.deepEqual(
            doubled.table.entries.map(({ key, source }) => [key, source]),
            [['b.vnc', '8']],
        );
    });

    it('changes only the spelling of a key when only that of the file changes', () => {
        const { table } = rename(tableOf({ 'a.vnc': 'Bob' }), { from: 'a.vnc', to: 'A.VNC' }, byBob, now);
        assert.deepEqual(holders(table), { 'A.VNC': 'Bob' });
    });

    const refused: readonly [string, Record<string, string>, string, string, boolean, string][] = [
        ['the new name is somebody’s', { 'a.vnc': 'Bob', 'b.vnc': 'Al' }, 'a.vnc', 'b.vnc', false, 'heldByOther'],
        ['the new name is one’s own', { 'a.vnc': 'Bob', 'B.vnc': 'Bob' }, 'a.vnc', 'b.vnc', false, 'alreadyMine'],
        ['the new name is no CAM file', { 'a.vnc': 'Bob' }, 'a.vnc', 'a.txt', false, 'extensionNotAllowed'],
        ['the new path leads away', { 'a.vnc': 'Bob' }, 'a.vnc', '../a.vnc', false, 'outsideRepository'],
        ['only own files may be renamed', { 'a.vnc': 'Al' }, 'a.vnc', 'b.vnc', true, 'heldByOther'],
        ['a missing file of another is under the new name', { 'k/a.vnc': 'Al' }, 'j', 'k', true, 'heldByOther'],
        ['a path would become too deep', { 'j/a.vnc': 'Bob' }, 'j', 'k/'.repeat(128) + 'k', true, 'outsideRepository'],
        ['one of a folder is not one’s own', { 'j/a.vnc': 'Bob', 'j/b.vnc': 'Al' }, 'j', 'k', true, 'notTogether'],
    ];
    for (const [why, locks, from, to, onlyOwn, code] of refused) {
        it(`moves nothing when ${why}`, () => {
            const before = tableOf(locks);
            const { table, outcomes } = rename(before, { from, to }, { ...byBob, onlyOwn }, now);
            assert.equal(table, before);
            assert.equal(outcomes[0]?.refusal?.code, code);
        });
    }

    it('asks the holder of the file, or of its new name, to check it in', () => {
        const table = tableOf({ 'a.vnc': 'Al', 'b.vnc': 'Bob' });
        for (const [from, to] of [
            ['a.vnc', 'c.vnc'],
            ['b.vnc', 'a.vnc'],
        ] as const) {
            const [outcome] = rename(table, { from, to }, { ...byBob, onlyOwn: true }, now).outcomes;
            assert.match(outcome?.refusal?.message ?? '', /^a\.vnc .* Ask Al to check it in\.$/);
        }
    });

    describe('of what the same name has on another computer', () => {
        const elsewhere = (text: string, from: string, terms: { onlyOwn: boolean; fromOtherComputer?: boolean }) =>
            rename(LockTable.parse(text), { from, to: 'b.vnc' }, { ...byBob, ...terms }, now).outcomes[0];
        const held = '{"a.vnc": {"user": "bob", "host": "PC2"}}';
        const taken = '{"b.vnc": {"user": "bob", "host": "PC2"}}';

        it('is refused until the person confirms that it is theirs, and the computer is named', () => {
            assert.deepEqual(elsewhere(held, 'a.vnc', { onlyOwn: true })?.refusal?.code, 'otherComputer');
            assert.equal(
                elsewhere(held, 'a.vnc', { onlyOwn: true })?.refusal?.message,
                'a.vnc was checked out as bob on PC2, and this computer is PC. Rename it there, or confirm that it is yours, on the command line with --from-other-computer.',
            );
            assert.equal(elsewhere(held, 'a.vnc', { onlyOwn: true, fromOtherComputer: true })?.path, 'b.vnc');
            assert.equal(elsewhere(held, 'a.vnc', { onlyOwn: false })?.path, 'b.vnc', 'It was renamed already.');
        });

        it('gives its name to no other file', () => {
            const both = '{"a.vnc": {"user": "Bob", "host": "PC"}, "b.vnc": {"user": "bob", "host": "PC2"}}';
            for (const refused of [
                elsewhere(taken, 'free.vnc', { onlyOwn: true }),
                elsewhere(both, 'a.vnc', { onlyOwn: true }),
                elsewhere(both, 'a.vnc', { onlyOwn: true, fromOtherComputer: true }),
            ]) {
                assert.match(
                    refused?.refusal?.message ?? '',
                    /^b\.vnc is checked out by bob on PC2\. That is your name/,
                );
            }
            assert.equal(elsewhere(taken, 'free.vnc', { onlyOwn: true, fromOtherComputer: true }), undefined);
        });
    });

    describe('of a free file', () => {
        const onto = (table: LockTable): RuleResult =>
            rename(table, { from: 'free.vnc', to: 'A.vnc' }, { ...byBob, onlyOwn: true }, now);
        const freeOnto = (text: string): RuleResult => onto(LockTable.parse(text));

        it('leaves the table itself, which is not written again', () => {
            const table = LockTable.parse('{"b.vnc": {"user": "Al"}}');
            assert.equal(onto(table).table, table);
        });

        it('changes nothing and says nothing, also where the new name is that of a missing file of mine', () => {
            for (const text of ['{}', '{"a.vnc": {"user": "BOB"}}']) assert.deepEqual(freeOnto(text).outcomes, []);
        });

        it('is refused where somebody else has the new name, or nobody can tell who', () => {
            for (const [text, code, message] of [
                ['{"a.vnc": {"user": "Al"}}', 'heldByOther', 'a.vnc is checked out by Al. Ask Al to check it in.'],
                ['{"a.vnc": 7}', 'malformedLock', 'Nobody can tell who has checked out a.vnc: '],
            ] as const) {
                const [outcome] = freeOnto(text).outcomes;
                assert.deepEqual([outcome?.path, outcome?.refusal?.code], ['free.vnc', code]);
                assert.ok(outcome?.refusal?.message.startsWith(message), outcome?.refusal?.message);
            }
        });
    });

    it('is refused where nobody can tell who has the file or its new name', () => {
        const table = LockTable.parse('{"a.vnc": 7, "b.vnc": {"user": "Bob"}}');
        for (const [from, to] of [
            ['a.vnc', 'c.vnc'],
            ['b.vnc', 'a.vnc'],
        ] as const) {
            const { table: after, outcomes } = rename(table, { from, to }, { ...byBob, onlyOwn: true }, now);
            assert.equal(after, table);
            assert.deepEqual([outcomes[0]?.path, outcomes[0]?.refusal?.code], [from, 'malformedLock']);
            assert.match(
                outcomes[0]?.refusal?.message ?? '',
                /checked out a\.vnc: its entry in the locks file is a number/,
            );
        }
    });

    it('loses no lock: each file is found under its new name with the lock that it had, and back again', () => {
        const name = fc.constantFrom('a.vnc', 'A.VNC', 'b.mcam', 'é.vnc', 'e\u0301.VNC', 'x', '__proto__.vnc');
        const path = fc.array(fc.oneof(name, fc.constantFrom('job', 'JOB', 'Ordner')), { minLength: 1, maxLength: 3 });
        const entries = fc.array(fc.tuple(path, fc.constantFrom('Al', 'Bob', 'bob', 'Eve')), { maxLength: 8 });
        fc.assert(
            fc.property(entries, path, path, (locks, from, to) => {
                const before = LockTable.empty.with(
                    locks.map(([parts, user]) => ({ path: parts.join('/'), lock: lockOf(user) })),
                );
                const renaming = { from: from.join('/'), to: to.join('/') };
                // A file system refuses to move a folder into itself.
                fc.pre(movedPath(renaming.to, renaming.from, '') === undefined);
                fc.pre(movedPath(renaming.from, renaming.to, '') === undefined);
                const { table, outcomes } = rename(before, renaming, byBob, now);
                if (outcomes.some(({ refusal }) => refusal !== undefined)) return assert.equal(table, before);
                for (const { key, lock } of before.locks()) {
                    const after = movedPath(key, renaming.from, renaming.to) ?? key;
                    assert.deepEqual(table.find(after)?.lock, lock);
                }
                const back = rename(table, { from: renaming.to, to: renaming.from }, byBob, now);
                const wasHeld = (key: string): boolean => movedPath(key, renaming.to, '') !== undefined;
                if (before.locks().some(({ key }) => wasHeld(key))) return;
                if (back.outcomes.some(({ refusal }) => refusal !== undefined)) return;
                for (const { key, lock } of before.locks()) assert.deepEqual(back.table.find(key)?.lock, lock);
            }),
            trying(300),
        );
    });

    it('follows a path by its parts, whatever folding does to the length of a name', () => {
        assert.equal(movedPath('E\u0301/J\u030c.vnc', '\u00e9', 'f'), 'f/J\u030c.vnc');
        assert.equal(movedPath('job1/a.vnc', 'job', 'x'), undefined);
        assert.equal(foldPath(movedPath('A.vnc', 'a.vnc', 'b.vnc')!), 'b.vnc');
    });
});
