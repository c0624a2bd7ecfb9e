import * as assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { untilFound, whyAbsent } from '../../../src/core/disk/missingFile';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A missing file', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'x.json');
    const backup = (): string => path.join(folder(), 'x.json.bak');

    it('is new without a backup, lost with one, and hidden when the folder has it all the same', async () => {
        assert.equal(await whyAbsent(file(), backup()), 'new');
        mkdirSync(backup());
        assert.equal(await whyAbsent(file(), backup()), 'new', 'a folder is no backup');
        writeFileSync(file(), '');
        assert.equal(await whyAbsent(file(), backup()), 'hidden');
        assert.equal(await whyAbsent(path.join(folder(), 'y.json'), file()), 'lost');
    });

    it('is looked for twice, since it may be between its two names', async () => {
        const asking = whyAbsent(file(), backup());
        // The first look ends meanwhile; the second one begins when this code is done.
        for (let look = 0; look < 1000; look++) assert.deepEqual(readdirSync(folder()), []);
        writeFileSync(file(), '');
        assert.equal(await asking, 'hidden');
    });

    it('is not lost because a link that leads nowhere has the name of its backup', async function () {
        skipUnless(this, 'links');
        symlinkSync('gone', backup());
        assert.equal(await whyAbsent(file(), backup()), 'new');
    });

    it('is not waited for where the disk has another answer', async function () {
        skipUnless(this, 'links');
        symlinkSync(file(), file());
        await assert.rejects(untilFound(file()), { code: 'ELOOP' });
    });

    it('cannot be explained without its folder', async () => {
        await assert.rejects(whyAbsent(path.join(folder(), 'none', 'x'), backup()), { code: 'ENOENT' });
    });

    it('is waited for until it is there', async () => {
        const finding = untilFound(file());
        let isFound = false;
        void finding.then(() => (isFound = true));
        // Each look of this test ends after those that were asked for before.
        for (let look = 0; look < 10; look++) await stat(folder());
        assert.equal(isFound, false);
        writeFileSync(file(), '');
        await finding;
    });
});
