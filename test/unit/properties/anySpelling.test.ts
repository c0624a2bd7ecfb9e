import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { namesOf } from '../../../src/core/base/fileNames';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import {
    checkIn,
    checkOut,
    refusalFor,
    takeOver,
    undo,
    type Done,
    type Outcome,
    type RuleResult,
} from '../../../src/core/locks/rules';
import { Snapshot } from '../../../src/core/repository/snapshot';
import { trying } from './support/cases';

/** Files in every spelling that a script may use, the one on disk first. They are known by their place in this list. */
const files: readonly (readonly string[])[] = [
    ['a.vnc', 'A.VNC', './a.vnc', '/a.vnc', '.\\a.vnc', 'job/../a.vnc', 'a.vnc '],
    ['job/b.vnc', 'job\\b.vnc', 'JOB\\\\B.VNC', '/job//b.vnc', '.\\job\\.\\b.vnc', 'job/x/../b.vnc'],
    ['caf\u00e9.vnc', 'cafe\u0301.vnc', '\\CAFE\u0301.VNC'],
];
/** Keys that nobody can understand as a file. */
const strange = [
    '',
    '..\\a.vnc',
    'C:\\repo\\a.vnc',
    '\\\\server\\repo\\a.vnc',
    '//server/a.vnc',
    'a.vnc/',
    'a\u0000.vnc',
];
/** People in every spelling; the last have nothing to do with each other though they look alike. */
const people: readonly (readonly string[])[] = [
    ['Alice', 'ALICE', ' alice', 'Alice\u00a0 '],
    ['Zo\u00eb', 'zoe\u0308\t'],
    ['Alice\u2060'],
];
const malformed = ['null', '7', 'true', '[]', '"Alice"', '{}', '{"user": null}', '{"user": " "}', '{"user": 3}'];

const now = Date.parse('2026-11-23T12:00:00Z');
const extensions = new Set(['.vnc']);
const time = '2026-11-23T12:00:00.000000+00:00';

interface Member {
    readonly file: number | undefined;
    readonly key: string;
    readonly source: string;
}

const spellingIn = (all: readonly (readonly string[])[]): fc.Arbitrary<readonly [number, string]> =>
    fc
        .tuple(fc.nat(all.length - 1), fc.nat(41))
        .map(([index, which]) => [index, all[index]![which % all[index]!.length]!]);
const value = fc.oneof(
    {
        weight: 4,
        arbitrary: fc
            .tuple(spellingIn(people), fc.constantFrom('08:00', '09:00', 'long ago'), fc.boolean())
            .map(([[, user], timestamp, isWhole]) =>
                JSON.stringify(isWhole ? { user, timestamp, message: 'm', n: 1 } : { n: 1, user }),
            ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...malformed) },
);
const member: fc.Arbitrary<Member> = fc.oneof(
    {
        weight: 9,
        arbitrary: fc.tuple(spellingIn(files), value).map(([[file, key], source]) => ({ file, key, source })),
    },
    {
        weight: 1,
        arbitrary: fc
            .tuple(fc.constantFrom(...strange), value)
            .map(([key, source]) => ({ file: undefined, key, source })),
    },
);
/** One thing that a person does, under a spelling of their name. */
interface Change {
    readonly kind: string;
    readonly who: readonly [number, string];
    readonly file: number;
}
const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom('out', 'in', 'keep', 'over', 'undo'),
    who: spellingIn(people),
    file: fc.nat(files.length - 1),
});

/** A table as a program of another kind reads it: the user of each file's first lock, `null` where only other entries are on it. */
function holders(text: string): Map<number, string | null> {
    const found = new Map<number, string | null>();
    for (const [key, entry] of Object.entries(JSON.parse(text) as Record<string, { user?: unknown } | null>)) {
        const file = files.findIndex((spellings) => spellings.includes(key));
        const user = typeof entry === 'object' && !Array.isArray(entry) ? entry?.user : undefined;
        if (file < 0) continue;
        if (typeof user === 'string' && user.trim() !== '') found.set(file, found.get(file) ?? user);
        else if (!found.has(file)) found.set(file, null);
    }
    return found;
}

function personOf(user: string): number {
    return people.findIndex((spellings) => spellings.includes(user));
}

function snapshotOf(table: LockTable, user: string): Snapshot {
    const [top, job] = [['a.vnc', 'caf\u00e9.vnc'], ['b.vnc']].map((names) => namesOf(names));
    const listings = new Map([
        ['', { files: top!, folders: namesOf(['job']) }],
        ['job', { files: job!, folders: namesOf([]) }],
    ]);
    return new Snapshot('/r', user, listings, new Map(), table);
}

describe('A locks file with any spellings, doubled keys, and entries of any kind', () => {
    it('gives after each change, by any spelling, exactly what was told, and the next one agrees', () => {
        fc.assert(
            fc.property(fc.array(member, { maxLength: 8 }), fc.array(change, { maxLength: 6 }), (members, changes) => {
                let table = LockTable.parse(
                    `{${members.map(({ key, source }) => `${JSON.stringify(key)}: ${source}`).join()}}`,
                );
                for (const one of changes) {
                    agrees(table);
                    table = carryOut(table, one);
                }
                agrees(table);
            }),
            trying(250, 2),
        );
    });

    /** List, tree and rules give one answer to one question, and that of any reader of JSON. */
    function agrees(table: LockTable): void {
        const read = holders(table.serialise());
        for (const [who] of people.entries()) {
            const [me] = people[who]!;
            const snapshot = snapshotOf(table, me!);
            for (const [file, spellings] of files.entries()) {
                const [path] = spellings;
                const holder = read.get(file);
                const answer =
                    holder === undefined
                        ? undefined
                        : holder === null
                          ? 'malformedLock'
                          : personOf(holder) === who
                            ? 'alreadyMine'
                            : 'heldByOther';
                assert.equal(
                    refusalFor(table, { path: path!, present: true }, { user: me! }, extensions, now)?.code,
                    answer,
                );
                const shown = snapshot.file(path!)!;
                const state =
                    answer === undefined ? 'available' : answer === 'alreadyMine' ? 'heldByMe' : 'heldByOthers';
                assert.deepEqual([shown.path, shown.state, shown.missing], [path, state, false]);
                assert.equal(shown.unreadable !== undefined, answer === 'malformedLock');
                assert.equal(shown.lock?.user, holder ?? undefined);
                for (const spelling of spellings) assert.equal(table.find(spelling)?.lock?.user, holder ?? undefined);
                assert.equal(snapshot.held().filter((held) => held.path === path).length, holder === undefined ? 0 : 1);
            }
            assert.equal(snapshot.held().length, read.size);
        }
    }

    function carryOut(table: LockTable, { kind, who: [who, user], file }: Change): LockTable {
        const spellings = files[file]!;
        const path = spellings[0]!;
        const before = table.find(path);
        const lock = newLock(user, 'PC', 'mine', new Date(now));
        const seen = before?.lock ?? lock;
        const rules: Record<string, () => RuleResult> = {
            out: () => checkOut(table, [{ path, present: true }], lock, extensions, now),
            in: () => checkIn(table, [path], user, now),
            keep: () => checkIn(table, [path], user, now, time),
            over: () => takeOver(table, [{ path, seen }], lock, now),
            undo: () => undo(table, [{ path, seen }], user, now),
        };
        const { table: changed, outcomes } = rules[kind]!();
        const [outcome] = outcomes as readonly [Outcome];
        if (outcome.refusal !== undefined) {
            assert.equal(changed, table);
            return table;
        }
        // Through the file and back, as between any two changes.
        const after = LockTable.parse(changed.serialise());
        const told = lockTold(kind, outcome, lock);
        for (const spelling of spellings) {
            assert.deepEqual(changed.find(spelling)?.lock, told);
            assert.deepEqual(after.find(spelling)?.lock, told);
            const isUnreadable: boolean = outcome.remaining?.code === 'malformedLock';
            assert.equal(after.find(spelling) !== undefined, told !== undefined || isUnreadable);
        }
        nothingElseIsLost(table, after, file, who, kind === 'over' ? outcome : undefined);
        return after;
    }

    /** What the outcome says of the file now. */
    function lockTold(kind: string, { kept, remaining }: Done, lock: Lock): Lock | undefined {
        if (kind === 'out' || kind === 'over') return lock;
        return kind === 'keep' ? kept : remaining?.holder;
    }

    /** Entries on other files stay, and so do those of others on this one, unless they are told as taken over. */
    function nothingElseIsLost(
        before: LockTable,
        after: LockTable,
        file: number,
        who: number,
        takenOver: Done | undefined,
    ): void {
        const told = [takenOver?.previous, ...(takenOver?.others ?? [])].map((lock) => lock && personOf(lock.user));
        const left = after.entries.map(({ key }) => key);
        for (const { key, lock } of before.entries) {
            const mayGo = lock !== undefined && [who, ...told].includes(personOf(lock.user));
            if (!files[file]!.includes(key) || !mayGo) assert.ok(left.includes(key), key);
        }
        const others =
            takenOver === undefined ? [] : after.entries.filter(({ key, lock }) => lock && files[file]!.includes(key));
        assert.ok(others.length <= 1);
    }
});
