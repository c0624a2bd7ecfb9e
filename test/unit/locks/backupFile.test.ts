import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { BackupFile } from '../../../src/core/locks/backupFile';
import { LocksErrors } from '../../../src/core/locks/locksErrors';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('BackupFile', () => {
    const folder = temporaryFolder();
    const lease = { temporary: (stem: string): string => path.join(folder(), `${stem}.tmp`) };
    const bytes = Buffer.from('{}');
    const rights = { mode: 0o640 };
    let warnings: string[] = [];

    function open(): BackupFile {
        warnings = [];
        const file = path.join(folder(), 'locks.json');
        return new BackupFile(file, new LocksErrors(file), (warning) => warnings.push(warning));
    }

    it('is missing until it was made, with what was about to be replaced', async () => {
        const backup = open();
        assert.equal(await backup.isMissing(), true);
        await backup.makeFirst(bytes, rights, lease);
        assert.equal(await backup.isMissing(), false);
        assert.deepEqual(readdirSync(folder()), ['locks.json.bak']);
        assert.equal(readFileSync(backup.file, 'utf8'), '{}');
    });

    it('follows a change that was made, and only that', async () => {
        const backup = open();
        writeFileSync(backup.file, 'before');
        await backup.follow(bytes, rights, lease, Promise.resolve(false));
        assert.equal(readFileSync(backup.file, 'utf8'), 'before');
        await backup.follow(bytes, rights, lease, Promise.resolve(true));
        assert.equal(readFileSync(backup.file, 'utf8'), '{}');
        assert.deepEqual([readdirSync(folder()), warnings], [['locks.json.bak'], []]);
    });

    it('is not made first over one that somebody else made meanwhile', async () => {
        const backup = open();
        writeFileSync(backup.file, 'theirs');
        await backup.makeFirst(bytes, rights, lease);
        assert.equal(readFileSync(backup.file, 'utf8'), 'theirs');
        assert.deepEqual(readdirSync(folder()), ['locks.json.bak']);
    });

    it('is as private as the locks file', async function () {
        skipUnless(this, 'modes');
        const backup = open();
        await backup.makeFirst(bytes, rights, lease);
        assert.equal(statSync(backup.file).mode & 0o777, 0o640);
        await backup.follow(bytes, { mode: 0o600 }, lease, Promise.resolve(true));
        assert.equal(statSync(backup.file).mode & 0o777, 0o600);
    });

    it('warns when it cannot follow a change that was made, and says nothing of one that was not', async () => {
        const backup = open();
        mkdirSync(path.join(backup.file, 'in the way'), { recursive: true });
        await backup.makeFirst(bytes, rights, lease);
        const nowhere = { temporary: (stem: string): string => path.join(folder(), 'gone', stem) };
        for (const broken of [lease, nowhere]) await backup.follow(bytes, rights, broken, Promise.resolve(false));
        assert.deepEqual(warnings, []);
        for (const broken of [lease, nowhere]) await backup.follow(bytes, rights, broken, Promise.resolve(true));
        assert.equal(warnings.length, 2);
        assert.match(
            warnings[0]!,
            /^The change was made, but the last good copy .*locks\.json\.bak could not be updated/,
        );
    });
});
