import * as assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchMark } from '../../../src/core/repository/searchMark';
import { temporaryFolder } from '../support/temporaryFolder';

const LONG_AGO_S = 1_700_000_000;

describe('The mark of a folder without a repository', () => {
    const folder = temporaryFolder();
    const mark = (): Promise<string> => searchMark(join(folder(), 'root'), [join(folder(), 'locks.json')]);

    beforeEach(() => mkdirSync(join(folder(), 'root')));
    /** The times of a disk may tick more slowly than a test. */
    const age = (): void => {
        for (const each of readdirSync(folder(), { recursive: true, encoding: 'utf8' })) {
            utimesSync(join(folder(), each), LONG_AGO_S, LONG_AGO_S);
        }
    };

    it('stays as long as nothing comes or goes', async () => {
        writeFileSync(join(folder(), 'locks.json'), '{}');
        writeFileSync(join(folder(), 'root', 'notes.txt'), '');
        const before = await mark();
        writeFileSync(join(folder(), 'root', 'notes.txt'), 'Changed');
        writeFileSync(join(folder(), 'new.json'), '{"a.vnc": {}}');
        renameSync(join(folder(), 'new.json'), join(folder(), 'locks.json'));
        assert.equal(await mark(), before);
    });

    for (const [what, change] of [
        ['repo comes', () => mkdirSync(join(folder(), 'root', 'repo'))],
        ['a file comes', () => writeFileSync(join(folder(), 'root', 'a.vnc'), '')],
        ['a file comes into repo', () => writeFileSync(join(folder(), 'root', 'repo', 'a.vnc'), '')],
        ['what was in the way goes', () => rmSync(join(folder(), 'locks.json'))],
        ['the folder itself goes', () => rmSync(join(folder(), 'root'), { recursive: true })],
    ] as const) {
        it(`changes when ${what}`, async () => {
            writeFileSync(join(folder(), 'locks.json'), '{}');
            if (what.endsWith('into repo')) mkdirSync(join(folder(), 'root', 'repo'));
            age();
            const before = await mark();
            change();
            assert.notEqual(await mark(), before);
        });
    }
});
