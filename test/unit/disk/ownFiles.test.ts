import * as assert from 'node:assert/strict';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isOwnFile } from '../../../src/core/disk/ownFiles';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A file that belongs to a locks file', () => {
    const folder = temporaryFolder();
    const at = (...names: string[]): string => path.join(folder(), ...names);
    const locksFile = (): string => at('shop', 'locks.json');
    const isOwn = (...names: string[]): Promise<boolean> => isOwnFile(at(...names), locksFile());

    beforeEach(() => {
        mkdirSync(at('shop'));
        writeFileSync(locksFile(), '{}');
    });

    it('lies beside it under a name of ours, or in a folder that does, and need not be there', async () => {
        for (const names of [
            ['locks.json'],
            ['LOCKS.JSON'],
            ['locks.json.bak'],
            ['locks.json.lock', 'owner'],
            ['locks.revisions', 'a.vnc', '1.gz'],
            ['locks.history.jsonl'],
        ]) {
            assert.equal(await isOwn('shop', ...names), true, names.join());
        }
    });

    it('is no program, and nothing in another folder', async () => {
        writeFileSync(at('a.vnc'), '');
        for (const names of [
            ['shop', 'a.vnc'],
            ['shop'],
            ['a.vnc'],
            ['gone.vnc'],
            ['locks.json'],
            ['shop 2', 'locks.json'],
        ]) {
            assert.equal(await isOwn(...names), false, names.join());
        }
        assert.equal(await isOwnFile(at('a.vnc'), at('gone', 'locks.json')), false);
        assert.equal(await isOwnFile(at('gone.vnc'), at('gone', 'locks.json')), false, 'Two files that are not there.');
    });

    it('is one by whatever path it is named', async function () {
        skipUnless(this, 'junctions');
        symlinkSync(at('shop'), at('link'), 'junction');
        assert.equal(await isOwn('link', 'locks.json.bak'), true);
        assert.equal(await isOwn('link', 'a.vnc'), false);
        assert.equal(await isOwnFile(at('shop', 'locks.json.bak'), at('link', 'locks.json')), true);
    });

    it('is the locks file itself under another name', async function () {
        skipUnless(this, 'links');
        linkSync(locksFile(), at('second.json'));
        assert.equal(await isOwn('second.json'), true);
        symlinkSync(locksFile(), at('locks of the shop.json'));
        assert.equal(await isOwnFile(at('shop', 'locks.json.bak'), at('locks of the shop.json')), true);
        assert.equal(await isOwnFile(at('locks of the shop.json.bak'), at('locks of the shop.json')), true);
    });
});
