import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { replaceFile, type LeasedFolder } from '../../../src/core/disk/replaceFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('replaceFile', () => {
    const folder = temporaryFolder();
    const staged = (): string => path.join(folder(), 'staged.tmp');
    const file = (): string => path.join(folder(), 'x.json');
    const yes = async (): Promise<boolean> => true;
    const no = async (): Promise<boolean> => false;
    const cannotTell = async (): Promise<boolean> => {
        throw Object.assign(new Error('the share is away'), { code: 'EIO' });
    };

    const of = (isOurs: () => Promise<boolean>): LeasedFolder => ({ isLate: false, isOurs });

    it('replaces a file by a staged one', async () => {
        writeFileSync(file(), 'old');
        writeFileSync(staged(), 'new');
        assert.equal(await replaceFile(staged(), file(), { folder: of(yes), isUntouched: yes }), 'replaced');
        assert.equal(readFileSync(file(), 'utf8'), 'new');
        assert.equal(existsSync(staged()), false);
    });

    it('begins nothing when it is too late for that, and leaves no staged file behind', async () => {
        writeFileSync(file(), 'old');
        writeFileSync(staged(), 'new');
        const late: LeasedFolder = { isLate: true, isOurs: yes };
        assert.equal(await replaceFile(staged(), file(), { folder: late }), 'untouched');
        assert.deepEqual([readFileSync(file(), 'utf8'), existsSync(staged())], ['old', false]);
    });

    it('replaces nothing where what is required right before does not hold', async () => {
        writeFileSync(file(), 'old');
        writeFileSync(staged(), 'new');
        const refusal = new Error('A link took the place of the folder.');
        const require = (): Promise<void> => Promise.reject(refusal);
        await assert.rejects(replaceFile(staged(), file(), { require }), refusal);
        assert.deepEqual([readFileSync(file(), 'utf8'), existsSync(staged())], ['old', false]);
    });

    it('takes a staged file that is gone for renamed only while its folder is ours', async () => {
        for (const [isOurs, became] of [
            [yes, 'replaced'],
            [no, 'untouched'],
            [cannotTell, 'unknown'],
        ] as const) {
            assert.equal(await replaceFile(staged(), file(), { folder: of(isOurs) }), became);
        }
        await assert.rejects(replaceFile(staged(), file(), {}), { code: 'ENOENT' });
    });

    it('does not take a staged file that is gone for renamed when the target is, or may be, as it was', async () => {
        writeFileSync(file(), 'old');
        for (const [isUntouched, became] of [
            [no, 'replaced'],
            [yes, 'unknown'],
            [cannotTell, 'unknown'],
        ] as const) {
            assert.equal(await replaceFile(staged(), file(), { folder: of(yes), isUntouched }), became);
        }
        const isUntouched = async (): Promise<boolean> => readFileSync(file(), 'utf8') === 'old';
        assert.equal(await replaceFile(staged(), file(), { folder: of(yes), isUntouched, isNew: true }), 'unknown');
        assert.equal(readFileSync(file(), 'utf8'), 'old');
    });

    it('reports a failure only when the target is as it was, and leaves no staged file behind', async () => {
        mkdirSync(path.join(file(), 'in the way'), { recursive: true });
        for (const isUntouched of [yes, undefined]) {
            writeFileSync(staged(), 'new');
            await assert.rejects(replaceFile(staged(), file(), { folder: of(yes), isUntouched }), {
                code: /^(EISDIR|ENOTEMPTY|EEXIST|EPERM|EACCES)$/,
            });
            assert.equal(existsSync(staged()), false);
        }
        for (const isUntouched of [no, cannotTell]) {
            writeFileSync(staged(), 'new');
            assert.equal(await replaceFile(staged(), file(), { folder: of(yes), isUntouched }), 'unknown');
            assert.equal(existsSync(staged()), false);
        }
    });
});
