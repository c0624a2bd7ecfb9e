import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { foldPath } from '../../../src/core/base/repositoryPath';
import { folderOfRevisions, nameOfRevision, numberOfRevision } from '../../../src/core/revisions/revisionNames';

describe('The names of revisions', () => {
    it('tell a person with 7-Zip which revision of which program it is', () => {
        assert.equal(folderOfRevisions('job12/OP1.vnc'), 'job12/op1.vnc');
        assert.equal(nameOfRevision(3, 'job12/OP1.VNC'), 'r3.vnc.gz');
        assert.equal(nameOfRevision(12, 'job12/no ending'), 'r12.gz');
    });

    it('are read as they are written, and nothing else is', () => {
        for (const number of [1, 9, 10, 123_456]) {
            assert.equal(numberOfRevision(nameOfRevision(number, 'a.vnc')), number);
            assert.equal(numberOfRevision(nameOfRevision(number, 'a')), number);
        }
        for (const name of [
            'r0.vnc.gz',
            'r01.vnc.gz',
            'r3.vnc',
            'r3.vnc.gz.bak',
            'xr3.vnc.gz',
            'r-1.gz',
            'r3.a.b.gz',
        ]) {
            assert.equal(numberOfRevision(name), undefined, name);
        }
    });

    it('stay within the limits of Windows for a program of 200 characters in a deep folder', () => {
        const folder = folderOfRevisions(`${'a job with a long name/'.repeat(6)}${'N'.repeat(196)}.vnc`);
        assert.match(folder, /^~long\/n{40}~[\da-f]{16}$/);
        assert.notEqual(folder, folderOfRevisions(`${'a job with a long name/'.repeat(6)}${'N'.repeat(195)}.vnc`));
    });

    it('are such as Windows can have, one folder for each file, whatever it is called', () => {
        const part = fc.oneof(
            fc.constantFrom(
                'nul.vnc',
                'CON',
                'com1.x.vnc',
                'a ',
                'b.',
                '~long',
                '~',
                '%7Elong',
                'x%',
                'a|b',
                'ß',
                'É',
                'ﬁ',
            ),
            fc.string({ minLength: 1, maxLength: 60 }).map((text) => text.replaceAll('/', '_')),
        );
        const file = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
        const notOnWindows =
            /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)|[<>"|?*\\:\u0000-\u001f]|[. ]$/i;
        fc.assert(
            fc.property(file, file, (one, other) => {
                const folder = folderOfRevisions(one);
                assert.ok(folder.length <= 120, folder);
                assert.ok(!folder.split('/').some((name) => notOnWindows.test(name)), folder);
                assert.equal(folder === folderOfRevisions(other), foldPath(one) === foldPath(other));
            }),
        );
    });
});
