import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isUnfinishedFolder, makeSharedFolder } from '../../../src/core/disk/sharedFolder';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A folder for everybody', () => {
    const top = temporaryFolder();
    const at = (...names: string[]): string => path.join(top(), ...names);
    const modeOf = (folder: string): string => (statSync(folder).mode & 0o777).toString(8);

    it('is made with those on the way to it, and again does no harm', async () => {
        await makeSharedFolder(at('a', 'b', 'c'), top());
        writeFileSync(at('a', 'b', 'c', 'kept'), '');
        await makeSharedFolder(at('a', 'b', 'c'), top());
        assert.deepEqual(readdirSync(at('a', 'b', 'c')), ['kept']);
        assert.deepEqual([readdirSync(top()), readdirSync(at('a')), readdirSync(at('a', 'b'))], [['a'], ['b'], ['c']]);
    });

    it('can be used by colleagues as the one above, whatever the umask of who made it', async function () {
        skipUnless(this, 'modes');
        const umask = process.umask(0o077);
        try {
            for (const mode of [0o775, 0o755, 0o770]) {
                const above = at(mode.toString(8));
                mkdirSync(above);
                chmodSync(above, mode);
                await makeSharedFolder(path.join(above, 'a', 'b'), above);
                assert.equal(modeOf(path.join(above, 'a')), mode.toString(8));
                assert.equal(modeOf(path.join(above, 'a', 'b')), mode.toString(8));
            }
        } finally {
            process.umask(umask);
        }
    });

    it('keeps the rights that it has where it is there already', async function () {
        skipUnless(this, 'modes');
        chmodSync(top(), 0o755);
        mkdirSync(at('a'));
        chmodSync(at('a'), 0o700);
        await makeSharedFolder(at('a'), top());
        assert.equal(modeOf(at('a')), '700');
    });

    it('is made once by several who make it at the same time, and nothing else is left', async () => {
        await Promise.all(Array.from({ length: 8 }, () => makeSharedFolder(at('a', 'b'), top())));
        assert.deepEqual([readdirSync(top()), readdirSync(at('a'))], [['a'], ['b']]);
    });

    it('is never made outside of the one that is given', async () => {
        mkdirSync(at('shop'));
        for (const outside of [at('elsewhere', 'a'), at('shopping', 'a'), at('gone')]) {
            await makeSharedFolder(outside, at('shop'));
        }
        await makeSharedFolder(at('gone'), at('gone'));
        assert.deepEqual(readdirSync(top()), ['shop']);
    });

    it('does not take the place of a file, and leaves nothing then', async () => {
        writeFileSync(at('a'), 'a program');
        await assert.rejects(makeSharedFolder(at('a'), top()), { code: /^(ENOTDIR|EEXIST|EPERM|EACCES)$/ });
        await assert.rejects(makeSharedFolder(at('a', 'b'), top()), { code: /^(ENOTDIR|EEXIST|ENOENT)$/ });
        assert.deepEqual(readdirSync(top()), ['a']);
    });

    it('that a killed program did not finish is known by its name', () => {
        assert.equal(isUnfinishedFolder(`.new-${randomUUID()}`), true);
        for (const name of [
            '.new-',
            `.new-${randomUUID()}x`,
            `new-${randomUUID()}x`,
            `x.new-${randomUUID()}`,
            'a.vnc',
        ]) {
            assert.equal(isUnfinishedFolder(name), false, name);
        }
    });
});
