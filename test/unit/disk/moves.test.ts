import * as assert from 'node:assert/strict';
import {
    existsSync,
    linkSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readdirSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { copyOver } from '../../../src/core/disk/durableCopy';
import { moveFile, moveWithinDisk, removeFile } from '../../../src/core/disk/moveFile';
import { isSame, moveFolderToFreeName, moveToFreeName } from '../../../src/core/disk/moveToFreeName';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A file that is moved', () => {
    const folder = temporaryFolder();
    const at = (name: string, content?: string): string => {
        const file = path.join(folder(), name);
        if (content !== undefined) writeFileSync(file, content);
        return file;
    };
    const contents = (): Record<string, string> =>
        Object.fromEntries(readdirSync(folder()).map((name) => [name, readFileSync(at(name), 'utf8')]));

    describe('to a free name', () => {
        it('has that name, and no other', async () => {
            await moveToFreeName(at('a.vnc', 'one'), at('b.vnc'));
            assert.deepEqual(contents(), { 'b.vnc': 'one' });
        });

        it('may get a name in other letters, also where the disk does not tell them apart', async function () {
            skipUnless(this, 'caseRenames');
            await moveToFreeName(at('a.vnc', 'one'), at('A.vnc'));
            assert.deepEqual(contents(), { 'A.vnc': 'one' });
        });

        it('keeps its old name where the new one is taken', async () => {
            await assert.rejects(moveToFreeName(at('a.vnc', 'one'), at('b.vnc', 'two')), { code: 'EEXIST' });
            assert.deepEqual(contents(), { 'a.vnc': 'one', 'b.vnc': 'two' });
        });

        it('has the new name alone where a killed program had left it both', async () => {
            linkSync(at('a.vnc', 'one'), at('b.vnc'));
            await moveToFreeName(at('a.vnc'), at('b.vnc'));
            assert.deepEqual(contents(), { 'b.vnc': 'one' });
        });

        it('is not made where there is no file', async () => {
            await assert.rejects(moveToFreeName(at('gone.vnc'), at('b.vnc')), { code: 'ENOENT' });
            await assert.rejects(moveToFreeName(at('a.vnc', 'one'), path.join(at('gone'), 'b.vnc')), {
                code: 'ENOENT',
            });
            assert.deepEqual(contents(), { 'a.vnc': 'one' });
        });
    });

    it('as a folder gets a free name, and no other', async () => {
        mkdirSync(at('job'));
        await moveFolderToFreeName(at('job'), at('new job'));
        at('taken', 'one');
        await assert.rejects(moveFolderToFreeName(at('new job'), at('taken')), {
            code: 'EEXIST',
            message: `There is something of the name ${at('taken')} already.`,
        });
        assert.deepEqual(readdirSync(folder()).sort(), ['new job', 'taken']);
    });

    it('is the same under two names only where it is one file', async () => {
        linkSync(at('a.vnc', 'one'), at('b.vnc'));
        at('c.vnc', 'one');
        assert.equal(await isSame(at('a.vnc'), at('b.vnc')), true);
        assert.equal(await isSame(at('a.vnc'), at('c.vnc')), false);
        assert.equal(await isSame(at('a.vnc'), at('gone')), false);
    });

    it('replaces another one of ours', async () => {
        await moveFile(at('a', 'new'), at('b', 'old'));
        assert.deepEqual(contents(), { b: 'new' });
        await assert.rejects(moveFile(at('a'), at('b')), { code: 'ENOENT' });
    });

    describe('into another folder', () => {
        beforeEach(() => mkdirSync(at('aside')));

        it('is moved on one disk', async () => {
            assert.equal(await moveWithinDisk(at('a', 'one'), at('aside/a')), true);
            assert.deepEqual([existsSync(at('a')), readFileSync(at('aside/a'), 'utf8')], [false, 'one']);
        });

        it('counts as moved where it is there already: the first answer was lost', async () => {
            at('aside/a', 'one');
            assert.equal(await moveWithinDisk(at('a'), at('aside/a')), true);
        });

        it('is no file where there was none', async () => {
            await assert.rejects(moveWithinDisk(at('a'), at('aside/a')), { code: 'ENOENT' });
        });

        it('is not one of ours behind a link', async function () {
            skipUnless(this, 'links');
            symlinkSync(at('letter', 'Dear Bob'), at('aside/a'));
            await assert.rejects(moveWithinDisk(at('a'), at('aside/a')), { code: 'ELOOP' });
        });

        it('stays where it is when a folder has its new name', async () => {
            mkdirSync(at('aside/a'));
            await assert.rejects(moveWithinDisk(at('a', 'one'), at('aside/a')));
            assert.equal(readFileSync(at('a'), 'utf8'), 'one');
        });

        it('stays where it is when that is on another disk', async function () {
            skipUnless(this, 'anotherDisk');
            const elsewhere = mkdtempSync('/dev/shm/cnc-checkout-');
            try {
                assert.equal(await moveWithinDisk(at('a', 'one'), path.join(elsewhere, 'a')), false);
                assert.deepEqual([readFileSync(at('a'), 'utf8'), readdirSync(elsewhere)], ['one', []]);
            } finally {
                rmSync(elsewhere, { recursive: true });
            }
        });
    });

    it('is removed, once or twice', async () => {
        await removeFile(at('a', 'one'));
        await removeFile(at('a'));
        assert.deepEqual(contents(), {});
        mkdirSync(at('folder'));
        await assert.rejects(removeFile(at('folder')));
    });

    it('is copied over one of ours, whole', async () => {
        await copyOver(at('a', 'short'), at('b', 'something longer'));
        assert.deepEqual(contents(), { a: 'short', b: 'short' });
        await assert.rejects(copyOver(at('gone'), at('b')), { code: 'ENOENT' });
        assert.deepEqual(contents(), { a: 'short', b: 'short' });
    });
});
