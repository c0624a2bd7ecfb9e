import * as assert from 'node:assert/strict';
import {
    existsSync,
    linkSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
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
    const code = ([outcome]: readonly Outcome[]): string | undefined => outcome?.refusal?.code;

    it('takes the lock along, and the history and the version at check-out find the file again', async () => {
        const [checkedOut] = await bob.checkOut(['a.vnc'], 'Feed');
        const versions = new VersionStore(path.join(folder(), 'private'));
        const key = { root: root(), path: 'a.vnc', timestamp: checkedOut!.lock!.timestamp };
        await versions.note(key, statSync(onDisk('a.vnc')));
        const outcomes = await bob.rename('A.VNC', 'job/B.vnc');
        assert.deepEqual(
            outcomes.map(({ from, path: file, lock }) => [from, file, lock]),
            [['a.vnc', 'job/B.vnc', checkedOut!.lock]],
        );
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
        for (const name of ['nul.vnc', '._a.vnc', '~$a.mcam']) {
            const refused = code(await bob.rename('free.vnc', name));
            assert.ok(refused === 'unusableName' || refused === 'outsideRepository', `${name}: ${refused}`);
        }
        rmSync(onDisk('a.vnc'));
        assert.equal(code(await bob.rename('free.vnc', 'a.vnc')), 'heldByOther', 'Its holder has it, missing or not.');
        assert.deepEqual(held(bob), ['a.vnc']);
        assert.equal(readFileSync(onDisk('free.vnc'), 'utf8'), 'G1 (free.vnc)\n');
    });

    describe('of a folder', () => {
        const outcomesOf = (outcomes: readonly Outcome[]): unknown[] =>
            outcomes.map(({ from, path: file, lock, refusal }) => [from, file, lock?.user ?? refusal?.code]);

        it('takes every check-out below it along, in one transaction and one line of the history', async () => {
            mkdirSync(onDisk('job/sub'));
            writeFileSync(onDisk('job/sub/y.mcam'), 'Y');
            await bob.checkOut(['job/x.vnc', 'job/sub/y.mcam', 'a.vnc'], '');
            await bob.lookEverywhere();
            assert.deepEqual(outcomesOf(await bob.rename('JOB', 'Job 12')), [
                ['job', 'Job 12', ''],
                ['job/x.vnc', 'Job 12/x.vnc', 'Bob'],
                ['job/sub/y.mcam', 'Job 12/sub/y.mcam', 'Bob'],
            ]);
            assert.deepEqual(held(bob), ['Job 12/x.vnc', 'Job 12/sub/y.mcam', 'a.vnc']);
            assert.equal(readFileSync(onDisk('Job 12/sub/y.mcam'), 'utf8'), 'Y');
            const shown = (): string[] => bob.snapshot.files().map(({ path: file }) => file);
            assert.deepEqual(shown().sort(), ['a.vnc', 'free.vnc'], 'Nothing is shown under the old name.');
            await bob.lookFurther();
            assert.deepEqual(shown().sort(), ['Job 12/sub/y.mcam', 'Job 12/x.vnc', 'a.vnc', 'free.vnc']);
            await bob.checkIn(['Job 12/x.vnc']);
            const { events } = await bob.history({ file: 'Job 12/x.vnc' });
            assert.deepEqual(
                events.map(({ action, file, from }) => [action, file, from]),
                [
                    ['check-in', 'Job 12/x.vnc', undefined],
                    ['rename', 'Job 12', 'job'],
                    ['check-out', 'job/x.vnc', undefined],
                ],
            );
        });

        it('moves one that nobody has anything of into another folder, and tells the history', async () => {
            mkdirSync(onDisk('Old'));
            assert.deepEqual(outcomesOf(await bob.rename('job', 'old/job')), [['job', 'Old/job', '']]);
            assert.equal(readFileSync(onDisk('Old/job/x.vnc'), 'utf8'), 'G1 (job/x.vnc)\n');
            const [event] = (await bob.history({ file: 'old/job/x.vnc' })).events;
            assert.deepEqual([event?.action, event?.from, event?.file], ['rename', 'job', 'Old/job']);
        });

        it('changes only the case of its name, and that of the keys', async function () {
            skipUnless(this, 'caseRenames');
            await bob.checkOut(['job/x.vnc'], '');
            await bob.rename('job', 'JOB');
            assert.deepEqual(held(bob), ['JOB/x.vnc']);
            assert.deepEqual(
                readdirSync(root()).filter((name) => /job/i.test(name)),
                ['JOB'],
            );
        });

        it('refuses where somebody else has a file below it, and says who', async () => {
            await openRepository(folder(), 'Al').repository.checkOut(['job/x.vnc'], 'New jaws');
            writeFileSync(onDisk('job/mine.vnc'), '');
            await bob.checkOut(['job/mine.vnc'], '');
            const outcomes = await bob.rename('job', 'new');
            assert.deepEqual(outcomesOf(outcomes), [
                [undefined, 'job/x.vnc', 'heldByOther'],
                [undefined, 'job/mine.vnc', 'notTogether'],
            ]);
            assert.match(outcomes[0]?.refusal?.message ?? '', /^job\/x\.vnc .* Al on PC.*New jaws/);
            assert.deepEqual([existsSync(onDisk('job')), existsSync(onDisk('new'))], [true, false]);
        });

        it('refuses where a free file would come to lie under a name that somebody else still has', async () => {
            mkdirSync(onDisk('gone'));
            writeFileSync(onDisk('gone/x.vnc'), '');
            await openRepository(folder(), 'Al').repository.checkOut(['gone/x.vnc'], '');
            rmSync(onDisk('gone'), { recursive: true });
            assert.deepEqual(outcomesOf(await bob.rename('job', 'gone')), [[undefined, 'job', 'heldByOther']]);
            assert.equal(existsSync(onDisk('gone')), false);
        });

        it('refuses a name that is taken, itself, and one that no folder of the repository has', async () => {
            mkdirSync(onDisk('empty'));
            for (const [to, expected] of [
                ['empty', 'nameTaken'],
                ['A.VNC', 'nameTaken'],
                ['job', 'nameTaken'],
                ['job/sub', 'folderIntoItself'],
                ['none/job', 'folderMissing'],
                ['../job', 'outsideRepository'],
                ['.job', 'unusableName'],
                ['locks.revisions', 'unusableName'],
            ] as const) {
                assert.equal(code(await bob.rename('job', to)), expected, to);
            }
            assert.equal(code(await bob.rename('no job', 'new')), 'fileMissing');
            assert.deepEqual([existsSync(onDisk('job/x.vnc')), existsSync(onDisk('empty'))], [true, true]);
        });

        it('refuses the folder in which the locks file lies', async () => {
            const locksFile = onDisk('job/locks.json');
            const { repository } = openRepository(folder(), 'Bob', locksFile);
            await repository.checkOut(['a.vnc'], '');
            const outcomes = await repository.rename('job', 'new');
            assert.equal(code(outcomes), 'holdsLocksFile');
            assert.equal(existsSync(locksFile), true);
        });

        it('does not replace what appears in the last moment', async () => {
            await bob.checkOut(['job/x.vnc'], '');
            for (const appear of [
                () => writeFileSync(onDisk('new'), 'NEW'),
                () => mkdirSync(onDisk('new/full'), { recursive: true }),
            ]) {
                const late = repositoryWith('beforeLook', appear);
                await assert.rejects(late.rename('job', 'new'), /there is something of that name already/);
                assert.equal(existsSync(onDisk('job/x.vnc')), true);
                rmSync(onDisk('new'), { recursive: true });
            }
        });

        it('gives it its old name back when the new locks cannot be put in force', async () => {
            await bob.checkOut(['job/x.vnc'], '');
            const stopped = repositoryWith('beforeRename', () => {
                assert.equal(existsSync(onDisk('new/x.vnc')), true);
                throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', errno: -28 });
            });
            await assert.rejects(stopped.rename('job', 'new'));
            assert.deepEqual([existsSync(onDisk('job/x.vnc')), existsSync(onDisk('new'))], [true, false]);
            await bob.refresh();
            assert.deepEqual(held(bob), ['job/x.vnc']);
        });

        it('never goes through a link', async function () {
            skipUnless(this, 'links');
            symlinkSync(onDisk('job'), onDisk('link'));
            assert.equal(code(await bob.rename('link', 'new')), 'outsideRepository');
            mkdirSync(path.join(folder(), 'elsewhere'));
            await bob.checkOut(['job/x.vnc'], '');
            const late = repositoryWith('beforeLook', () => {
                rmSync(onDisk('job'), { recursive: true });
                symlinkSync(path.join(folder(), 'elsewhere'), onDisk('job'));
            });
            await assert.rejects(late.rename('job', 'new'), /because a link took/);
            assert.equal(existsSync(onDisk('new')), false);
        });
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

    it('says who has the file, where somebody took it over and renamed it back before the locks were changed', async () => {
        await bob.checkOut(['a.vnc'], '');
        let isDone = false;
        const slow = repositoryWith('beforeRename', () => {
            if (isDone) return;
            isDone = true;
            renameSync(onDisk('b.vnc'), onDisk('a.vnc'));
            rmSync(path.join(folder(), 'locks.json.lock'), { recursive: true });
            writeFileSync(path.join(folder(), 'locks.json'), '{"a.vnc": {"user": "Al"}}');
        });
        assert.equal(code(await slow.rename('a.vnc', 'b.vnc')), 'heldByOther');
        assert.deepEqual([existsSync(onDisk('a.vnc')), existsSync(onDisk('b.vnc'))], [true, false]);
    });

    it('does not take the file away from somebody who checked it out under its new name before the locks were changed', async () => {
        await bob.checkOut(['a.vnc'], '');
        const take = (text: string): void => {
            rmSync(path.join(folder(), 'locks.json.lock'), { recursive: true });
            writeFileSync(path.join(folder(), 'locks.json'), text);
        };
        for (const [text, end] of [
            [
                '{"a.vnc": {"user": "Bob"}, "b.vnc": {"user": "Al"}}',
                /renamed to b\.vnc.*could not get its old name back.*Al/,
            ],
            [
                '{"a.vnc": {"user": "Eve"}, "b.vnc": {"user": "Bob"}}',
                /renamed to b\.vnc.*could not get its old name back/,
            ],
        ] as const) {
            let isDone = false;
            const slow = repositoryWith('beforeRename', () => {
                if (!isDone) take(text);
                isDone = true;
            });
            await assert.rejects(slow.rename('a.vnc', 'b.vnc'), ({ message }: Error) => end.test(message));
            assert.deepEqual([existsSync(onDisk('a.vnc')), existsSync(onDisk('b.vnc'))], [false, true]);
            renameSync(onDisk('b.vnc'), onDisk('a.vnc'));
            writeFileSync(path.join(folder(), 'locks.json'), '{"a.vnc": {"user": "Bob"}}');
        }
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
