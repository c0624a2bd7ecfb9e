import * as assert from 'node:assert/strict';
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

    it('keeps a surrogate pair whole, whichever it is, and takes nothing else for one', () => {
        for (const pair of ['\u{10000}', '\u{10ffff}']) assert.equal(truncate(`abc${pair}def`, 5), 'abc…');
        for (const other of ['\ud7ff', '\udc00']) assert.equal(truncate(`abc${other}def`, 5), `abc${other}…`);
    });
});
