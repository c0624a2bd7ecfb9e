import assert from 'node:assert/strict';
import { AskedFiles } from '../../../src/model/askedFiles';

describe('Files that were asked about', () => {
    it('are handed on once, each once, for each repository', () => {
        const asked = new AskedFiles<string>();
        asked.add('one', ['a.vnc', 'b.vnc']);
        asked.add('one', ['b.vnc', 'c.vnc']);
        asked.add('two', ['a.vnc']);
        asked.add('two', 'all');
        asked.add('two', ['b.vnc']);
        assert.deepEqual(asked.take(), [
            ['one', new Set(['a.vnc', 'b.vnc', 'c.vnc'])],
            ['two', 'all'],
        ]);
        assert.deepEqual(asked.take(), []);
    });

    it('are not changed any more once they are handed on', () => {
        const asked = new AskedFiles<string>();
        asked.add('one', ['a.vnc']);
        const [[, taken] = []] = asked.take();
        asked.add('one', ['b.vnc']);
        assert.deepEqual(taken, new Set(['a.vnc']));
    });

    it('cost in proportion to the events: with their square, 300,000 would take many minutes', () => {
        const asked = new AskedFiles<string>();
        for (let event = 0; event < 300_000; event++) asked.add('one', [`${event}.vnc`]);
        const [[, taken] = []] = asked.take();
        assert.equal(taken === 'all' ? 0 : taken?.size, 300_000);
    });
});
