import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { replaceFile, type LeasedFolder } from '../../../src/core/disk/replaceFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('replaceFile', () => {
    const folder = temporaryFolder();
    const prepared = (): string => path.join(folder(), 'prepared');
    const file = (): string => path.join(folder(), 'x.json');
    const yes = async (): Promise<boolean> => true;
    const no = async (): Promise<boolean> => false;
    const cannotTell = async (): Promise<boolean> => {
        throw Object.assign(new Error('the share is away'), { code: 'EIO' });
    };

    const of = (isOurs: () => Promise<boolean>): LeasedFolder => ({ isLate: false, isOurs });

    it('puts a file in the place of another', async () => {
        writeFileSync(file(), 'old');
        writeFileSync(prepared(), 'new');
        assert.equal(await replaceFile(prepared(), file(), { folder: of(yes), isUntouched: yes }), 'replaced');
        assert.equal(readFileSync(file(), 'utf8'), 'new');
        assert.equal(existsSync(prepared()), false);
    });

    it('knows why the prepared file is gone: because it was renamed, as long as its folder is ours', async () => {
        for (const [isOurs, became] of [
            [yes, 'replaced'],
            [no, 'untouched'],
            [cannotTell, 'unknown'],
        ] as const) {
            assert.equal(await replaceFile(prepared(), file(), { folder: of(isOurs) }), became);
        }
        await assert.rejects(replaceFile(prepared(), file(), {}), { code: 'ENOENT' });
    });

    it('does not take for renamed what was removed while the other file stayed as it was, or might have', async () => {
        writeFileSync(file(), 'old');
        for (const [isUntouched, became] of [
            [no, 'replaced'],
            [yes, 'unknown'],
            [cannotTell, 'unknown'],
        ] as const) {
            assert.equal(await replaceFile(prepared(), file(), { folder: of(yes), isUntouched }), became);
        }
        const isUntouched = async (): Promise<boolean> => readFileSync(file(), 'utf8') === 'old';
        assert.equal(await replaceFile(prepared(), file(), { folder: of(yes), isUntouched, isNew: true }), 'unknown');
        assert.equal(readFileSync(file(), 'utf8'), 'old');
    });

    it('says that nothing was replaced only when the file is as it was, and leaves nothing behind', async () => {
        mkdirSync(path.join(file(), 'in the way'), { recursive: true });
        for (const isUntouched of [yes, undefined]) {
            writeFileSync(prepared(), 'new');
            await assert.rejects(replaceFile(prepared(), file(), { folder: of(yes), isUntouched }), {
                code: /^(EISDIR|ENOTEMPTY|EEXIST|EPERM|EACCES)$/,
            });
            assert.equal(existsSync(prepared()), false);
        }
        for (const isUntouched of [no, cannotTell]) {
            writeFileSync(prepared(), 'new');
            assert.equal(await replaceFile(prepared(), file(), { folder: of(yes), isUntouched }), 'unknown');
            assert.equal(existsSync(prepared()), false);
        }
    });
});
