import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipUnless } from '../../support/skips';
import { builtCommandLine, locksOf, runIn } from '../../support/commandLine';
import { heldByAlice, startIn, writeLocks } from '../support/commandLine';
import { root } from '../../support/root';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';

/** What only a process of its own shows: the other tests of the command line call it in theirs. */
describe('The built command line as a program', () => {
    let shop: TemporaryWorkspace;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    it('can be started by a shell', () => {
        assert.ok(readFileSync(builtCommandLine(), 'utf8').startsWith('#!/usr/bin/env node\n'));
    });

    it('prints its version with --version', () => {
        const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
        assert.deepEqual(runIn(shop.folder, ['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
    });

    it('works in its current folder, and exits with 0 when all is done, in UTF-8', () => {
        assert.deepEqual(runIn(shop.folder, ['check-out', 'job13/Größe 40/op1.VNC', '--user', 'Jörg']), {
            code: 0,
            stdout: 'Checked out job13/Größe 40/op1.VNC.\n',
            stderr: '',
        });
        assert.match(locksOf(shop.folder), /"user": "J\\u00f6rg"/);
    });

    it('exits with 1 when a file is refused, and says so on stderr', () => {
        writeLocks(shop.folder, heldByAlice('4801247.vnc'));
        const { code, stdout, stderr } = runIn(shop.folder, [
            'check-out',
            '4801247.mcam',
            '4801247.vnc',
            '--user',
            'Bob',
        ]);
        assert.deepEqual([code, stdout], [1, 'Checked out 4801247.mcam.\n']);
        assert.match(stderr, /^4801247\.vnc has been checked out by Alice on CAM-07 for 2 h/);
    });

    it('exits with 2 when it cannot run', () => {
        const { code, stdout, stderr } = runIn(shop.folder, ['steal', '4801247.mcam']);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /^Unknown command: steal\./);
    });

    it('exits with 2 when its answer cannot be written', function () {
        skipUnless(this, 'fullDevice');
        const full = openSync('/dev/full', 'w');
        const args = [builtCommandLine(), 'list'];
        const { status, stderr } = spawnSync(process.execPath, args, {
            cwd: shop.folder,
            stdio: ['ignore', full, 'pipe'],
            encoding: 'utf8',
        });
        closeSync(full);
        assert.equal(status, 2);
        assert.match(stderr, /^The output could not be written: .*ENOSPC.*\.\n$/);
    });

    it('exits quietly when its reader closes the pipe early', async () => {
        const child = startIn(shop.folder, ['list', '--json']);
        child.stdout?.destroy();
        let stderr = '';
        child.stderr?.on('data', (text) => (stderr += String(text)));
        const [code] = (await once(child, 'close')) as [number | null];
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });

    it('works in a current folder that was removed', function () {
        skipUnless(this, 'removedWorkingFolder');
        const gone = join(shop.folder, 'gone');
        mkdirSync(gone);
        const inGone = (...args: string[]) =>
            spawnSync('sh', ['-c', 'rmdir "$PWD"; exec "$0" "$@"', process.execPath, builtCommandLine(), ...args], {
                cwd: gone,
                encoding: 'utf8',
            });
        const done = inGone('check-out', '4801247.mcam', '--root', shop.folder);
        assert.deepEqual([done.status, done.stdout, done.stderr], [0, 'Checked out 4801247.mcam.\n', '']);
        mkdirSync(gone);
        const lost = inGone('list');
        assert.deepEqual([lost.status, lost.stdout], [2, '']);
        assert.match(lost.stderr, /current folder no longer exists/);
    });
});
