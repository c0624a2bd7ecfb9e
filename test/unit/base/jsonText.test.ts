import { spawnSync } from 'node:child_process';
import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { findPython } from '../../support/installed';
import { skipUnless } from '../../support/skips';
import {
    DeepText,
    joinMembers,
    layOut,
    layOutMember,
    OversizedText,
    parseJson,
    readLaidOut,
    readMembers,
} from '../../../src/core/base/jsonText';

const rewrite = (text: string): string =>
    joinMembers(readMembers(text).map(({ key, source }) => ({ key, source: layOutMember(source) })));
const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), { maxKeys: 8 });

function python(program: string, input: string): string {
    const { error, status, stdout, stderr } = spawnSync(findPython() ?? '', ['-c', program], {
        input,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
    });
    assert.equal(status, 0, error?.message ?? stderr);
    return stdout;
}

describe('jsonText', () => {
    it('keeps the meaning of any object, at any indentation, and writes ASCII', () => {
        fc.assert(
            fc.property(object, fc.constantFrom(undefined, 1, 2, '\t', 8), (value, indent) => {
                const text = JSON.stringify(value, null, indent);
                for (const source of [text, text.replaceAll('\n', '\r\n')]) {
                    const out = rewrite(source);
                    assert.deepEqual(JSON.parse(out), JSON.parse(text));
                    assert.match(out, /^[\n -~]*$/);
                    assert.equal(rewrite(out), out);
                }
            }),
            { numRuns: 300 },
        );
    });

    it("lays out as Python's json.dump(indent=4) does", function () {
        skipUnless(this, 'python');
        const values = fc.sample(object, 200).map((value) => JSON.stringify(value));
        const program = [
            'import json, sys',
            // Not `splitlines`, which ends a line at U+0085 and U+2028 too, and those stand in strings.
            "for line in sys.stdin.buffer.read().decode().split('\\n'):",
            '    value = json.loads(line)',
            '    print(json.dumps([json.dumps(value, indent=form) for form in (None, 1, 4)]))',
        ].join('\n');
        const out = python(program, values.join('\n'));
        for (const line of out.trimEnd().split('\n')) {
            const [compact, narrow, wanted] = JSON.parse(line) as [string, string, string];
            for (const form of [compact, narrow, wanted]) assert.equal(rewrite(form), wanted);
        }
    });

    it('keeps what JSON.parse forgets', () => {
        const members = [
            ['10', '1.0'],
            ['9', '12345678901234567890123'],
            ['a', '1e5'],
            ['__proto__', '{\n        "x": -0.0\n    }'],
            ['a', '"again"'],
            ['constructor', '[]'],
        ] as const;
        const text = `{\n${members.map(([key, source]) => `    "${key}": ${source}`).join(',\n')}\n}`;
        assert.equal(rewrite(text), text);
        assert.deepEqual(
            readMembers(text).map(({ key, source }) => [key, source]),
            members.map((member) => [...member]),
        );
        assert.equal(({} as Record<string, unknown>)['x'], undefined);
    });

    it('puts each value on its own line, but keeps empty lists and objects on one', () => {
        assert.equal(rewrite('{"a":[1,{}]}'), '{\n    "a": [\n        1,\n        {}\n    ]\n}');
    });

    it('is not read where it is nested more deeply than any program writes it', () => {
        const nested = (depth: number): string => `${'[{"]": '.repeat(depth)}"[[{"${'}]'.repeat(depth)}`;
        assert.deepEqual(parseJson(nested(250)), JSON.parse(nested(250)));
        assert.throws(() => parseJson(nested(251)), DeepText);
        const wide = `[${'[{}],'.repeat(1000)}"\\"[{"]`;
        assert.deepEqual(parseJson(wide), JSON.parse(wide));
        assert.throws(() => parseJson('{"a": }'), SyntaxError);
    });

    it('is not written where it would become larger than it may', () => {
        const laidOut = '[\n    1,\n    2\n]';
        assert.equal(layOut('[1,2]', 0, laidOut.length), laidOut);
        for (const largest of [0, 1, 6, 14]) assert.throws(() => layOut('[1,2]', 0, largest), OversizedText);
        const megabyte = { key: 'a', source: 'x'.repeat(2 ** 20) };
        assert.throws(() => joinMembers(Array.from({ length: 33 }, () => megabyte)), OversizedText);
    });

    it('finds the end of strings with quotes, backslashes and brackets in them', () => {
        const value = { '"': '\\', '\\"': '\\\\"', '{': '}', '],': '[":' };
        assert.deepEqual(JSON.parse(rewrite(JSON.stringify(value))), value);
    });

    it('escapes what Python escapes, lone surrogates and DEL too', () => {
        assert.equal(
            rewrite('{"\u00e9\ud83d\ude00\u007f\\ud800": "\u2028\\u0001\\b"}'),
            '{\n    "\\u00e9\\ud83d\\ude00\\u007f\\ud800": "\\u2028\\u0001\\b"\n}',
        );
    });

    const texts = fc.string({ unit: fc.constantFrom(...'aZ09 .-_/\\"\u00fc\u2028\n{}[],:') });
    const locks = fc
        .uniqueArray(texts, { maxLength: 6 })
        .chain((keys) =>
            fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.dictionary(texts, texts, { maxKeys: 4 })))),
        );
    const written = (entries: readonly (readonly [string, object])[]): string =>
        joinMembers(entries.map(([key, value]) => ({ key, source: layOutMember(JSON.stringify(value)) })));

    it('reads what only we wrote by its layout, with the same result as any JSON', () => {
        let read = 0;
        fc.assert(
            fc.property(locks, (entries) => {
                const text = written(entries);
                const members = readLaidOut(text);
                if (members === undefined) return;
                read++;
                assert.deepEqual(members, readMembers(text));
                assert.equal(joinMembers(members), text);
            }),
            { numRuns: 500 },
        );
        assert.ok(read > 0, 'None was read.');
        const plain = written([
            ['a.vnc', { user: 'Al "Big" M\u00fcller', message: 'C:\\x' }],
            ['job 1/b.vnc', { user: 'Bob' }],
        ]);
        assert.equal(readLaidOut(plain)?.length, 2);
    });

    it('takes nothing else for that: what it reads is JSON, with each key once', () => {
        const piece = fc.constantFrom(
            ...'"\\,:{}\n u0',
            '    ',
            '": ',
            '\n    }',
            '{\n',
            '\u00fc',
            '\u0001',
            '\n}',
            String.raw`\x`,
        );
        const edit = fc.record({ at: fc.nat(), removed: fc.nat({ max: 6 }), added: fc.array(piece, { maxLength: 2 }) });
        const two: [string, object][] = [
            ['a.vnc', { user: 'Alice', message: 'x\\y' }],
            ['b.vnc', { user: 'Bob' }],
        ];
        fc.assert(
            fc.property(fc.constantFrom(written(two), written(two.slice(1))), edit, (text, { at, removed, added }) => {
                const start = at % (text.length + 1);
                const edited = text.slice(0, start) + added.join('') + text.slice(start + removed);
                const members = readLaidOut(edited);
                if (members === undefined) return;
                const value = parseJson(edited) as object;
                assert.deepEqual(members, readMembers(edited));
                assert.deepEqual(Object.keys(value).sort(), members.map(({ key }) => key).sort());
            }),
            { numRuns: 5000 },
        );
        const twice = written([...two, ...two]);
        assert.equal(readLaidOut(twice), undefined);
        for (const other of ['', '{', '{}', `${written(two)}\n`, written(two).replaceAll('    ', '  ')]) {
            assert.equal(readLaidOut(other), undefined, other);
        }
    });
});
