import * as assert from 'node:assert/strict';
import { plainLine, plainName } from '../../../src/core/base/plainText';
import { truncate } from '../../../src/core/base/truncate';

describe('Text from other people', () => {
    it('is cut to a length that includes the ellipsis, and left alone when it fits', () => {
        assert.equal(truncate('abcde', 5), 'abcde');
        assert.equal(truncate('abcdef', 5), 'abcd…');
    });

    it('is never cut within a surrogate pair', () => {
        assert.equal(truncate('abc🔧def', 5), 'abc…');
        assert.equal(truncate('abc🔧def', 6), 'abc🔧…');
    });

    it('has no line breaks, control characters or changes of direction in one line', () => {
        assert.equal(plainLine(' a\r\nb\u2028c\u0007d\u202ee\u2069 '), 'a b c d e');
        assert.equal(plainName('x'.repeat(200)).length, 100);
    });

    it('keeps a surrogate pair whole, whichever it is, and takes nothing else for one', () => {
        for (const pair of ['\u{10000}', '\u{10ffff}']) assert.equal(truncate(`abc${pair}def`, 5), 'abc…');
        for (const other of ['\ud7ff', '\udc00']) assert.equal(truncate(`abc${other}def`, 5), `abc${other}…`);
    });
});
