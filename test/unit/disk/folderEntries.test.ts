import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { entriesIn, namesIn } from '../../../src/core/disk/folderEntries';
import { temporaryFolder } from '../support/temporaryFolder';

describe('What is in a folder', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), name);

    it('has names and kinds', async () => {
        writeFileSync(at('a.vnc'), '');
        mkdirSync(at('job'));
        assert.deepEqual((await namesIn(folder())).sort(), ['a.vnc', 'job']);
        const kinds = (await entriesIn(folder())).map((entry): [string, boolean] => [entry.name, entry.isDirectory()]);
        assert.deepEqual(Object.fromEntries(kinds), { 'a.vnc': false, job: true });
    });

    it('is nothing where there is no folder, and not where nobody can tell', async () => {
        writeFileSync(at('a.vnc'), '');
        for (const read of [namesIn, entriesIn]) {
            assert.deepEqual(await read(at('gone')), []);
            if (process.platform !== 'win32') await assert.rejects(read(at('a.vnc')), { code: 'ENOTDIR' });
        }
    });
});
