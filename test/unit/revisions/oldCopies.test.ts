import assert from 'node:assert/strict';
import { access, constants, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { OldCopies } from '../../../src/core/revisions/oldCopies';
import { temporaryFolder } from '../support/temporaryFolder';

const DAY_MS = 24 * 60 * 60_000;
const name = '4801247 (revision 3, old).mcam';

describe('Copies of old revisions', () => {
    const folder = temporaryFolder();
    const write = (target: string): Promise<void> => writeFile(target, 'three');

    it('have the name that was asked for, each in a folder of its own, and are read-only', async () => {
        const copies = new OldCopies(folder());
        const [one, other] = [await copies.make(name, write), await copies.make(name, write)];
        assert.deepEqual([basename(one), basename(other)], [name, name]);
        assert.notEqual(dirname(one), dirname(other));
        assert.equal(await readFile(one, 'utf8'), 'three');
        // A superuser may write any file.
        if (process.getuid?.() !== 0) await assert.rejects(access(one, constants.W_OK));
    });

    it('are cleared a day later', async () => {
        const copies = new OldCopies(folder());
        const [old, fresh] = [await copies.make(name, write), await copies.make(name, write)];
        const now = Date.now();
        const then = new Date(now - DAY_MS - 1);
        await utimes(dirname(old), then, then);
        await copies.clear(now);
        await assert.rejects(access(old), { code: 'ENOENT' });
        await assert.rejects(access(dirname(old)), { code: 'ENOENT' });
        assert.equal(await readFile(fresh, 'utf8'), 'three');
    });

    it('need no folder to be cleared', () => new OldCopies(`${folder()}/none`).clear(Date.now()));
});
