import * as assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { FileStamp } from '../../../src/core/disk/fileStamp';
import { readText } from '../../../src/core/disk/readFile';
import { skipBecause } from '../../faults/support/skip';
import { temporaryFolder } from '../support/temporaryFolder';

describe('readText', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'x.json');

    it('reads text, stamp and mode, and undefined where there is no file', async () => {
        assert.equal(await readText(file(), 100), undefined);
        writeFileSync(file(), 'é');
        const read = await readText(file(), 100);
        assert.equal(read?.text, 'é');
        assert.deepEqual(read.stamp, FileStamp.of(statSync(file(), { bigint: true })));
    });

    it('gives no text for bytes that are not UTF-8', async () => {
        const bytes = Buffer.from([0x22, 0xfc, 0x22]);
        writeFileSync(file(), bytes);
        const read = await readText(file(), 100);
        assert.equal(read?.text, undefined);
        assert.deepEqual(read?.bytes, bytes);
    });

    it('reads no more of a file than is wanted', async () => {
        writeFileSync(file(), 'x'.repeat(100));
        assert.equal((await readText(file(), 100))?.text?.length, 100);
        const read = await readText(file(), 99);
        assert.deepEqual([read?.bytes, read?.text], [undefined, undefined]);
        assert.deepEqual(read?.stamp, FileStamp.of(statSync(file(), { bigint: true })));
    });

    it('does not wait for what is no file', async function () {
        mkdirSync(file());
        await assert.rejects(readText(file(), 100), /EISDIR|EPERM|it is not a file/);
        rmSync(file(), { recursive: true });
        if (spawnSync('mkfifo', [file()]).status !== 0) skipBecause(this, 'no pipe can be made here');
        await assert.rejects(readText(file(), 100), /it is not a file/);
    });
});
