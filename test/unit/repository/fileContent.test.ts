import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { contentsOf } from '../../../src/core/repository/fileContent';
import { openRepository } from '../support/repository';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('What is in the files of a repository', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), 'repo', name);
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

    async function contents(...paths: readonly string[]) {
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        return Object.fromEntries(await contentsOf(repository.snapshot, paths));
    }

    beforeEach(() => mkdirSync(at('')));

    it('is its size and its hash, by its path in any case', async () => {
        writeFileSync(at('A.vnc'), 'G0 X0');
        writeFileSync(at('empty.vnc'), '');
        assert.deepEqual(await contents('a.VNC', 'empty.vnc'), {
            'a.vnc': { size: 5, sha256: sha256('G0 X0') },
            'empty.vnc': { size: 0, sha256: sha256('') },
        });
    });

    it('is only its size when it is large', async () => {
        writeFileSync(at('part.mcam'), Buffer.alloc(2 ** 20 + 1));
        writeFileSync(at('other.mcam'), Buffer.alloc(2 ** 20));
        const { 'part.mcam': large, 'other.mcam': other } = await contents('part.mcam', 'other.mcam');
        assert.deepEqual(large, { size: 2 ** 20 + 1 });
        assert.equal(other?.sha256?.length, 64);
    });

    it('is not known of a file that is not there, is a folder, or lies outside', async () => {
        mkdirSync(at('folder.vnc'));
        writeFileSync(path.join(folder(), 'outside.vnc'), 'secret');
        assert.deepEqual(await contents('gone.vnc', 'folder.vnc', '../outside.vnc'), {});
    });

    it('is not known of a file behind a link', async function () {
        skipUnless(this, 'links');
        mkdirSync(at('job'));
        writeFileSync(at('job/a.vnc'), 'G0');
        renameSync(at('job'), path.join(folder(), 'elsewhere'));
        symlinkSync(path.join(folder(), 'elsewhere'), at('job'));
        symlinkSync(path.join(folder(), 'elsewhere', 'a.vnc'), at('b.vnc'));
        assert.deepEqual(await contents('job/a.vnc', 'b.vnc'), {});
    });
});
