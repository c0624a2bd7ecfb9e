import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Outcome } from '../../../src/core/locks/rules';
import { skipUnless } from '../../support/skips';
import { addFiles, openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

describe('Repository', () => {
    const folder = temporaryFolder();
    const codes = (outcomes: readonly Outcome[]): (string | undefined)[] =>
        outcomes.map(({ refusal }) => refusal?.code);

    async function opened(user = 'Bob', everywhere = true) {
        const view = openRepository(folder(), user);
        await view.repository.refresh();
        if (everywhere) await view.repository.lookEverywhere();
        view.told();
        return view;
    }

    beforeEach(() => addFiles(folder(), 'a.vnc', 'b.mcam', 'job/c.vnc'));

    it('reads nothing before refresh, then is ready and says so once', async () => {
        const { repository, store, told } = openRepository(folder(), 'Bob');
        assert.deepEqual([repository.state.kind, store.asked], ['loading', { list: 0, mark: 0 }]);
        await repository.refresh();
        assert.equal(repository.state.kind, 'ready');
        assert.deepEqual(told(), [{ files: [], folders: [''], state: true }]);
        await repository.refresh();
        assert.deepEqual(told(), []);
    });

    it('tells of its own change once, and of nothing else', async () => {
        const { repository, told } = await opened();
        assert.deepEqual(codes(await repository.checkOut(['A.VNC', 'job/c.vnc'], 'new')), [undefined, undefined]);
        assert.deepEqual(told(), [{ files: ['a.vnc', 'job/c.vnc'], folders: [], state: false }]);
        await repository.poll();
        await repository.poll(true);
        await repository.refresh();
        assert.deepEqual(told(), []);
        assert.deepEqual(codes(await repository.checkIn(['a.vnc'])), [undefined]);
        assert.deepEqual(told(), [{ files: ['a.vnc'], folders: [], state: false }]);
        assert.deepEqual(
            repository.snapshot.heldByMe().map((file) => file.path),
            ['job/c.vnc'],
        );
    });

    it("tells of somebody else's change at the next poll", async () => {
        const [bob, alice] = [await opened('Bob'), await opened('Alice')];
        await alice.repository.checkOut(['a.vnc'], 'mine');
        await bob.repository.poll();
        assert.deepEqual(bob.told(), [{ files: ['a.vnc'], folders: [], state: false }]);
        assert.equal(bob.repository.snapshot.file('a.vnc')?.lock?.message, 'mine');
        assert.deepEqual(codes(await bob.repository.checkOut(['a.vnc', 'b.mcam'], '')), ['heldByOther', undefined]);
        assert.deepEqual(codes(await bob.repository.checkIn(['a.vnc'])), ['heldByOther']);
    });

    it('follows no link that was put in the place of a file or folder since it was listed', async function () {
        skipUnless(this, 'links');
        addFiles(folder(), '../elsewhere/c.vnc', '../elsewhere/secret.vnc');
        const { repository, locksFile } = await opened();
        assert.equal(await repository.openable('JOB/c.vnc'), path.join(folder(), 'repo', 'job', 'c.vnc'));
        rmSync(path.join(folder(), 'repo', 'job'), { recursive: true });
        symlinkSync('../elsewhere', path.join(folder(), 'repo', 'job'));
        rmSync(path.join(folder(), 'repo', 'a.vnc'));
        symlinkSync('../elsewhere/secret.vnc', path.join(folder(), 'repo', 'a.vnc'));
        for (const file of ['a.vnc', 'job/c.vnc']) assert.equal(await repository.openable(file), undefined);
        await repository.look('job');
        assert.equal(
            repository.snapshot.folder('job')?.unreadable,
            'The folder job is a link now, and links are not followed.',
        );
        const wanted = ['a.vnc', 'job/c.vnc', 'job/secret.vnc', 'b.mcam'];
        assert.deepEqual(codes(await repository.checkOut(wanted, '')), [
            'fileMissing',
            'fileMissing',
            'fileMissing',
            undefined,
        ]);
        assert.deepEqual(Object.keys(JSON.parse(readFileSync(locksFile, 'utf8')) as object), ['b.mcam']);
        await repository.refresh();
        assert.equal(repository.snapshot.folder('job'), undefined);
    });

    it('opens what came into a folder that nobody looked at, and nothing that only a lock names', async () => {
        addFiles(folder(), 'job/setup.exe', 'job/new.vnc');
        writeFileSync(
            path.join(folder(), 'locks.json'),
            '{"job/setup.exe": {"user": "Bob"}, "../x.vnc": {"user": "Bob"}}',
        );
        const { repository } = await opened('Bob', false);
        assert.equal(await repository.openable('job/new.vnc'), path.join(folder(), 'repo', 'job', 'new.vnc'));
        for (const file of ['job/setup.exe', '../x.vnc', 'gone.vnc', '']) {
            assert.equal(await repository.openable(file), undefined, file);
        }
    });

    it('checks out a file of a folder that nobody looked at, one that came since, and none that is gone', async () => {
        const { repository } = await opened('Bob', false);
        addFiles(folder(), 'job/new.vnc');
        rmSync(path.join(folder(), 'repo', 'a.vnc'));
        const wanted = ['Job/C.vnc', 'job/new.vnc', 'a.vnc', '../locks.json', 'no/such.vnc'];
        assert.deepEqual(codes(await repository.checkOut(wanted, '')), [
            undefined,
            undefined,
            'fileMissing',
            'outsideRepository',
            'fileMissing',
        ]);
        assert.deepEqual(
            repository.snapshot.held().map((file) => file.path),
            ['job/c.vnc', 'job/new.vnc'],
        );
    });

    for (const [what, change, code] of [
        ['still there', () => undefined, undefined],
        ['gone', (many) => rmSync(path.join(many, '7.vnc')), 'fileMissing'],
        ['renamed', (many) => renameSync(path.join(many, '7.vnc'), path.join(many, 'seven.vnc')), 'fileMissing'],
        [
            'a folder now',
            (many) => {
                rmSync(path.join(many, '7.vnc'));
                mkdirSync(path.join(many, '7.vnc'));
            },
            'fileMissing',
        ],
        [
            'a link now',
            (many) => {
                rmSync(path.join(many, '7.vnc'));
                symlinkSync('8.vnc', path.join(many, '7.vnc'));
            },
            'fileMissing',
        ],
        [
            'behind a link now',
            (many) => {
                renameSync(many, `${many}-elsewhere`);
                symlinkSync(`${many}-elsewhere`, many);
            },
            'fileMissing',
        ],
    ] as readonly (readonly [string, (many: string) => void, string | undefined])[]) {
        it(`checks out one of very many files that is ${what} as one of a few`, async function () {
            if (what.includes('link')) skipUnless(this, 'links');
            addFiles(folder(), ...Array.from({ length: 150 }, (_, index) => `many/${index}.vnc`));
            const { repository } = await opened();
            change(path.join(folder(), 'repo', 'many'));
            assert.deepEqual(codes(await repository.checkOut(['many/7.VNC'], '')), [code]);
        });
    }

    it('does not read a folder of very many files to check out one that it knows', async () => {
        addFiles(folder(), ...Array.from({ length: 150 }, (_, index) => `many/${index}.vnc`));
        const { repository } = await opened();
        const { listings } = repository.snapshot;
        addFiles(folder(), 'many/new.vnc');
        assert.deepEqual(codes(await repository.checkOut(['many/7.vnc'], '')), [undefined]);
        assert.equal(repository.snapshot.listings.get('many'), listings.get('many'));
    });

    it('lets the holder check in a file that has vanished', async () => {
        const { repository, told } = await opened();
        await repository.checkOut(['job/c.vnc'], '');
        rmSync(path.join(folder(), 'repo', 'job'), { recursive: true });
        await repository.refresh();
        assert.equal(repository.snapshot.file('job/c.vnc')?.missing, true);
        told();
        assert.deepEqual(codes(await repository.checkIn(['job/c.vnc'])), [undefined]);
        assert.deepEqual(told(), [{ files: ['job/c.vnc'], folders: [''], state: false }]);
    });

    it('tells of files that come and go in the folders that are open', async () => {
        const { repository, told } = await opened();
        addFiles(folder(), 'job/d.vnc');
        await repository.look('job');
        assert.deepEqual(told(), [{ files: [], folders: ['job'], state: false }]);
        rmSync(path.join(folder(), 'repo', 'job'), { recursive: true });
        await repository.refresh();
        assert.deepEqual(told(), [{ files: [], folders: ['', 'job'], state: false }]);
    });

    it('lists again what was looked at, and what could not be read; nothing else', async () => {
        const { repository } = await opened('Bob', false);
        addFiles(folder(), 'new.vnc', 'job/new.vnc');
        await repository.refresh();
        assert.deepEqual([...repository.snapshot.listings.keys()], ['']);
        assert.equal(repository.snapshot.locate('new.vnc'), 'new.vnc');
        await repository.lookFurther();
        assert.equal(repository.snapshot.locate('job/new.vnc'), 'job/new.vnc');
        rmSync(path.join(folder(), 'repo', 'job'), { recursive: true });
        await repository.look('job');
        assert.equal(repository.snapshot.folder('job')?.unreadable, 'The folder job is gone.');
        addFiles(folder(), 'job/again.vnc');
        await repository.refresh();
        assert.equal(repository.snapshot.locate('job/again.vnc'), 'job/again.vnc');
        assert.equal(repository.snapshot.folder('job')?.unreadable, undefined);
    });

    it('does not let a long walk undo what was looked at meanwhile', async () => {
        for (let job = 0; job < 300; job++) addFiles(folder(), `job-${job}/op1.vnc`);
        const { repository } = await opened();
        const walk = repository.lookEverywhere();
        await repository.look('job');
        addFiles(folder(), 'new.vnc');
        await repository.look('');
        await walk;
        assert.equal(repository.snapshot.locate('new.vnc'), 'new.vnc');
    });

    it('takes all of several files or none, in one transaction', async () => {
        const [bob, alice] = [await opened('Bob'), await opened('Alice')];
        await alice.repository.checkOut(['b.mcam'], 'mine');
        const wanted = ['a.vnc', 'b.mcam'];
        const refused = await bob.repository.checkOut(wanted, '', { allOrNone: true });
        assert.deepEqual(codes(refused), ['notTogether', 'heldByOther']);
        assert.deepEqual(bob.repository.snapshot.heldByMe(), []);
        await alice.repository.checkIn(['b.mcam']);
        const taken = await bob.repository.checkOut(wanted, '', { allOrNone: true });
        assert.deepEqual(codes(taken), [undefined, undefined]);
        assert.deepEqual(codes(await bob.repository.checkIn(wanted, { allOrNone: true })), [undefined, undefined]);
        assert.deepEqual(bob.repository.snapshot.held(), []);
    });

    it('leaves alone what was not begun when it is cancelled', async () => {
        const { repository } = await opened();
        assert.deepEqual(codes(await repository.checkOut(['a.vnc'], '', { signal: AbortSignal.abort() })), [
            'cancelled',
        ]);
        assert.deepEqual(codes(await repository.checkIn(['a.vnc'], { signal: AbortSignal.abort() })), ['cancelled']);
        assert.deepEqual(repository.snapshot.held(), []);
    });

    it('goes damaged and back, keeping what it knew', async () => {
        const { repository, locksFile, told } = await opened();
        await repository.checkOut(['a.vnc'], '');
        const good = readFileSync(locksFile);
        told();
        writeFileSync(locksFile, 'damaged');
        await repository.poll();
        assert.equal(repository.state.kind, 'damaged');
        await repository.poll();
        assert.deepEqual(told(), [{ files: [], folders: [], state: true }]);
        assert.equal(repository.snapshot.file('a.vnc')?.state, 'heldByMe');
        await assert.rejects(repository.checkIn(['a.vnc']), { code: 'locksFileDamaged' });
        assert.equal(readFileSync(locksFile, 'utf8'), 'damaged');
        writeFileSync(locksFile, good);
        await repository.poll();
        assert.equal(repository.state.kind, 'ready');
        assert.deepEqual(told(), [{ files: [], folders: [], state: true }]);
    });

    it('is missing when it never was there', async () => {
        rmSync(path.join(folder(), 'repo'), { recursive: true });
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        assert.ok(repository.state.kind === 'missing' && repository.state.error.message.includes(folder()));
        await assert.rejects(repository.checkOut(['a.vnc'], ''), { code: 'repositoryMissing' });
        await assert.rejects(repository.checkIn(['a.vnc']), { code: 'repositoryMissing' });
        addFiles(folder(), 'a.vnc');
        await repository.poll();
        assert.equal(repository.state.kind, 'ready');
    });

    for (const [what, gone] of [
        ['the whole share', ''],
        ['the repository with its locks file, its parent still there', 'share'],
        ['only what is in the mount point', 'empty'],
    ] as const) {
        it(`is unreachable, with the last known locks, while ${what} is gone`, async () => {
            const { repository, locksFile, told } = await opened();
            await repository.checkOut(['a.vnc', 'job/c.vnc'], '');
            const known = repository.snapshot.held();
            told();
            const away = `${folder()}-away`;
            const pieces = ['repo', 'locks.json', 'locks.json.bak'];
            const move = (from: string, to: string): void =>
                pieces.forEach((piece) => renameSync(path.join(from, piece), path.join(to, piece)));
            if (gone === '') renameSync(folder(), away);
            else {
                mkdirSync(away);
                move(folder(), away);
                if (gone === 'empty') mkdirSync(path.join(folder(), 'repo'));
            }
            for (const look of [() => repository.poll(), () => repository.refresh()]) {
                await look();
                assert.equal(repository.state.kind, 'unreachable');
                assert.deepEqual(repository.snapshot.held(), known);
            }
            await repository.look('');
            assert.deepEqual(repository.snapshot.files().length, 3);
            await assert.rejects(repository.checkOut(['b.mcam'], ''), { name: 'CheckoutError' });
            await assert.rejects(repository.checkIn(['a.vnc']), { name: 'CheckoutError' });
            if (gone === 'empty') rmSync(path.join(folder(), 'repo'), { recursive: true });
            if (gone === '') renameSync(away, folder());
            else {
                move(away, folder());
                rmSync(away, { recursive: true });
            }
            await repository.poll();
            assert.equal(repository.state.kind, 'ready');
            assert.deepEqual(repository.snapshot.held(), known);
            assert.ok(readFileSync(locksFile, 'utf8').includes('job/c.vnc'));
            assert.deepEqual(
                told().filter((change) => change.files.length > 0 || change.folders.length > 0),
                [],
            );
        });
    }

    it('is empty, and not unreachable, when everything was removed on purpose', async () => {
        const { repository, locksFile } = await opened();
        await repository.checkOut(['a.vnc', 'job/c.vnc'], '');
        for (const name of readdirSync(repository.options.root)) {
            rmSync(path.join(repository.options.root, name), { recursive: true });
        }
        for (const file of [locksFile, `${locksFile}.bak`]) rmSync(file);
        await repository.poll();
        assert.equal(repository.state.kind, 'ready');
        assert.deepEqual(repository.snapshot.files(), []);
        addFiles(folder(), 'new.vnc');
        assert.deepEqual(codes(await repository.checkOut(['new.vnc'], '')), [undefined]);
    });

    it('is unreachable while its folder is gone and comes back by itself', async () => {
        const before = Date.now();
        const { repository, told } = await opened();
        await repository.checkOut(['a.vnc'], '');
        told();
        renameSync(path.join(folder(), 'repo'), path.join(folder(), 'away'));
        await repository.look('');
        assert.equal(repository.state.kind, 'unreachable');
        const { lastSeen } = repository;
        assert.ok(lastSeen !== undefined && lastSeen >= before && lastSeen <= Date.now());
        await repository.poll();
        assert.equal(repository.lastSeen, lastSeen);
        assert.deepEqual(told(), [{ files: [], folders: [], state: true }]);
        renameSync(path.join(folder(), 'away'), path.join(folder(), 'repo'));
        await repository.poll();
        assert.deepEqual([repository.state.kind, told()], ['ready', [{ files: [], folders: [], state: true }]]);
    });

    it('asks for one mark and reads nothing when nothing changed', async () => {
        const { repository, store } = await opened();
        const before = { ...store.asked };
        for (let poll = 0; poll < 5; poll++) await repository.poll();
        assert.deepEqual(store.asked, { list: before.list, mark: before.mark + 5 });
    });

    it('shows its own change without reading the locks, and reads them once somebody else changed them', async () => {
        const [bob, alice] = [await opened('Bob'), await opened('Alice')];
        await alice.repository.checkOut(['b.mcam'], 'mine');
        await bob.repository.poll();
        const read = bob.store.asked.list;
        const seen = bob.repository.snapshot.file('b.mcam')!.lock!;
        for (const change of [
            () => bob.repository.checkOut(['a.vnc'], 'new'),
            () => bob.repository.checkOut(['b.mcam'], 'refused'),
            () => bob.repository.takeOver([{ path: 'b.mcam', seen }], 'urgent'),
            () => bob.repository.checkIn(['a.vnc'], { keep: true }),
            () => bob.repository.checkIn(['a.vnc']),
        ]) {
            await change();
            const shown = bob.repository.snapshot.table;
            await bob.repository.poll();
            assert.deepEqual([bob.store.asked.list, bob.repository.snapshot.table === shown], [read, true]);
        }
        assert.deepEqual(
            bob.repository.snapshot.heldByMe().map((file) => file.path),
            ['b.mcam'],
        );
        await alice.repository.checkOut(['a.vnc'], '');
        await bob.repository.poll();
        assert.equal(bob.store.asked.list, read + 1);
        assert.equal(bob.repository.snapshot.file('a.vnc')?.state, 'heldByOthers');
    });

    it('puts the last good copy of the locks in force, and shows it', async () => {
        const { repository, store, locksFile, told } = await opened();
        await repository.checkOut(['a.vnc'], '');
        writeFileSync(locksFile, 'damaged');
        await repository.poll();
        told();
        const read = store.asked.list;
        const setAside = await repository.restoreLocks(await repository.previewRestore());
        assert.equal(readFileSync(setAside!, 'utf8'), 'damaged');
        assert.deepEqual([repository.state.kind, store.asked.list], ['ready', read]);
        assert.deepEqual(told(), [{ files: [], folders: [], state: true }]);
        assert.equal(repository.snapshot.file('a.vnc')?.state, 'heldByMe');
        await repository.poll();
        assert.equal(store.asked.list, read);
    });

    it('reads the locks after a change that succeeds while they could not be read', async () => {
        const { repository, store } = await opened();
        renameSync(path.join(folder(), 'repo'), path.join(folder(), 'away'));
        await repository.poll(true);
        await repository.look('');
        assert.equal(repository.state.kind, 'unreachable');
        renameSync(path.join(folder(), 'away'), path.join(folder(), 'repo'));
        const read = store.asked.list;
        assert.deepEqual(codes(await repository.checkOut(['a.vnc'], '')), [undefined]);
        assert.deepEqual([repository.state.kind, store.asked.list], ['ready', read + 1]);
    });
});
