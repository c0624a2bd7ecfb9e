import * as assert from 'node:assert/strict';
import { WordFilter } from '../../../src/commands/shared/wordFilter';

describe('Finding a file by words', () => {
    const files = ['4801247.vnc job12', '4801248.vnc job12', 'op1.VNC job13/Größe 40', 'Ventilträger.mcam émaillé'];
    const filter = new WordFilter(files, (file) => file);

    it('takes words in any order, in any case, from the name and the folder', () => {
        for (const text of ['4801247 job12', 'job12 4801247', 'JOB12   47.VNC ', '1247']) {
            assert.deepEqual(filter.matches(text), { shown: [files[0]], count: 1 }, text);
        }
        assert.deepEqual(filter.matches('job12').shown, files.slice(0, 2));
    });

    it('needs all words', () => {
        assert.equal(filter.matches('4801247 job13').count, 0);
    });

    it('ignores accents, in what is typed and in what is found, however they are encoded', () => {
        for (const text of ['große', 'Größe', 'GRO\u0308ße'])
            assert.deepEqual(filter.matches(text).shown, [files[2]], text);
        for (const text of ['ventiltrager', 'ventilträger', 'emaille', 'ÉMAILLÉ']) {
            assert.deepEqual(filter.matches(text).shown, [files[3]], text);
        }
    });

    it('counts all matches, and shows no more than can be looked through', () => {
        const many = Array.from({ length: 1000 }, (_, index) => `part ${index}`);
        const { shown, count } = new WordFilter(many, (file) => file).matches('part');
        assert.deepEqual([shown.length, shown[0], count], [300, 'part 0', 1000]);
    });
});
