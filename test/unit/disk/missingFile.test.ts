import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { untilFound, whyAbsent } from '../../../src/core/disk/missingFile';
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

    it('cannot be explained without its folder', async () => {
        await assert.rejects(whyAbsent(path.join(folder(), 'none', 'x'), backup()), { code: 'ENOENT' });
    });

    it('is waited for until it is there', async () => {
        const finding = untilFound(file());
        let isFound = false;
        void finding.then(() => (isFound = true));
        for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
        assert.equal(isFound, false);
        writeFileSync(file(), '');
        await finding;
    });
});
