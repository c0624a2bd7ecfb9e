import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { StagedFile } from '../../../src/core/disk/stagedFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('StagedFile', () => {
    const folder = temporaryFolder();
    const target = (): string => path.join(folder(), 'x.json');
    const text = Buffer.from('new');

    const prepare = async (where = folder(), mode?: number): Promise<StagedFile> => {
        const prepared = await StagedFile.create(path.join(where, 'prepared'));
        await prepared.write(text, { durable: true, mode });
        return prepared;
    };

    beforeEach(() => writeFileSync(target(), 'old'));

    it('takes the place of another file, with the mode that is asked for', async () => {
        const prepared = await prepare(folder(), 0o640);
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.equal(await prepared.replace(target()), 'replaced');
        assert.equal(readFileSync(target(), 'utf8'), 'new');
        if (process.platform !== 'win32') assert.equal(statSync(target()).mode & 0o777, 0o640);
        await prepared.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing and leaves nothing behind when it is removed, closed or open', async () => {
        await (await prepare()).remove();
        const closed = await prepare();
        await closed.close();
        await closed.remove();
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing when its folder is taken away', async () => {
        const workplace = path.join(folder(), 'mutex');
        mkdirSync(workplace);
        const prepared = await prepare(workplace);
        await prepared.close();
        rmSync(workplace, { recursive: true });
        assert.equal(await prepared.replace(target()), 'untouched');
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('leaves nothing behind when the rename fails', async () => {
        rmSync(target());
        mkdirSync(path.join(target(), 'in'), { recursive: true });
        const prepared = await prepare();
        await assert.rejects(prepared.replace(target()));
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });
});
