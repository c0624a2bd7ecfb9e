import * as assert from 'node:assert/strict';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { stillHeld, takeOver, undo, type Outcome } from '../../../src/core/locks/rules';

const now = Date.parse('2026-11-23T12:00:00Z');
const by = (user: string): Lock => newLock(user, `${user}-PC`, 'new fixture', new Date(now));
const aliceSince10 =
    '{"A.vnc": {"user": "Alice", "timestamp": "2026-11-23T10:00:00+00:00", "message": "Fixing Z", "host": "CAM-1"}}';

function refusals(outcomes: readonly Outcome[]): (readonly [string, string] | undefined)[] {
    return outcomes.map(({ refusal }) => refusal && [refusal.code, refusal.message]);
}

describe('take over', () => {
    const table = LockTable.parse(aliceSince10);
    const seen = table.find('A.vnc')!.lock!;

    it('makes the person the holder, and says from whom', () => {
        const { table: after, outcomes } = takeOver(table, [{ path: 'a.vnc', seen }], by('Bob'), now);
        assert.deepEqual(outcomes, [{ path: 'A.vnc', lock: by('Bob'), previous: seen }]);
        assert.deepEqual(
            after.locks().map(({ key, lock }) => [key, lock]),
            [['A.vnc', by('Bob')]],
        );
    });

    it('leaves a file alone that changed hands since the person looked', () => {
        const { table: after, outcomes } = takeOver(
            table,
            [{ path: 'A.vnc', seen: { ...seen, timestamp: 'earlier' } }],
            by('Bob'),
            now,
        );
        assert.equal(after, table);
        assert.deepEqual(refusals(outcomes), [
            [
                'changedHands',
                'A.vnc changed hands while you were deciding. It has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”. Nothing was changed. Look again before you decide.',
            ],
        ]);
    });

    it('refuses what nobody holds, what is mine already, and what is no lock or no path', () => {
        const odd = LockTable.parse('{"odd.vnc": 7, "B.vnc": {"user": "bob"}}');
        const wanted = ['free.vnc', 'B.vnc', 'odd.vnc', '../x.vnc'].map((path) => ({ path, seen }));
        const { table: after, outcomes } = takeOver(odd, wanted, by('Bob'), now);
        assert.equal(after, odd);
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            ['notCheckedOut', 'alreadyMine', 'malformedLock', 'outsideRepository'],
        );
        assert.match(outcomes[0]?.refusal?.message ?? '', /nothing to take over\. Check it out instead\.$/);
    });

    it('names each holder once: not again where one has several entries, and not who takes over', () => {
        const text =
            '{"A.vnc": {"user": "Alice"}, "a.vnc": {"user": "ALICE"}, "./a.vnc": {"user": "bob"}, "/a.vnc": {"user": "Carol"}}';
        const spelled = LockTable.parse(text);
        const [outcome] = takeOver(
            spelled,
            [{ path: 'a.vnc', seen: spelled.find('a.vnc')!.lock! }],
            by('Bob'),
            now,
        ).outcomes;
        assert.deepEqual([outcome?.previous?.user, outcome?.others?.map(({ user }) => user)], ['Alice', ['Carol']]);
    });

    it('takes once what is named twice', () => {
        const { table: after, outcomes } = takeOver(
            table,
            ['A.vnc', 'a.vnc'].map((path) => ({ path, seen })),
            by('Bob'),
            now,
        );
        assert.equal(after.entries.length, 1);
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            [undefined, 'alreadyMine'],
        );
    });
});

describe('an undo', () => {
    const table = LockTable.parse(
        `{"odd.vnc": 7, "B.vnc": {"user": "Bob", "timestamp": "t"}, ${aliceSince10.slice(1)}`,
    );
    const mine = table.find('A.vnc')!.lock!;

    it('ends my check-out, whatever the case, and says which lock that was', () => {
        const { table: after, outcomes } = undo(table, [{ path: 'a.vnc', seen: mine }], 'ALICE', now);
        assert.deepEqual(outcomes, [{ path: 'A.vnc', lock: mine }]);
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['odd.vnc', 'B.vnc'],
        );
    });

    it('is refused for what I do not have under the lock that I was shown, each with its reason', () => {
        const requests = [
            { path: 'A.vnc', seen: { ...mine, timestamp: 'earlier' } },
            { path: 'A.VNC', seen: { ...mine, user: 'Bob' } },
            { path: 'b.vnc', seen: table.find('B.vnc')!.lock! },
            { path: 'free.vnc', seen: mine },
            { path: 'odd.vnc', seen: mine },
            { path: '../x.vnc', seen: mine },
        ];
        for (const request of requests) {
            const { table: after } = undo(table, [request], 'Alice', now);
            assert.deepEqual(after.entries, table.entries, request.path);
        }
        const { outcomes } = undo(table, requests, 'Alice', now);
        assert.deepEqual(
            outcomes.map(({ path, refusal }) => [path, refusal?.code]),
            [
                ['A.vnc', 'changedHands'],
                ['A.VNC', 'changedHands'],
                ['b.vnc', 'changedHands'],
                ['free.vnc', 'notCheckedOut'],
                ['odd.vnc', 'malformedLock'],
                ['../x.vnc', 'outsideRepository'],
            ],
        );
        assert.match(outcomes[2]?.refusal?.message ?? '', /checked out by Bob/);
        assert.equal(
            outcomes[3]?.refusal?.message,
            'free.vnc is no longer checked out, so it was left as it is. Nothing was changed.',
        );
    });

    it('ends once what is named twice', () => {
        const requests = ['A.vnc', 'a.vnc'].map((path) => ({ path, seen: mine }));
        assert.deepEqual(
            undo(table, requests, 'Alice', now).outcomes.map(({ refusal }) => refusal?.code),
            [undefined, 'notCheckedOut'],
        );
    });

    it('keeps the lock of a file that could not be put back, and ends the others', () => {
        const two = LockTable.empty.with(['a.vnc', 'b.vnc'].map((path) => ({ path, lock: by('Alice') })));
        const seen = by('Alice');
        const failure = { code: 'notReplaced', message: 'The disk is full.' } as const;
        const { table: after, outcomes } = undo(
            two,
            ['A.vnc', 'b.vnc'].map((path) => ({ path, seen })),
            'Alice',
            now,
            new Map([['a.vnc', failure]]),
        );
        assert.deepEqual(outcomes, [
            { path: 'A.vnc', refusal: failure },
            { path: 'b.vnc', lock: seen },
        ]);
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['a.vnc'],
        );
    });

    it('says who has the file then, where another entry comes into force', () => {
        const both = LockTable.parse('{"a.vnc": {"user": "Alice"}, "A.vnc": {"user": "Bob"}}');
        const { outcomes } = undo(both, [{ path: 'a.vnc', seen: both.find('a.vnc')!.lock! }], 'Alice', now);
        assert.match(outcomes[0]?.remaining?.message ?? '', /^a\.vnc is still held, .* checked out by Bob\.$/);
    });

    it('that puts back discarded changes leaves every lock as it is', () => {
        const { table: after, outcomes } = stillHeld(table, [{ path: 'A.vnc', seen: mine }], 'Alice', now);
        assert.equal(after, table);
        assert.deepEqual(outcomes, [{ path: 'A.vnc', lock: mine }]);
    });
});
