import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describeSlip } from '../../../src/core/base/jsonSlip';

describe('A slip in a JSON text', () => {
    for (const [text, where] of [
        ['{"a.vnc": NaN}', 'line 1, column 11: “NaN”'],
        ['{\n    "a": {"user": None}\n}', 'line 2, column 19: “None”'],
        ['{\r\n  "a": 1\r\n  "b": 2\r\n}', 'line 3, column 3: “"”'],
        ['{"a": 1,}', 'line 1, column 9: “}”'],
        ['{"a": [1,]}', 'line 1, column 10: “]”'],
        ["{'a': 1}", "line 1, column 2: “'”"],
        ['{a: 1}', 'line 1, column 2: “a”'],
        ['{"a" 1}', 'line 1, column 6: “1”'],
        ['{"a": 01}', 'line 1, column 8: “1”'],
        ['{"a": "C:\\job"}', 'line 1, column 10: “\\”'],
        ['{"a": "one\ntwo"}', 'line 1, column 11'],
        ['{} // end', 'line 1, column 4: “/”'],
        ['{"a": Infinity}', 'line 1, column 7: “Infinity”'],
        ['{"a": "x', 'line 1, column 9: the end is missing'],
        ['{"a": {', 'line 1, column 8: the end is missing'],
        ['{"a": {}', 'line 1, column 9: the end is missing'],
        ['{"a": [}', 'line 1, column 8: “}”'],
        ['{"a": \u202eevil', 'line 1, column 7: “‹U+202E›”'],
    ] as const) {
        it(`is found in ${JSON.stringify(text)}`, () => {
            assert.throws(() => JSON.parse(text));
            assert.equal(describeSlip(text), ` (${where})`);
        });
    }

    it('is found where it was made, between any two tokens of any text', () => {
        const value = fc.jsonValue({ stringUnit: 'binary' });
        fc.assert(
            fc.property(value, fc.constantFrom(undefined, 2), fc.nat(), (any, indent, which) => {
                const text = JSON.stringify({ any }, null, indent);
                const starts = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs)].map(
                    ({ index }) => index,
                );
                const at = starts[which % starts.length]!;
                const broken = `${text.slice(0, at)}\u0001${text.slice(at)}`;
                const lines = text.slice(0, at).split('\n');
                const where = `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
                assert.equal(describeSlip(broken), ` (${where}: “‹U+0001›”)`);
            }),
            { numRuns: 300 },
        );
    });

    it('is found in a text that is nested 100,000 times, and behind a string of a megabyte', () => {
        assert.match(describeSlip('['.repeat(100_000)), /column 100001: the end is missing/);
        assert.match(describeSlip(`{"${'x'.repeat(2 ** 20)}": ?}`), /“\?”/);
    });
});
