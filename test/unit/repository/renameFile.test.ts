import * as assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { moveToFreeName } from '../../../src/core/disk/moveToFreeName';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { LocksFile } from '../../../src/core/locks/locksFile';
import type { Outcome } from '../../../src/core/locks/rules';
import type { Failpoint } from '../../../src/core/mutex/failpoints';
import { Repository } from '../../../src/core/repository/repository';
import { VersionStore } from '../../../src/core/revisions/versionStore';
import { skipUnless } from '../../support/skips';
import { openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A rename', () => {
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const onDisk = (file: string): string => path.join(root(), file);
    let bob: Repository;

    beforeEach(async () => {
        mkdirSync(onDisk('job'), { recursive: true });
        for (const name of ['a.vnc', 'free.vnc', 'job/x.vnc']) writeFileSync(onDisk(name), `G1 (${name})\n`);
        bob = openRepository(folder(), 'Bob').repository;
        await bob.refresh();
    });

    const held = (repository: Repository): string[] => repository.snapshot.held().map(({ path: file }) => file);
    const code = ({ refusal }: Outcome): string | undefined => refusal?.code;

    it('takes the lock along, and the history and the version at check-out find the file again', async () => {
        const [checkedOut] = await bob.checkOut(['a.vnc'], 'Feed');
        const versions = new VersionStore(path.join(folder(), 'private'));
        const key = { root: root(), path: 'a.vnc', timestamp: checkedOut!.lock!.timestamp };
        await versions.note(key, statSync(onDisk('a.vnc')));
        const outcome = await bob.rename('A.VNC', 'job/B.vnc');
        assert.deepEqual([outcome.from, outcome.path, outcome.lock], ['a.vnc', 'job/B.vnc', checkedOut!.lock]);
        assert.deepEqual(held(bob), ['job/B.vnc']);
        assert.equal(bob.snapshot.file('job/B.vnc')?.missing, false);
        assert.equal(readFileSync(onDisk('job/B.vnc'), 'utf8'), 'G1 (a.vnc)\n');
        assert.equal(existsSync(onDisk('a.vnc')), false);

        await versions.rename(key, 'job/B.vnc');
        assert.equal(await versions.compare({ ...key, path: 'job/B.vnc' }, onDisk('job/B.vnc')), 'unchanged');
        assert.equal(await versions.version(key), undefined);

        await bob.checkIn(['job/B.vnc']);
        const { events } = await bob.history({ file: 'job/b.vnc' });
        assert.deepEqual(
            events.map(({ action, file, from }) => [action, file, from]),
            [
                ['check-in', 'job/B.vnc', undefined],
                ['rename', 'job/B.vnc', 'a.vnc'],
                ['check-out', 'a.vnc', undefined],
            ],
        );
        assert.deepEqual(events[0]?.before, events[2]?.after, 'The content at check-out is known after a rename.');
        assert.equal((await bob.history({ file: 'a.vnc' })).events[0]?.action, 'rename');
    });

    it('refuses what somebody else has, a name that is taken, and a path outside or of another kind', async () => {
        await openRepository(folder(), 'Al').repository.checkOut(['a.vnc'], '');
        assert.equal(code(await bob.rename('a.vnc', 'b.vnc')), 'heldByOther');
        assert.equal(code(await bob.rename('free.vnc', 'A.vnc')), 'nameTaken');
        assert.equal(code(await bob.rename('gone.vnc', 'b.vnc')), 'fileMissing');
        assert.equal(code(await bob.rename('free.vnc', 'none/b.vnc')), 'folderMissing');
        assert.equal(code(await bob.rename('free.vnc', '../b.vnc')), 'outsideRepository');
        assert.equal(code(await bob.rename('free.vnc', 'free.txt')), 'extensionNotAllowed');
        rmSync(onDisk('a.vnc'));
        assert.equal(code(await bob.rename('free.vnc', 'a.vnc')), 'heldByOther', 'Its holder has it, missing or not.');
        assert.deepEqual(held(bob), ['a.vnc']);
        assert.equal(readFileSync(onDisk('free.vnc'), 'utf8'), 'G1 (free.vnc)\n');
    });

    it('never goes through a link', async function () {
        skipUnless(this, 'links');
        mkdirSync(path.join(folder(), 'elsewhere'));
        await bob.checkOut(['a.vnc'], '');
        const late = repositoryWith('beforeLook', () => {
            rmSync(onDisk('job'), { recursive: true });
            symlinkSync(path.join(folder(), 'elsewhere'), onDisk('job'));
        });
        await assert.rejects(late.rename('a.vnc', 'job/b.vnc'), ({ message }: Error) =>
            /because a link took/.test(message),
        );
        assert.equal(existsSync(path.join(folder(), 'elsewhere', 'b.vnc')), false);
        assert.equal(existsSync(onDisk('a.vnc')), true);
    });

    it('does not replace a file that appears in the last moment', async () => {
        await assert.rejects(
            moveToFreeName(onDisk('a.vnc'), onDisk('free.vnc')),
            (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
        );
        assert.equal(readFileSync(onDisk('free.vnc'), 'utf8'), 'G1 (free.vnc)\n');
        linkSync(onDisk('a.vnc'), onDisk('second.vnc'));
        await moveToFreeName(onDisk('a.vnc'), onDisk('c.vnc'));
        assert.equal(readFileSync(onDisk('c.vnc'), 'utf8'), 'G1 (a.vnc)\n');
    });

    it('gives the file its old name back when the new locks cannot be put in force', async () => {
        await bob.checkOut(['a.vnc'], '');
        const stopped = repositoryWith('beforeRename', () => {
            assert.equal(existsSync(onDisk('b.vnc')), true);
            throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', errno: -28 });
        });
        await assert.rejects(stopped.rename('a.vnc', 'b.vnc'));
        assert.deepEqual([existsSync(onDisk('a.vnc')), existsSync(onDisk('b.vnc'))], [true, false]);
        await bob.refresh();
        assert.deepEqual(held(bob), ['a.vnc']);
    });

    it('that was made already takes everybody’s locks along, and tells the history once for a folder', async () => {
        await openRepository(folder(), 'Al').repository.checkOut(['job/x.vnc'], '');
        const outcomes = await bob.followRename({ from: 'job', to: 'old job' });
        assert.deepEqual(
            outcomes.map(({ from, path: file, lock }) => [from, file, lock?.user]),
            [['job/x.vnc', 'old job/x.vnc', 'Al']],
        );
        const { events } = await bob.history({ file: 'old job/x.vnc' });
        assert.deepEqual(
            events.map(({ action, user, from, file }) => [action, user, from, file]),
            [
                ['rename', 'Bob', 'job', 'old job'],
                ['check-out', 'Al', undefined, 'job/x.vnc'],
            ],
        );
    });

    function repositoryWith(moment: Failpoint, act: () => void): Repository {
        const atFailpoint = (at: Failpoint): void => {
            if (at === moment) act();
        };
        const owner = { user: 'Bob', host: 'PC' };
        const file = new LocksFile(path.join(folder(), 'locks.json'), { owner, timeout: 60_000, atFailpoint });
        const options = { root: root(), extensions: new Set(['.mcam', '.vnc']), ...owner };
        return new Repository(options, new FileLockStore(file));
    }
});
