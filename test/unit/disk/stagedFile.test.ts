import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { StagedFile } from '../../../src/core/disk/stagedFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('StagedFile', () => {
    const folder = temporaryFolder();
    const target = (): string => path.join(folder(), 'x.json');
    const text = Buffer.from('new');

    const stage = async (where = folder(), mode?: number): Promise<StagedFile> => {
        const staged = await StagedFile.create(path.join(where, 'staged'));
        await staged.write(text, { durable: true, rights: mode === undefined ? undefined : { mode } });
        return staged;
    };

    beforeEach(() => writeFileSync(target(), 'old'));

    it('replaces another file, with the permissions that are asked for', async () => {
        const staged = await stage(folder(), 0o640);
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.equal(await staged.replace(target()), 'replaced');
        assert.equal(readFileSync(target(), 'utf8'), 'new');
        if (process.platform !== 'win32') assert.equal(statSync(target()).mode & 0o777, 0o640);
        await staged.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing and leaves nothing behind when it is removed, closed or open', async () => {
        await (await stage()).remove();
        const closed = await stage();
        await closed.close();
        await closed.remove();
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing when its folder is taken away', async () => {
        const workplace = path.join(folder(), 'mutex');
        mkdirSync(workplace);
        const staged = await stage(workplace);
        await staged.close();
        rmSync(workplace, { recursive: true });
        assert.equal(await staged.replace(target()), 'untouched');
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('may be closed already when the process ends', async () => {
        const staged = await stage();
        await staged.close();
        staged.closeAtExit();
        await staged.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('is removed when the rename fails', async () => {
        rmSync(target());
        mkdirSync(path.join(target(), 'in'), { recursive: true });
        const staged = await stage();
        await assert.rejects(staged.replace(target()));
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });
});
