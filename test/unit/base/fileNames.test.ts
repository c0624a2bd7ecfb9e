import * as assert from 'node:assert/strict';
import { isLitter, namesOf, whyUnusable } from '../../../src/core/base/fileNames';

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

describe('A name that systems and programs keep for themselves', () => {
    it('is that of a hidden file, of an owner file, or of a preview', () => {
        for (const name of ['.hidden.vnc', '._a.vnc', '~$a.mcam', 'Thumbs.db', 'DESKTOP.INI']) {
            assert.equal(isLitter(name), true, name);
        }
    });

    it('is no name that only looks like one', () => {
        for (const name of ['a.vnc', 'a.~$b.vnc', '~a.vnc', 'thumbs.db.vnc', 'my desktop.ini', 'desktop.ini2']) {
            assert.equal(isLitter(name), false, name);
        }
    });
});

describe('A name that cannot be shared with Windows', () => {
    for (const [name, reason] of [
        ['nul.vnc', 'Windows takes “nul” for a device'],
        ['COM1', 'Windows takes “COM1” for a device'],
        ['aux .mcam', 'Windows takes “aux” for a device'],
        ['a?.vnc', 'Windows allows no “?” in a name'],
        ['a\\b.vnc', 'Windows allows no “\\” in a name'],
        ['a\u0007.vnc', 'its name has a control character'],
        ['a\ud83d.vnc', 'its name is no valid text'],
        ['a.vnc.', 'Windows drops the dot at the end of its name'],
        ['a.vnc ', 'Windows drops the space at the end of its name'],
    ] as const) {
        it(`says of ${JSON.stringify(name)} why`, () => assert.equal(whyUnusable(name), reason));
    }

    it('is no other name', () => {
        for (const name of ['a.vnc', ' a.vnc', '.a.vnc', 'null.vnc', 'com10.vnc', 'a.nul', 'Größe \ud83d\ude00.vnc']) {
            assert.equal(whyUnusable(name), undefined, name);
        }
    });
});
