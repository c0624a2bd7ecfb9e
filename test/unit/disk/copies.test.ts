import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { copyDurably } from '../../../src/core/disk/durableCopy';
import { giveRights, keepRights } from '../../../src/core/disk/rights';
import { skipUnless } from '../../support/skips';
import { isOpen } from '../support/openFiles';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A file on a disk', () => {
    const folder = temporaryFolder();
    const at = (name: string, content?: string): string => {
        const file = path.join(folder(), name);
        if (content !== undefined) writeFileSync(file, content);
        return file;
    };
    const modeOf = (file: string): string => (statSync(file).mode & 0o7777).toString(8);

    it('is copied to a new name only, also where it is read-only', async () => {
        const file = at('a', 'one');
        await copyDurably(file, at('copy'));
        assert.equal(readFileSync(at('copy'), 'utf8'), 'one');
        await assert.rejects(copyDurably(at('b', 'two'), at('copy')), { code: 'EEXIST' });
        assert.equal(readFileSync(at('copy'), 'utf8'), 'one');
        chmodSync(file, 0o444);
        await copyDurably(file, at('another'));
        assert.equal(readFileSync(at('another'), 'utf8'), 'one');
    });

    it('is not left open once it was copied', async function () {
        skipUnless(this, 'systemInFiles');
        await copyDurably(at('a', 'one'), at('copy'));
        assert.equal(isOpen(at('copy')), false);
    });

    describe('and its rights', () => {
        beforeEach(function () {
            skipUnless(this, 'modes');
        });

        it('are those of the file that it replaces', async () => {
            const [old, next] = [at('old', ''), at('next', '')];
            for (const mode of [0o600, 0o664, 0o640]) {
                chmodSync(old, mode);
                await keepRights(old, next);
                assert.equal(modeOf(next), mode.toString(8));
            }
            await keepRights(at('gone'), next);
            assert.equal(modeOf(next), '640');
        });

        it('are its owner and group, too', async function () {
            skipUnless(this, 'root');
            const [old, next] = [at('old', ''), at('next', '')];
            chownSync(old, 1234, 5678);
            chmodSync(old, 0o660);
            await keepRights(old, next);
            const { uid, gid } = statSync(next);
            assert.deepEqual([uid, gid, modeOf(next)], [1234, 5678, '660']);
        });

        it('are given as they are wanted, or as the folder gives them to colleagues', async () => {
            for (const [ofFolder, wanted, mode] of [
                [0o755, undefined, '644'],
                [0o775, undefined, '664'],
                [0o777, undefined, '666'],
                [0o777, 0o600, '600'],
            ] as const) {
                const shop = path.join(folder(), `shop-${ofFolder.toString(8)}-${mode}`);
                mkdirSync(shop);
                chmodSync(shop, ofFolder);
                const file = path.join(shop, 'x');
                writeFileSync(file, '');
                await giveRights(file, wanted);
                assert.equal(modeOf(file), mode);
            }
            await giveRights(at('gone'), 0o600);
        });

        it('are of the group of a folder that is shared with that', async function () {
            skipUnless(this, 'root');
            const groupIn = async (mode: number): Promise<number> => {
                chownSync(folder(), 0, 5678);
                chmodSync(folder(), mode);
                const file = at(`x-${mode.toString(8)}`, '');
                await giveRights(file, undefined);
                return statSync(file).gid;
            };
            assert.equal(await groupIn(0o775), 5678);
            assert.notEqual(await groupIn(0o755), 5678);
        });
    });
});
