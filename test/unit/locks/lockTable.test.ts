import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { OversizedText } from '../../../src/core/base/jsonText';
import { DamagedTable } from '../../../src/core/locks/damagedTable';
import { newLock, requireUserName, sameUser } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';

const lock = (user: string): Lock => newLock(user, 'PC1', '', new Date(0));
const parse = (value: unknown): LockTable => LockTable.parse(JSON.stringify(value));

describe('LockTable', () => {
    for (const [damaged, reason] of [
        ['', 'it is empty'],
        ['\ufeff \r\n', 'it is empty'],
        ['[]', 'it does not hold an object with one entry for each file'],
        ['null', 'it does not hold an object with one entry for each file'],
        ['"{}"', 'it does not hold an object with one entry for each file'],
        ['{"a": {"user": "Al', 'it is not valid JSON (line 1, column 19: the end is missing)'],
        ['{"a": NaN}', 'it is not valid JSON (line 1, column 7: “NaN”)'],
        ['{}\u0000', 'it is not valid JSON (line 1, column 3: “‹U+0000›”)'],
        [`{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'it is nested too deeply'],
    ] as const) {
        it(`says of ${JSON.stringify(damaged.slice(0, 20))} that ${reason}`, () => {
            assert.throws(
                () => LockTable.parse(damaged),
                (error) => error instanceof DamagedTable && error.message === reason,
            );
        });
    }

    it('reads what other programs write: a byte order mark, CRLF, any indentation, a time with Z', () => {
        const table = LockTable.parse(
            '\ufeff{\r\n\t"A.vnc" : {"timestamp":"2026-01-01T00:00:00Z" ,\r\n"user":"Zoë"}}\r\n',
        );
        assert.deepEqual(table.find('a.VNC')?.lock, { user: 'Zoë', timestamp: '2026-01-01T00:00:00Z', message: '' });
        assert.equal(
            table.serialise(),
            '{\n    "A.vnc": {\n        "timestamp": "2026-01-01T00:00:00Z",\n        "user": "Zo\\u00eb"\n    }\n}',
        );
    });

    it('takes only an object with a user for a lock', () => {
        const table = parse({
            a: null,
            b: 1,
            c: [],
            d: {},
            e: { user: '' },
            f: { user: 7 },
            g: { user: 'Al', host: 3 },
        });
        assert.deepEqual(
            table.locks().map(({ key }) => key),
            ['g'],
        );
        assert.deepEqual(table.find('g')?.lock, { user: 'Al', timestamp: '', message: '' });
    });

    for (const [value, flaw] of [
        ['null', 'is empty (null)'],
        ['[{"user": "Al"}]', 'is a list, not a lock'],
        ['true', 'is true, not a lock'],
        ['7', 'is a number, not a lock'],
        ['"Al"', 'is a text, not a lock'],
        ['{}', 'names no holder'],
        ['{"user": null}', 'names no holder'],
        ['{"user": " "}', 'names no holder'],
        ['{"user": ["Al"]}', 'has a holder that is not a text'],
    ] as const) {
        it(`says of the entry ${value} that it ${flaw}`, () => {
            const entry = LockTable.parse(`{"a.vnc": ${value}}`).find('a.vnc');
            assert.deepEqual([entry?.lock, entry?.flaw], [undefined, flaw]);
        });
    }

    it('takes a file for held by an entry that nobody can read, but a note of another program for no file', () => {
        const table = parse({ _comment: 'ask Al', version: 2, 'a.vnc': 7, '../b.vnc': 7, c: { user: 'Al' } });
        assert.deepEqual(
            table.held().map(({ path }) => path),
            ['a.vnc', 'c'],
        );
    });

    it('never takes a field from a prototype', () => {
        const table = LockTable.parse('{"x": {"__proto__": {"user": "Eve"}}, "__proto__": {"user": "Eve"}}');
        assert.equal(table.find('x')?.lock, undefined);
        assert.equal(table.find('__proto__')?.lock?.user, 'Eve');
        assert.equal(table.find('constructor'), undefined);
        assert.equal('user' in {}, false);
    });

    it('does not take keys for files that are no paths, says which, and keeps them', () => {
        const hostile = ['../x', 'C:\\x', '//s/x', 'a\u0000b', '', '\\\\s\\x', 'x/'];
        const table = parse(Object.fromEntries(hostile.map((key) => [key, { user: 'Eve' }])));
        assert.deepEqual(table.locks(), []);
        assert.deepEqual(
            table.withoutFile().map(({ key }) => key),
            hostile,
        );
        for (const key of hostile) assert.equal(table.find(key), undefined);
        assert.deepEqual(Object.keys(JSON.parse(table.with([{ path: 'x', lock: lock('Al') }]).serialise()) as object), [
            ...hostile,
            'x',
        ]);
    });

    it('adds at the end and keeps the rest where it is', () => {
        const before = '{\n    "20": 1.0,\n    "10": {\n        "user": "Al",\n        "colour": []\n    }\n}';
        const after = LockTable.parse(before).with([{ path: '5', lock: lock('Bo') }]);
        assert.ok(after.serialise().startsWith(before.slice(0, -2)));
        assert.equal(after.without(['5'], 'Bo').serialise(), before);
    });

    it("releases all spellings that are one user's, and no other user's", () => {
        const table = parse({ 'A.vnc': { user: 'Al' }, 'a.vnc': { user: 'Bo' }, 'a.VNC': { user: 'AL' }, b: 0 });
        assert.equal(table.find('a.vnc')?.lock?.user, 'Al');
        assert.equal(table.locks().length, 1);
        const after = table.without(['a.Vnc', 'b'], 'al');
        assert.deepEqual(
            after.entries.map(({ key }) => key),
            ['a.vnc', 'b'],
        );
    });

    it('takes of a key that is there twice the last value, as every reader of JSON does, and keeps both', () => {
        const text =
            '{\n    "a.vnc": {\n        "user": "Al"\n    },\n    "b": 1,\n    "a.vnc": {\n        "user": "Bo"\n    }\n}';
        const table = LockTable.parse(text);
        assert.equal(table.find('A.vnc')?.lock?.user, 'Bo');
        assert.equal(table.find('A.vnc')?.source, '{\n        "user": "Bo"\n    }');
        assert.deepEqual(
            table.locks().map(({ lock: { user } }) => user),
            ['Bo'],
        );
        assert.equal(table.serialise(), text);
        assert.equal(table.without(['a.vnc'], 'Al').serialise(), text);
        // What the last value hid must not come to life.
        assert.equal(table.without(['a.vnc'], 'Bo').serialise(), '{\n    "b": 1\n}');
        const freed = LockTable.parse('{"a.vnc": {"user": "Al"}, "\\u0061.vnc": null}');
        assert.deepEqual([freed.find('a.vnc')?.lock, freed.locks()], [undefined, []]);
    });

    it('finds a file in two spellings by the first lock, and the other one when that is gone', () => {
        const table = LockTable.parse('{"a.vnc": 0, "A.vnc": {"user": "Al"}, "a.VNC": {"user": "Bo"}}');
        assert.equal(table.find('a.vnc')?.key, 'A.vnc');
        assert.equal(table.without(['a.vnc'], 'Al').find('a.vnc')?.lock?.user, 'Bo');
        assert.equal(LockTable.parse('{"A.vnc": 0, "a.vnc": []}').find('a.vnc')?.key, 'A.vnc');
    });

    it('tells which entries do not count, because another one on the same file does', () => {
        const text =
            '{"a.vnc": 0, "A.vnc": {"user": "Al"}, "b.vnc": {"user": "Bo"}, "./b.vnc": {"user": "Cy"}, "c.vnc": {"user": "Al"}}';
        assert.deepEqual(
            LockTable.parse(text)
                .notInForce()
                .map(({ key }) => key),
            ['a.vnc', './b.vnc'],
        );
    });

    it('tells whether two tables are the same text', () => {
        const text = '{"a": {"user": "Al"}, "b": 1.0}';
        assert.ok(LockTable.parse(text).equals(LockTable.parse(text)));
        for (const other of [
            '{"a": {"user": "Al"}}',
            '{"a": {"user": "Al"}, "b": 1}',
            '{"b": 1.0, "a": {"user": "Al"}}',
        ])
            assert.ok(!LockTable.parse(text).equals(LockTable.parse(other)));
    });

    it('is not written where it would become larger than 32 MB, be it by its indentation alone', () => {
        const deep = `{"a": ${'['.repeat(400)}${'0,'.repeat(400_000)}0${']'.repeat(400)}}`;
        assert.ok(deep.length < 1_000_000); // Laid out, it has more characters than a string can have.
        const many = JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i, 'x'.repeat(2 ** 20)])));
        // Each of them could be written; laid out, all of them together would take gigabytes of memory.
        const each = `${'['.repeat(400)}${'0,'.repeat(10_000)}0${']'.repeat(400)}`;
        const deepMany = `{${Array.from({ length: 1000 }, (_, i) => `"${i}": ${each}`).join(',')}}`;
        for (const text of [deep, many, deepMany]) {
            assert.throws(() => LockTable.parse(text).serialise(), OversizedText);
        }
    });

    it('is the same object when there is nothing to do', () => {
        assert.equal(LockTable.empty.with([]), LockTable.empty);
        assert.equal(LockTable.empty.without([], 'Al'), LockTable.empty);
    });

    it('compares users as Windows does', () => {
        assert.ok(sameUser('ALICE', 'alice'));
        assert.ok(sameUser('Zo\u00eb', 'zoe\u0308'));
        assert.ok(sameUser('ΑΝΔΡΕΑΣ', 'ανδρεασ'));
        assert.ok(sameUser('alice', ' Alice\u00a0 '));
        assert.ok(!sameUser('alice', 'al ice'));
        // They look alike, so they are shown with what they hide; they are not the same.
        assert.ok(!sameUser('alice', 'alice\u2060'));
    });

    it('is refused or kept whole, whatever the text', () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.string(),
                    fc.json(),
                    fc.json().map((text) => text.slice(0, -1)),
                ),
                (text) => {
                    let table: LockTable;
                    try {
                        table = LockTable.parse(text);
                    } catch (error) {
                        return assert.ok(error instanceof DamagedTable);
                    }
                    assert.deepEqual(JSON.parse(table.serialise()), JSON.parse(text));
                },
            ),
            { numRuns: 2000 },
        );
    });
});

describe('A user name', () => {
    const advice = 'Nothing was changed. Set another name, in the setting cncCheckout.userName or with --user.';
    const long = 'x'.repeat(257);

    for (const [name, what] of [
        ['', 'is empty'],
        [' \t', 'is empty'],
        ['\u200b', 'has nothing in it that can be seen (‹U+200B›)'],
        [long, `is longer than 256 characters (${'x'.repeat(99)}…)`],
    ] as const) {
        it(`is refused where it ${what.slice(0, 50)}`, () => {
            assert.throws(() => requireUserName(name), {
                code: 'userNameUnusable',
                message: `Your user name ${what}. ${advice}`,
            });
        });
    }

    it('may be as long as any system has it', () => {
        requireUserName('x'.repeat(256));
    });
});
