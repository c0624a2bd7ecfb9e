import * as assert from 'node:assert/strict';
import { namesOf } from '../../../src/core/base/fileNames';

describe('Names of a folder', () => {
    for (const [what, onDisk, inNfc] of [
        ['in ASCII', ['b.vnc', 'A.vnc'], ['b.vnc', 'A.vnc']],
        ['with one in another Unicode form', ['b.vnc', 'o\u0308.vnc'], ['b.vnc', '\u00f6.vnc']],
        ['with two forms of one name', ['o\u0308.vnc', '\u00f6.vnc'], ['o\u0308.vnc', '\u00f6.vnc']],
        ['with two forms of one name, neither in NFC', ['o\u0323\u0302', 'o\u0302\u0323'], ['\u1ed9', 'o\u0302\u0323']],
        ['in no folder at all', [], []],
    ] as const) {
        it(`${what}: are found in NFC, in the order of the disk, and give the name on disk`, () => {
            const names = namesOf(onDisk);
            assert.equal(names.size, onDisk.length);
            assert.deepEqual([[...names.keys()], [...names.values()]], [inNfc, onDisk]);
            assert.deepEqual(
                inNfc.map((name) => names.get(name)),
                onDisk,
            );
            assert.ok(inNfc.every((name) => names.has(name)));
            for (const other of ['B.vnc', 'o\u0327.vnc', '']) {
                assert.deepEqual([names.has(other), names.get(other)], [false, undefined], other);
            }
        });
    }
});
