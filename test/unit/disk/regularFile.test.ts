import * as assert from 'node:assert/strict';
import { constants, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { NotReadable, openRegular, READING, readRegular, withRegular } from '../../../src/core/disk/regularFile';
import { skipUnless } from '../../support/skips';
import { isOpen } from '../support/openFiles';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A regular file', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'a.vnc');

    it('is read whole, or as much of its beginning as is wanted', async () => {
        writeFileSync(file(), 'G0 X1\n');
        assert.equal((await readRegular(file(), 6)).toString(), 'G0 X1\n');
        assert.equal((await readRegular(file(), Infinity, 2)).toString(), 'G0');
        assert.equal((await readRegular(file(), Infinity, 100)).toString(), 'G0 X1\n');
        assert.equal(await withRegular(file(), async ({ stats }) => stats.size), 6);
    });

    it('is not read where it is larger than is wanted', async () => {
        writeFileSync(file(), 'x'.repeat(3 * 2 ** 20));
        const reason = 'it is larger than 2 MB';
        await assert.rejects(readRegular(file(), 2.5 * 2 ** 20), { code: 'EISDIR', message: reason });
        await assert.rejects(readRegular(file(), 2.5 * 2 ** 20, 1), { code: 'EISDIR', message: reason });
    });

    it('is no folder: that is told as a system tells it, with a reason', async () => {
        mkdirSync(file());
        await assert.rejects(readRegular(file(), Infinity), {
            code: /^(EISDIR|EPERM|EACCES)$/,
            message: /it is a folder and not a file/,
        });
        await assert.rejects(readRegular(path.join(folder(), 'gone'), Infinity), {
            code: 'ENOENT',
            message: /^ENOENT: no such file/,
        });
    });

    it('is closed once it was read', async function () {
        skipUnless(this, 'systemInFiles');
        writeFileSync(file(), 'M30\n');
        await readRegular(file(), Infinity);
        assert.equal(isOpen(file()), false);
    });

    it('that may not be written to is said to be read-only, and can be read', async function () {
        skipUnless(this, 'systemInFiles');
        const ofSystem = '/sys/devices/system/cpu/possible';
        for (const flags of [constants.O_RDWR, constants.O_WRONLY]) {
            await assert.rejects(openRegular(ofSystem, flags | constants.O_NONBLOCK), { message: 'it is read-only' });
        }
        await withRegular(ofSystem, async ({ stats }) => assert.equal(stats.size, 4096));
    });

    it('is no link where none is to be followed', async function () {
        skipUnless(this, 'links');
        writeFileSync(file(), 'M30\n');
        const link = path.join(folder(), 'link.vnc');
        symlinkSync(file(), link);
        assert.equal((await readRegular(link, Infinity)).toString(), 'M30\n');
        await assert.rejects(openRegular(link, READING | constants.O_NOFOLLOW), {
            code: 'ELOOP',
            message: 'it is a symbolic link',
        });
        symlinkSync('/dev/zero', path.join(folder(), 'zero'));
        await assert.rejects(readRegular(path.join(folder(), 'zero'), Infinity), NotReadable);
    });
});
