import * as assert from 'node:assert/strict';
import { median } from '../../bench/measure';
import { asMarkdown, asText, compare, skipped, within } from '../../bench/report';

describe('The report of the benchmark', () => {
    it('judges a ratio and a limit, and nothing that has no target or was not measured', () => {
        const rows = [compare('a', 15, 10, 1.5), compare('b', 15.1, 10, 1.5), compare('c', 90, 1), within('d', 20, 20)];
        assert.deepEqual(
            [...rows, within('e', 21, 20), within('f', 21), skipped('g', 'it is not here')].map(({ met }) => met),
            [true, false, undefined, true, false, undefined, undefined],
        );
    });

    it('says what was measured, in what unit, and what was to be met', () => {
        assert.equal(
            asText([compare('listing', 1.234, 1, 1.5), within('opening', 1234), skipped('`svn`', 'it is not here')]),
            [
                '                                                ours  reference  ratio  target',
                'listing                                      1.23 ms    1.00 ms  1.23x  <= 1.5x  met',
                'opening                                       1.23 s',
                '`svn`: not measured, because it is not here',
            ].join('\n'),
        );
    });

    it('is a table of Markdown, whatever stands in it', () => {
        assert.equal(
            asMarkdown([compare('   one | two', 200, 10, 1.5)]),
            [
                '|  | ours | reference | ratio | target |  |',
                '| --- | ---: | ---: | ---: | --- | --- |',
                String.raw`| one \| two | 200 ms | 10.0 ms | 20.00x | <= 1.5x | MISSED |`,
            ].join('\n'),
        );
    });

    it('takes the middle of its figures, in whatever order they came', () => {
        assert.equal(median([9, 1, 100, 2, 3]), 3);
    });
});
