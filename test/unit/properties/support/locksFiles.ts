import * as fc from 'fast-check';
import { keysThatLeadAway, keysThatTrouble } from '../../support/attacks';

/** Lists of cases, of which most are seldom needed. */
const shortKeys = [...keysThatLeadAway, ...keysThatTrouble].filter((key) => key.length < 300);

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n', '\t', '\n    ', ' \n\r\t');

const number = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.bigInt().map(String),
    fc.constantFrom('0', '-0', '1.0', '-0.0', '1e5', '1E+22', '1.50', '0e0', '1e999', '-1e999', '5e-324', '1e-400'),
);

/** A piece of a string as JSON writes it: as it is, escaped where it must be, or escaped in some other allowed way. */
const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\u007f', '\u0085', '\u2028', '\ufeff'),
    fc.constantFrom('{', '}', '[', ']', ':', ',', "'", 'e\u0301', '\u00e9', '\ud83d\udd27', '\\ud83d\\udd27'),
    fc.constantFrom('\\ud800', '\\uDFFF', '\\udc00\\ud800', '\\u0000', '\\u001B[2J', '\\u202e', '\\u00E9', '\\u0041'),
);
const string = fc.array(piece, { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`);

const name = fc.constantFrom(
    '"Alice"',
    '"ALICE"',
    '"bob"',
    '"Zo\u00eb"',
    '"zoe\\u0308"',
    '""',
    '" "',
    '7',
    'null',
    '{}',
);
const key = fc.oneof(
    fc.constantFrom('"a.vnc"', '"A.VNC"', '"\\u0061.vnc"', '"job/b.mcam"', '"JOB/B.mcam"', '"10"', '"9"'),
    fc.constantFrom(...shortKeys).map((text) => JSON.stringify(text)),
    string,
);

const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('null', 'true', 'false', '{}', '[]', '""'),
        number,
        string,
        list('[', fc.array(tie('value'), { maxLength: 4 }), ']'),
        list('{', fc.array(member(string, tie('value')), { maxLength: 4 }), '}'),
    ),
}));

const field = fc.oneof(
    { weight: 4, arbitrary: member(fc.constant('"user"'), name) },
    { weight: 2, arbitrary: member(fc.constantFrom('"timestamp"', '"message"', '"host"'), fc.oneof(string, value)) },
    { weight: 1, arbitrary: member(fc.oneof(fc.constant('"__proto__"'), string), value) },
);
const lock = list('{', fc.array(field, { maxLength: 5 }), '}');

/** The text of a locks file, odd in every way that JSON allows. */
export const locksText: fc.Arbitrary<string> = list(
    '{',
    fc.array(member(key, fc.oneof({ weight: 3, arbitrary: lock }, { weight: 1, arbitrary: value })), { maxLength: 8 }),
    '}',
);

/** JSON of any kind, at most now and then the text of a locks file. */
const otherText = fc.oneof(
    value,
    fc.constantFrom('', ' ', '\n', '\ufeff', '{', '}', '[]', 'null', '""', '{}{}', '{}\u0000', '\u0000', '{"a":1}]'),
    fc.constantFrom('{"a": NaN}', '{"a": -Infinity}', "{'a': 1}", '{"a": 1,}', '{a: 1}', '{"a": None}', '{} // end'),
    fc.constantFrom('{"a": 01}', '{"a": .5}', '{"a": +1}', '{"a": 1.}', '{"a": "\t"}', '{"a": "\\x41"}', '{"a" 1}'),
);

/** What may stand in a file of that name, whoever wrote it, and whatever happened to it since. */
export const locksBytes: fc.Arbitrary<Buffer> = fc.oneof(
    { weight: 4, arbitrary: locksText.map((text) => Buffer.from(text)) },
    { weight: 4, arbitrary: fc.tuple(locksText, damage()).map(([text, harm]) => harm(Buffer.from(text))) },
    { weight: 2, arbitrary: fc.tuple(locksText, encoding()).map(([text, encode]) => encode(text)) },
    { weight: 1, arbitrary: otherText.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

function member(keys: fc.Arbitrary<string>, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc
        .tuple(keys, space, space, values)
        .map(([one, before, after, other]) => `${one}${before}:${after}${other}`);
}

function list(open: string, parts: fc.Arbitrary<string[]>, close: string): fc.Arbitrary<string> {
    return fc
        .tuple(parts, space, space)
        .map(([texts, before, after]) => `${open}${before}${texts.join(`${after},${before}`)}${after}${close}`);
}

/** Truncated, with something in the middle gone, put in, or another byte; written twice. */
function damage(): fc.Arbitrary<(bytes: Buffer) => Buffer> {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const inserted = fc.oneof(
        fc.constantFrom('\0', ',', '"', '}', '{', '\\', '\ufeff', '\u00e9').map((text) => Buffer.from(text)),
        fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
    );
    return fc
        .tuple(fc.constantFrom('cut', 'gap', 'insert', 'overwrite', 'twice', 'zeros'), place, place, inserted)
        .map(([how, one, other, extra]) => (bytes) => {
            const [from, to] = [one, other]
                .map((share) => Math.min(Math.floor(share * (bytes.length + 1)), bytes.length))
                .sort((a, b) => a - b) as [number, number];
            if (how === 'cut') return bytes.subarray(0, from);
            if (how === 'gap') return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
            if (how === 'insert') return Buffer.concat([bytes.subarray(0, from), extra, bytes.subarray(from)]);
            if (how === 'twice') return Buffer.concat([bytes, bytes.subarray(from)]);
            // What a disk leaves of a file that was growing when the power went.
            if (how === 'zeros') return Buffer.concat([bytes.subarray(0, from), Buffer.alloc(bytes.length - from)]);
            const damaged = Buffer.from(bytes);
            extra.copy(damaged, Math.min(from, Math.max(0, bytes.length - 1)));
            return damaged;
        });
}

function encoding(): fc.Arbitrary<(text: string) => Buffer> {
    return fc.constantFrom<(text: string) => Buffer>(
        (text) => Buffer.from(`\ufeff${text}`),
        (text) => Buffer.from(`\ufeff\ufeff${text}`),
        (text) => Buffer.from(`\r\n${text.replaceAll('\n', '\r\n')}\r\n`),
        (text) => Buffer.from(text, 'utf16le'),
        (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
        (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
        (text) => Buffer.from(text, 'latin1'),
    );
}
