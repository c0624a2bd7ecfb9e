import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { plainLine, plainName, untrimmedLine, visibleText } from '../../../src/core/base/plainText';

describe('A line of what other people wrote', () => {
    it('has a space in the place of line breaks and tabs', () => {
        assert.equal(plainLine(' a\r\nb\u2028c\td '), 'a b c d');
        assert.equal(untrimmedLine(' a\n'), ' a ');
    });

    for (const [text, wanted] of [
        ['Alice\u2060', 'Alice‹U+2060›'],
        ['Al\u00adice', 'Al‹U+00AD›ice'],
        ['\u3164', '‹U+3164›'],
        ['Al\u200bice', 'Al‹U+200B›ice'],
        ['Al\u200dice', 'Al‹U+200D›ice'],
        ['\u200d\u200cAlice', '‹U+200D›‹U+200C›Alice'],
        ['Alice1\ufe0f', 'Alice1‹U+FE0F›'],
        ['gnp\u202ecnv.exe', 'gnp‹U+202E›cnv.exe'],
        ['a\u001b[2Jb\u009b31m', 'a‹U+001B›[2Jb‹U+009B›31m'],
        ['\u115f\u1160\uffa0\u2800\u034f\u180e\ufeff', '‹U+115F›‹U+1160›‹U+FFA0›‹U+2800›‹U+034F›‹U+180E›‹U+FEFF›'],
        ['tag\u{e0041}', 'tag‹U+E0041›'],
        ['half \ud83d', 'half ‹U+D83D›'],
    ] as const) {
        it(`shows in ${JSON.stringify(text)} what cannot be seen`, () => assert.equal(plainLine(text), wanted));
    }

    it('leaves alone what people write: any script, emojis, joiners where a script needs them', () => {
        for (const text of [
            'Jörg Müller (4801247) “Rev C”',
            'Σίσυφος',
            '製造 葛\u{e0100}城',
            '👩\u200d🔧 ❤\ufe0f 1\ufe0f\u20e3',
            'می\u200cخواهم',
            'क्\u200dष',
            'র\u200d্য',
            'ક્\u200dષ',
            'ರ\u200d್ಕ',
            'ന്\u200dമ',
            'ක්\u200dර',
            'க்\u200cஷ',
            'క్\u200cష',
            'e\u0301',
        ])
            assert.equal(plainLine(text), text);
    });

    it('never hides anything, whatever the text', () => {
        // Words that may be written with joiners are left out.
        const text = fc.array(
            fc.oneof(
                fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
                fc.constantFrom('\ud800', '\u{e0001}', '\u{e007f}', '\ufff9', '\ufeff', '\u2060', 'Alice'),
            ),
            { maxLength: 12 },
        );
        fc.assert(
            fc.property(text, (pieces) => {
                const line = plainLine(pieces.join(''));
                const withoutWriting = line.replace(/\u200c|\u200d|\ufe0e|\ufe0f/g, '');
                assert.doesNotMatch(
                    withoutWriting,
                    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
                );
                assert.equal(plainLine(line), line);
            }),
            { numRuns: 500 },
        );
    });

    it('is cut to 100 characters where it is a name', () => {
        assert.equal(plainName('x'.repeat(200)).length, 100);
        assert.equal(plainName('\u2060'.repeat(200)).length, 100);
    });

    it('tells what a person sees of a text', () => {
        assert.equal(visibleText(' \u2060Ali\u200bce\u3164 '), 'Alice');
        assert.equal(visibleText('\u2060\u3164 \u00ad'), '');
    });
});
