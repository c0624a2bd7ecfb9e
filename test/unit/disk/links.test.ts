import * as assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isBehindLink, isFileInPlace } from '../../../src/core/disk/links';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('links', () => {
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const at = (...names: string[]): string => path.join(root(), ...names);

    beforeEach(function () {
        skipUnless(this, 'junctions');
        mkdirSync(at('job'), { recursive: true });
        writeFileSync(at('job', 'a.vnc'), '');
        mkdirSync(path.join(folder(), 'elsewhere'));
        writeFileSync(path.join(folder(), 'elsewhere', 'a.vnc'), '');
        symlinkSync(path.join(folder(), 'elsewhere'), at('linked'), 'junction');
    });

    it('are found on the way to a file, and nowhere else', async () => {
        for (const [place, isBehind] of [
            [at(), false],
            [at('job'), false],
            [at('job', 'a.vnc'), false],
            [at('linked'), true],
            [at('linked', 'a.vnc'), true],
            [at('none', 'a.vnc'), false],
        ] as const) {
            assert.equal(await isBehindLink(root(), place), isBehind, place);
        }
    });

    it('to the repository itself do not count', async () => {
        const link = path.join(folder(), 'link to repo');
        symlinkSync(root(), link, 'junction');
        for (const place of [link, path.join(link, 'job', 'a.vnc')]) {
            assert.equal(await isBehindLink(link, place), false, place);
        }
        assert.ok(await isFileInPlace(link, path.join(link, 'job', 'a.vnc')));
    });

    it('keep a file from being in place, as a folder or nothing in its place does', async () => {
        assert.ok(await isFileInPlace(root(), at('job', 'a.vnc')));
        for (const place of [at('linked', 'a.vnc'), at('job'), at('none.vnc'), at('job', 'a.vnc', 'below')]) {
            assert.equal(await isFileInPlace(root(), place), false, place);
        }
    });
});
