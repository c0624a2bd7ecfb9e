import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
    chmodSync,
    mkdirSync,
    readdirSync,
    renameSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { StagingFolder } from '../../../src/core/disk/stagingFolder';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

const HOUR_MS = 60 * 60_000;
const elsewhere = '00c0ffee';

describe('A staging folder', () => {
    const shop = temporaryFolder();
    const stem = (): string => path.join(shop(), 'locks.json');
    const names = (): string[] => readdirSync(shop()).sort();

    /** What stands for this computer in the names of the folders that are made here. */
    let here: string;

    beforeEach(async () => {
        const folder = await StagingFolder.create(stem());
        [, here = ''] = /\.staged\.([\da-f]{8})\./.exec(names()[0]!)!;
        await folder.remove();
    });

    /** What a process left. @param ageMs by the time of the server */
    function leave(computer: string, pid: number, ageMs: number): string {
        const name = `.locks.json.staged.${computer}.${pid}.${randomUUID()}`;
        const folder = path.join(shop(), name);
        mkdirSync(folder);
        writeFileSync(path.join(folder, 'A.vnc.12345678-1234-4234-8234-123456789abc.tmp'), 'G1 X0');
        const time = new Date(Date.now() - ageMs);
        utimesSync(folder, time, time);
        return name;
    }
    const ended = (): number => spawnSync(process.execPath, ['--version']).pid;

    it('is removed with what is in it, and found in the folder of the locks', async () => {
        const folder = await StagingFolder.create(stem());
        writeFileSync(folder.temporary('A.vnc'), 'G1');
        assert.equal(names().length, 1);
        await folder.remove();
        assert.deepEqual(names(), []);
    });

    it('is removed by the next process when its own is gone: at once here, after an hour elsewhere', async () => {
        leave(here, ended(), 0);
        leave(elsewhere, process.pid, 2 * HOUR_MS);
        const stay = [leave(here, process.pid, 2 * HOUR_MS), leave(elsewhere, ended(), HOUR_MS / 2)].sort();
        await StagingFolder.removeAbandoned(stem());
        assert.deepEqual(names(), stay);
    });

    it('keeps what is not ours, and is not looked for behind a link', async function () {
        skipUnless(this, 'links');
        const name = leave(here, ended(), 0);
        writeFileSync(path.join(shop(), name, 'letter.txt'), 'Dear Bob');
        const other = leave(here, ended(), 0);
        renameSync(path.join(shop(), other), path.join(shop(), 'elsewhere'));
        symlinkSync(path.join(shop(), 'elsewhere'), path.join(shop(), other));
        await StagingFolder.removeAbandoned(stem());
        assert.deepEqual(readdirSync(path.join(shop(), name)), ['letter.txt']);
        assert.equal(readdirSync(path.join(shop(), 'elsewhere')).length, 1);
    });

    it('can be removed by those who may remove what lies beside it, whatever the umask', async function () {
        skipUnless(this, 'modes');
        chmodSync(shop(), 0o775);
        const before = process.umask(0o077);
        try {
            await StagingFolder.create(stem());
        } finally {
            process.umask(before);
        }
        const [name] = names();
        assert.equal(statSync(path.join(shop(), name!)).mode & 0o777, 0o775);
    });
});
