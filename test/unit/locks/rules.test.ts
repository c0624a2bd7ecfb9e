import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { newLock, sameUser } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { foldPath } from '../../../src/core/base/repositoryPath';
import {
    checkIn,
    checkOut,
    refusalFor,
    takeOver,
    together,
    type Outcome,
    type RuleResult,
} from '../../../src/core/locks/rules';

const now = Date.parse('2026-11-23T12:00:00Z');
const extensions = new Set(['.mcam', '.vnc']);
const by = (user: string): Lock => newLock(user, 'CAM-1', 'new fixture', new Date(now));
const aliceSince10 =
    '{"A.vnc": {"user": "Alice", "timestamp": "2026-11-23T10:00:00+00:00", "message": "Fixing Z", "host": "CAM-1"}}';

function take(table: LockTable, user: string, ...paths: string[]): RuleResult {
    return checkOut(
        table,
        paths.map((path) => ({ path, present: true })),
        by(user),
        extensions,
        now,
    );
}

function refusals(outcomes: readonly Outcome[]): (readonly [string, string] | undefined)[] {
    return outcomes.map(({ refusal }) => refusal && [refusal.code, refusal.message]);
}

describe('check out', () => {
    const table = LockTable.parse(aliceSince10);

    it('gives the lock and says so', () => {
        const { table: after, outcomes } = take(table, 'Bob', 'job/B.VNC');
        assert.deepEqual(outcomes, [{ path: 'job/B.VNC', lock: by('Bob') }]);
        assert.deepEqual(after.find('job/b.vnc')?.lock, by('Bob'));
    });

    it('names the holder, the computer, the age and the message when somebody else has it', () => {
        const { table: after, outcomes } = take(table, 'Bob', 'a.vnc');
        assert.equal(after, table);
        assert.deepEqual(refusals(outcomes), [
            [
                'heldByOther',
                'a.vnc has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”. Ask Alice to check it in.',
            ],
        ]);
        assert.equal(outcomes[0]?.refusal?.holder?.user, 'Alice');
    });

    it('says only what the lock says', () => {
        const bare = LockTable.parse('{"A.vnc": {"user": "Alice", "timestamp": "?"}}');
        assert.deepEqual(refusals(take(bare, 'Bob', 'A.vnc').outcomes), [
            ['heldByOther', 'A.vnc is checked out by Alice. Ask Alice to check it in.'],
        ]);
    });

    it('leaves out the space that a script wrote around a name', () => {
        const spaced = LockTable.parse(
            '{"A.vnc": {"user": "Dave ", "timestamp": "?", "host": " ", "message": " shift "}}',
        );
        assert.deepEqual(refusals(take(spaced, 'Bob', 'A.vnc').outcomes), [
            ['heldByOther', 'A.vnc is checked out by Dave: “shift”. Ask Dave to check it in.'],
        ]);
    });

    it('does not drown its sentence in a megabyte that somebody wrote', () => {
        const long = 'x'.repeat(1_000_000);
        const flood = LockTable.parse(JSON.stringify({ 'A.vnc': { user: long, host: long, message: long } }));
        const [refusal] = refusals(take(flood, 'Bob', 'A.vnc').outcomes);
        assert.equal(refusal?.[0], 'heldByOther');
        assert.ok(refusal[1].length < 1000);
        assert.match(refusal[1], /^A\.vnc is checked out by x+… on x+…: “x+…”\. Ask x+… to check it in\.$/);
    });

    it('leaves a lock of the same user as it is', () => {
        const { table: after, outcomes } = take(table, 'ALICE', 'a.VNC');
        assert.equal(after, table);
        assert.deepEqual(refusals(outcomes), [
            ['alreadyMine', 'You have already checked out A.vnc (2 h ago). Nothing was changed.'],
        ]);
    });

    it('names the other computer, where the same name has the file there, and says what to do', () => {
        const shared = LockTable.parse(
            '{"A.vnc": {"user": "CNC", "timestamp": "2026-11-23T10:00:00+00:00", "message": "Rev C", "host": "PC2"}}',
        );
        const cnc = newLock('cnc', 'PC1', '', new Date(now));
        const requests = [{ path: 'a.vnc', present: true, seen: cnc }];
        const answer =
            'A.vnc has been checked out by CNC on PC2 for 2 h: “Rev C”. That is your name, too, and this computer is PC1. Nothing was changed. ' +
            'If it was you, go on there, or check it in (on the command line with --from-other-computer). ' +
            'If several people use the name CNC, choose your own, in the setting cncCheckout.userName or with --user.';
        for (const { table: after, outcomes } of [
            checkOut(shared, requests, cnc, extensions, now),
            takeOver(shared, requests, cnc, now),
        ]) {
            assert.equal(after, shared);
            assert.deepEqual(refusals(outcomes), [['otherComputer', answer]]);
        }
        const free = { path: 'b.vnc', present: true };
        const both = together(shared, checkOut(shared, [...requests, free], cnc, extensions, now));
        assert.deepEqual(
            both.outcomes.map(({ refusal }) => refusal?.code),
            ['otherComputer', 'notTogether'],
        );
        const here = newLock('cnc', ' pc2', '', new Date(now));
        assert.deepEqual(refusals(checkOut(shared, requests, here, extensions, now).outcomes), [
            ['alreadyMine', 'You have already checked out A.vnc (2 h ago). Nothing was changed.'],
        ]);
    });

    it('refuses what is not a file of the repository, each with its reason, and does the rest', () => {
        const { table: after, outcomes } = checkOut(
            LockTable.parse('{"odd.vnc": 7}'),
            [
                { path: '../x.vnc', present: true },
                { path: 'notes.txt', present: true },
                { path: 'odd.vnc', present: true },
                { path: 'gone.vnc', present: false },
                { path: 'B.vnc', present: true },
                { path: 'b.VNC', present: true },
            ],
            by('Bob'),
            extensions,
            now,
        );
        assert.deepEqual(refusals(outcomes), [
            ['outsideRepository', '../x.vnc is not a file inside the repository, so it cannot be checked out or in.'],
            [
                'extensionNotAllowed',
                'notes.txt cannot be checked out, because only files that end in .mcam, .vnc can be.',
            ],
            [
                'malformedLock',
                'Nobody can tell who has checked out odd.vnc: its entry in the locks file is a number, not a lock. Repair or remove that entry first.',
            ],
            ['fileMissing', 'gone.vnc is not in the repository. Check the spelling, or whether it was moved.'],
            undefined,
            ['alreadyMine', 'You have already checked out b.VNC (just now). Nothing was changed.'],
        ]);
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['odd.vnc', 'B.vnc'],
        );
    });

    it('refuses a name that Windows cannot have, with the reason', () => {
        const request = { path: 'a?.vnc', present: true, unusable: 'Windows allows no “?” in a name' };
        const { table: after, outcomes } = checkOut(table, [request], by('Bob'), extensions, now);
        assert.equal(after, table);
        assert.deepEqual(refusals(outcomes), [
            ['unusableName', 'a?.vnc cannot be checked out, because Windows allows no “?” in a name. Rename it first.'],
        ]);
    });

    it('refuses a hidden file, but names the holder where somebody has it', () => {
        const held = LockTable.parse('{"job/._a.vnc": {"user": "Alice"}}');
        assert.deepEqual(refusals(take(held, 'Bob', 'job/.b.vnc', 'job/._A.vnc').outcomes), [
            [
                'extensionNotAllowed',
                'job/.b.vnc cannot be checked out, because its name is that of a hidden or temporary file and not of a program.',
            ],
            ['heldByOther', 'job/._A.vnc is checked out by Alice. Ask Alice to check it in.'],
        ]);
    });
});

describe('the refusal for a file', () => {
    const table = LockTable.parse(aliceSince10);
    const ask = (user: string, path: string, present = true): string | undefined =>
        refusalFor(table, { path, present }, by(user), extensions, now)?.message;

    it('says what a check-out would say, and nothing where that would succeed', () => {
        for (const [user, path] of [
            ['Bob', 'a.VNC'],
            ['ALICE', 'a.VNC'],
            ['Bob', 'b.vnc'],
            ['Bob', 'notes.txt'],
            ['Bob', '../a.vnc'],
        ] as const) {
            const [outcome] = take(table, user, path).outcomes;
            assert.equal(ask(user, path), outcome?.refusal?.message, path);
        }
        assert.equal(ask('Bob', 'b.vnc'), undefined);
        assert.match(ask('Bob', 'b.vnc', false) ?? '', /is not in the repository/);
    });
});

describe('check in', () => {
    const table = LockTable.parse(aliceSince10);

    it('releases a lock of the same user, whatever the case', () => {
        const { table: after, outcomes } = checkIn(table, ['a.vnc'], 'alice', now);
        assert.deepEqual(after.entries, []);
        assert.equal(outcomes[0]?.path, 'A.vnc');
        assert.equal(outcomes[0].lock?.user, 'Alice');
    });

    it('releases a lock whose name has fewer characters in lower case', () => {
        const odd = LockTable.parse('{"J\u030c.vnc": {"user": "Alice"}}');
        const { table: after, outcomes } = checkIn(odd, ['\u01f0.VNC'], 'ALICE', now);
        assert.deepEqual([after.entries, outcomes[0]?.path], [[], 'J\u030c.vnc']);
    });

    it('refuses the rest, each with its reason', () => {
        const odd = LockTable.parse(`{"odd.vnc": {"user": ""}, ${aliceSince10.slice(1)}`);
        const { table: after, outcomes } = checkIn(odd, ['A.vnc', 'free.vnc', 'odd.vnc', '/etc/x'], 'Bob', now);
        assert.equal(after, odd);
        assert.deepEqual(refusals(outcomes), [
            [
                'heldByOther',
                'A.vnc has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”. Only Alice can check it in.',
            ],
            ['notCheckedOut', 'free.vnc is not checked out, so there is nothing to check in.'],
            [
                'malformedLock',
                'Nobody can tell who has checked out odd.vnc: its entry in the locks file names no holder. Repair or remove that entry first.',
            ],
            ['outsideRepository', '/etc/x is not a file inside the repository, so it cannot be checked out or in.'],
        ]);
    });

    it('releases once what is named twice', () => {
        const { outcomes } = checkIn(table, ['A.vnc', 'a.vnc'], 'Alice', now);
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            [undefined, 'notCheckedOut'],
        );
    });
});

describe('check in, where several entries are for one file', () => {
    it('says who has the file now', () => {
        const table = LockTable.parse(`{".\\\\a.vnc": {"user": "Bob"}, ${aliceSince10.slice(1)}`);
        const { table: after, outcomes } = checkIn(table, ['A.vnc'], 'Bob', now);
        assert.equal(after.find('a.vnc')?.lock?.user, 'Alice');
        assert.deepEqual(
            [outcomes[0]?.remaining?.code, outcomes[0]?.remaining?.message],
            [
                'heldByOther',
                'a.vnc is still held, by another entry of the locks file, “A.vnc”. It has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”.',
            ],
        );
        assert.equal(outcomes[0]?.remaining?.holder?.user, 'Alice');
    });

    it('says nothing more where all of them were mine, or where the check-in is refused', () => {
        const table = LockTable.parse(
            '{"a.vnc": {"user": "Alice"}, "A.vnc": {"user": "alice"}, "b.vnc": {"user": "Bob"}}',
        );
        const { table: after, outcomes } = checkIn(table, ['A.vnc', 'b.vnc'], 'Alice', now);
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['b.vnc'],
        );
        assert.deepEqual(
            outcomes.map(({ refusal, remaining }) => [refusal?.code, remaining]),
            [
                [undefined, undefined],
                ['heldByOther', undefined],
            ],
        );
    });
});

describe('all or none', () => {
    const table = LockTable.parse(aliceSince10);

    it('takes all where each can be taken', () => {
        const result = take(table, 'Bob', 'b.vnc', 'c.vnc');
        assert.deepEqual(together(table, result), result);
    });

    it('takes none where one is refused, and says of each why', () => {
        const { table: after, outcomes } = together(table, take(table, 'Bob', 'b.vnc', 'A.vnc', 'x.txt'));
        assert.equal(after, table);
        assert.deepEqual(refusals(outcomes), [
            [
                'notTogether',
                'b.vnc was not changed, because the files go together and one of them was refused. A.vnc has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”. Ask Alice to check it in.',
            ],
            [
                'heldByOther',
                'A.vnc has been checked out by Alice on CAM-1 for 2 h: “Fixing Z”. Ask Alice to check it in.',
            ],
            ['extensionNotAllowed', 'x.txt cannot be checked out, because only files that end in .mcam, .vnc can be.'],
        ]);
    });

    it('is not hindered by a file that is already as it was wanted', () => {
        const out = together(table, take(table, 'Alice', 'A.vnc', 'b.vnc'));
        assert.deepEqual(
            out.outcomes.map(({ refusal }) => refusal?.code),
            ['alreadyMine', undefined],
        );
        const back = together(out.table, checkIn(out.table, ['A.vnc', 'free.vnc', 'b.vnc'], 'Alice', now));
        assert.deepEqual(back.table.entries, []);
    });

    it('checks none in where one is held by somebody else', () => {
        const both = take(table, 'Bob', 'b.vnc').table;
        const { table: after, outcomes } = together(both, checkIn(both, ['b.vnc', 'A.vnc'], 'Bob', now));
        assert.equal(after, both);
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            ['notTogether', 'heldByOther'],
        );
    });
});

describe('the rules together', () => {
    const file = fc.constantFrom('a.vnc', 'A.VNC', 'b.mcam', 'job/a.vnc', 'é.vnc', 'e\u0301.vnc', 'x.txt', '../a.vnc');
    const user = fc.constantFrom('alice', 'ALICE', 'bob', 'carol');
    const step = fc.record({ out: fc.boolean(), user, files: fc.array(file, { maxLength: 4 }) });

    it('undo each other', () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(user, file)), user, fc.array(file), (earlier, who, files) => {
                const before = earlier.reduce((table, [name, path]) => take(table, name, path).table, LockTable.empty);
                const { table, outcomes } = take(before, who, ...files);
                const done = outcomes.filter(({ lock }) => lock).map(({ path }) => path);
                assert.equal(checkIn(table, done, who, now).table.serialise(), before.serialise());
            }),
        );
    });

    it('never give a file two holders, nor a lock to anybody but who asked', () => {
        fc.assert(
            fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
                let table = LockTable.empty;
                const holders = new Map<string, string>();
                for (const { out, user: who, files } of steps) {
                    const result = out ? take(table, who, ...files) : checkIn(table, files, who, now);
                    result.outcomes.forEach(({ path, lock, refusal }, index) => {
                        assert.notEqual(lock === undefined, refusal === undefined);
                        const folded = foldPath(files[index]!);
                        assert.equal(foldPath(path), folded);
                        const holder = holders.get(folded);
                        if (lock === undefined) return;
                        if (out) assert.equal(holder, undefined);
                        else assert.ok(holder !== undefined && sameUser(holder, who));
                        if (out) holders.set(folded, who);
                        else holders.delete(folded);
                    });
                    table = LockTable.parse(result.table.serialise());
                    assert.deepEqual(
                        new Map(table.entries.map(({ key, lock }) => [foldPath(key), lock?.user])),
                        holders,
                    );
                }
            }),
            { numRuns: 500 },
        );
    });
});

describe('check in and keep', () => {
    const time = '2026-11-23T12:00:00.000000+00:00';

    it('gives the lock a new time and leaves all else in it and in the table as it was', () => {
        const table = LockTable.parse(
            '{"A.vnc": {"user": "Alice", "priority": 1.0, "timestamp": "2026-11-23T10:00:00Z", "message": "Fix"}, "b": 7}',
        );
        const { table: after, outcomes } = checkIn(table, ['a.VNC'], 'alice', now, time);
        const lock = { user: 'Alice', timestamp: '2026-11-23T10:00:00Z', message: 'Fix' };
        assert.deepEqual(outcomes, [{ path: 'A.vnc', lock, kept: { ...lock, timestamp: time } }]);
        assert.deepEqual(after.find('A.vnc')?.lock, { ...lock, timestamp: time });
        assert.equal(after.serialise(), table.serialise().replace('2026-11-23T10:00:00Z', time));
        assert.deepEqual(LockTable.parse(after.serialise()).find('A.vnc')?.lock, { ...lock, timestamp: time });
    });

    it('gives a time to a lock that has none, and is refused what a check-in is', () => {
        const table = LockTable.parse('{"A.vnc": {"user": "Alice"}, "B.vnc": {"user": "Bob"}}');
        const { table: after, outcomes } = checkIn(table, ['A.vnc', 'B.vnc', 'C.vnc'], 'Alice', now, time);
        assert.equal(after.find('A.vnc')?.lock?.timestamp, time);
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            [undefined, 'heldByOther', 'notCheckedOut'],
        );
    });
});
