import * as assert from 'node:assert/strict';
import { carryAlong } from '../../../src/core/locks/computerRule';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { checkIn, checkOut, takeOver } from '../../../src/core/locks/rules';

const now = Date.parse('2026-11-23T12:00:00Z');
const time = '2026-11-23T12:00:00.000000+00:00';
const by = (user: string): Lock => newLock(user, 'PC', '', new Date(now));
const sourcesOf = (table: LockTable): [string, unknown][] =>
    table.entries.map(({ key, source }) => [key, JSON.parse(source)]);

describe('Entries of a lock table that are much like another', () => {
    it('are not renewed by a check-in that keeps the file of somebody else, in another spelling', () => {
        const table = LockTable.parse('{"A.vnc": {"user": "Alice"}, "a.vnc": {"user": "Bob"}, "a.VNC": 7}');
        const { table: after } = checkIn(table, ['A.vnc'], 'Alice', now, time);
        assert.deepEqual(sourcesOf(after), [
            ['A.vnc', { user: 'Alice', timestamp: time }],
            ['a.vnc', { user: 'Bob' }],
            ['a.VNC', 7],
        ]);
    });

    it('are not renewed by a check-in that keeps another file of the same user', () => {
        const table = LockTable.parse('{"a.vnc": {"user": "Alice"}, "b.vnc": {"user": "Alice"}}');
        const { table: after } = checkIn(table, ['b.vnc'], 'Alice', now, time);
        assert.deepEqual(sourcesOf(after), [
            ['a.vnc', { user: 'Alice' }],
            ['b.vnc', { user: 'Alice', timestamp: time }],
        ]);
    });

    it('are one where a key is there twice: a check-in that keeps the file renews its last value in the first place', () => {
        const table = LockTable.parse('{"A.vnc": 7, "a.vnc": {"user": "Bob"}, "A.vnc": {"user": "Alice", "n": 1}}');
        const { table: after, outcomes } = checkIn(table, ['a.vnc'], 'Alice', now, time);
        assert.equal(outcomes[0]?.kept?.timestamp, time);
        assert.deepEqual(sourcesOf(after), [
            ['A.vnc', { user: 'Alice', n: 1, timestamp: time }],
            ['a.vnc', { user: 'Bob' }],
        ]);
    });

    it('get another holder where they are locks, whatever else the same key once was', () => {
        const text =
            '{"a.vnc": 7, "A.vnc": {"user": "cnc", "host": "PC"}, "a.vnc": {"user": "CNC", "host": "PC", "n": 1}}';
        const { table, outcomes } = carryAlong(LockTable.parse(text), 'cnc', 'Alice', 'PC');
        assert.equal(outcomes.length, 1);
        assert.deepEqual(JSON.parse(table.serialise()), {
            'a.vnc': { user: 'Alice', host: 'PC', n: 1 },
            'A.vnc': { user: 'Alice', host: 'PC' },
        });
        assert.equal(LockTable.parse(table.serialise()).find('a.vnc')?.lock?.user, 'Alice');
    });

    it('stay where they are, or go, when the lock in force is taken over, and each that goes is told', () => {
        const table = LockTable.parse(
            '{"x": 1, "a.vnc": 7, "A.vnc": {"user": "Alice"}, ".\\\\a.vnc": {"user": "Bob"}, "y": 2}',
        );
        const seen = table.find('a.vnc')!.lock!;
        const { table: taken, outcomes } = takeOver(table, [{ path: 'a.vnc', seen }], by('Carol'), now);
        assert.deepEqual(
            taken.entries.map(({ key, lock }) => [key, lock?.user]),
            [
                ['x', undefined],
                ['a.vnc', undefined],
                ['A.vnc', 'Carol'],
                ['y', undefined],
            ],
        );
        const [outcome] = outcomes;
        assert.deepEqual([outcome?.previous?.user, outcome?.others?.map(({ user }) => user)], ['Alice', ['Bob']]);
        const { outcomes: back } = checkIn(taken, ['a.vnc'], 'Carol', now);
        assert.equal(back[0]?.remaining?.code, 'malformedLock');
        assert.equal(
            back[0]?.remaining?.message,
            'A.vnc is still held: its entry “a.vnc” in the locks file is a number, not a lock. Repair or remove that entry.',
        );
    });

    it('do not come to life again after a take-over: the lock that was taken over is gone', () => {
        const table = LockTable.parse('{"A.vnc": {"user": "Alice", "timestamp": "T"}}');
        const seen = table.find('A.vnc')!.lock!;
        const { table: taken } = takeOver(table, [{ path: 'a.VNC', seen }], by('Bob'), now);
        assert.equal(taken.entries.length, 1);
        assert.deepEqual(checkIn(taken, ['a.vnc'], 'Bob', now).table.entries, []);
    });

    it('become one when a file is taken over whose key is there twice', () => {
        const table = LockTable.parse('{"A.vnc": 7, "x": 1, "A.vnc": {"user": "Alice"}}');
        const seen = table.find('A.vnc')!.lock!;
        const { table: taken } = takeOver(table, [{ path: 'a.vnc', seen }], by('Bob'), now);
        assert.deepEqual(
            taken.entries.map(({ key, lock }) => [key, lock?.user]),
            [
                ['A.vnc', 'Bob'],
                ['x', undefined],
            ],
        );
    });

    it('make two tables different, whichever is compared with which', () => {
        const texts = ['{}', '{"a": 1}', '{"b": 1}', '{"a": 1, "b": 1}', '{"a": 1.0}'];
        for (const one of texts) {
            for (const other of texts) {
                assert.equal(LockTable.parse(one).equals(LockTable.parse(other)), one === other, `${one} ${other}`);
            }
        }
    });
});

describe('A lock', () => {
    it('may come from a writer that tells no computer, and is written so', () => {
        const lock: Lock = { user: 'Alice', timestamp: time, message: '' };
        const { entries } = LockTable.parse(LockTable.empty.with([{ path: 'a.vnc', lock }]).serialise());
        assert.deepEqual(JSON.parse(entries[0]!.source), lock);
        const told = LockTable.parse(LockTable.empty.with([{ path: 'a.vnc', lock: by('Alice') }]).serialise());
        assert.deepEqual(told.find('a.vnc')?.lock, by('Alice'));
    });

    it('needs a user of more than space', () => {
        assert.equal(LockTable.parse('{"a.vnc": {"user": " \\t"}}').find('a.vnc')?.lock, undefined);
    });

    it('is told as it was when it is released, and nothing of one that is kept', () => {
        const table = LockTable.parse('{"a.vnc": {"user": "Alice"}}');
        const { lock } = table.find('a.vnc')!;
        assert.deepEqual(checkIn(table, ['a.vnc'], 'Alice', now).outcomes, [{ path: 'a.vnc', lock }]);
    });

    for (const [message, end] of [
        [' ', 'Alice. '],
        ['Ready. Or not', 'Alice: “Ready. Or not”. '],
        ['Ready?', 'Alice: “Ready?” '],
    ] as const) {
        it(`ends its sentence once where the message is ${JSON.stringify(message)}`, () => {
            const table = LockTable.parse(JSON.stringify({ 'a.vnc': { user: 'Alice', message } }));
            const [outcome] = checkOut(
                table,
                [{ path: 'a.vnc', present: true }],
                by('Bob'),
                new Set(['.vnc']),
                now,
            ).outcomes;
            assert.ok(outcome?.refusal?.message.includes(end), outcome?.refusal?.message);
        });
    }

    it('ends its sentence once where the name of its holder ends in a full stop', () => {
        const table = LockTable.parse('{"a.vnc": {"user": "Al Smith Jr."}}');
        const { refusal } = checkOut(table, [{ path: 'a.vnc', present: true }], by('Bob'), new Set(['.vnc']), now)
            .outcomes[0]!;
        assert.equal(refusal?.message, 'a.vnc is checked out by Al Smith Jr. Ask Al Smith Jr. to check it in.');
    });

    it('that was taken a moment ago is told without a duration', () => {
        const table = LockTable.empty.with([{ path: 'a.vnc', lock: by('Alice') }]);
        const [outcome] = checkIn(table, ['a.vnc'], 'Bob', now + 500).outcomes;
        assert.equal(
            outcome?.refusal?.message,
            'a.vnc was checked out by Alice on PC just now. Only Alice can check it in.',
        );
    });

    it('of mine without a time that can be read is told without an age', () => {
        const table = LockTable.parse('{"a.vnc": {"user": "Alice", "timestamp": "yesterday"}}');
        const [outcome] = checkOut(
            table,
            [{ path: 'a.vnc', present: true }],
            by('Alice'),
            new Set(['.vnc']),
            now,
        ).outcomes;
        assert.match(outcome?.refusal?.message ?? '', /^You have already checked out a\.vnc\. Nothing was changed\.$/);
    });
});
