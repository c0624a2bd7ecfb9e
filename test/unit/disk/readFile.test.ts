import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { FileStamp } from '../../../src/core/disk/fileStamp';
import { readStamp, readText, sameContent, type ReadText } from '../../../src/core/disk/readFile';
import { skipUnless } from '../../support/skips';
import { isOpen } from '../support/openFiles';
import { temporaryFolder } from '../support/temporaryFolder';

describe('readText', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'x.json');

    it('reads text and stamp, and returns undefined without a file', async () => {
        assert.equal(await readText(file(), 100), undefined);
        writeFileSync(file(), 'é');
        const read = await readText(file(), 100);
        assert.equal(read?.text, 'é');
        assert.deepEqual(read.stamp, FileStamp.of(statSync(file(), { bigint: true })));
    });

    it('returns bytes but no text when they are not UTF-8', async () => {
        const bytes = Buffer.from([0x22, 0xfc, 0x22]);
        writeFileSync(file(), bytes);
        const read = await readText(file(), 100);
        assert.equal(read?.text, undefined);
        assert.deepEqual(read?.bytes, bytes);
    });

    it('does not read a file that is larger than wanted', async () => {
        writeFileSync(file(), 'x'.repeat(100));
        assert.equal((await readText(file(), 100))?.text?.length, 100);
        const read = await readText(file(), 99);
        assert.deepEqual([read?.bytes, read?.text], [undefined, undefined]);
        assert.deepEqual(read?.stamp, FileStamp.of(statSync(file(), { bigint: true })));
    });

    it('reads to the end of a file that is longer or shorter than the disk says', async function () {
        skipUnless(this, 'systemInFiles');
        for (const [name, size] of [
            ['/proc/version', 0],
            ['/sys/devices/system/cpu/possible', 4096],
        ] as const) {
            const whole = readFileSync(name);
            assert.equal(statSync(name).size, size);
            assert.deepEqual((await readText(name, 5000))?.bytes, whole);
        }
        const { length } = readFileSync('/proc/version');
        assert.equal((await readText('/proc/version', length))?.bytes?.length, length);
        assert.equal((await readText('/proc/version', length - 1))?.bytes, undefined);
    });

    it('leaves no file open, so that it can be replaced on Windows', async function () {
        skipUnless(this, 'systemInFiles');
        writeFileSync(file(), 'é');
        await (
            await readText(file(), 100)
        )?.closed;
        await readStamp(file());
        assert.equal(isOpen(file()), false);
        rmSync(file());
        mkdirSync(file());
        await assert.rejects(readText(file(), 100), /it is a folder/);
        assert.equal(isOpen(file()), false);
    });

    it('refuses a folder, and does not wait for a pipe', async function () {
        mkdirSync(file());
        await assert.rejects(readText(file(), 100), /EISDIR|EPERM|it is a folder and not a file/);
        rmSync(file(), { recursive: true });
        skipUnless(this, 'pipes');
        assert.equal(spawnSync('mkfifo', [file()]).status, 0);
        await assert.rejects(readText(file(), 100), /it is a pipe and not a file/);
        rmSync(file());
        symlinkSync('/dev/zero', file());
        await assert.rejects(readText(file(), 100), /it is a device and not a file/);
        rmSync(file());
        symlinkSync(file(), file());
        await assert.rejects(readText(file(), 100), { code: 'ELOOP' }, 'That there is none would be another answer.');
    });

    it('gives the same stamp as a look at the open file, which is there or not', async () => {
        writeFileSync(file(), 'é');
        assert.deepEqual(await readStamp(file()), FileStamp.of(statSync(file(), { bigint: true })));
        rmSync(file());
        await assert.rejects(readStamp(file()), { code: 'ENOENT' });
    });

    it('tells whether a file has the content that it had, whatever its time', async () => {
        const read = async (content: string, largest = 10): Promise<ReadText | undefined> => {
            writeFileSync(file(), content);
            return readText(file(), largest);
        };
        const [one, again, other] = [await read('one'), await read('one'), await read('two')];
        assert.equal(sameContent(one, again), true);
        assert.equal(sameContent(one, other), false);
        assert.equal(sameContent(undefined, undefined), true);
        assert.deepEqual([sameContent(one, undefined), sameContent(undefined, one)], [false, false]);
        const large = await read('large', 1);
        assert.equal(sameContent(large, large), true);
        utimesSync(file(), 1, 1);
        assert.equal(sameContent(large, await readText(file(), 1)), false);
        assert.equal(sameContent(one, large), false);
    });
});
