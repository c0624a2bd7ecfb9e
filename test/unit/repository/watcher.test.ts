import * as assert from 'node:assert/strict';
import { appendFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Watcher } from '../../../src/core/repository/watcher';
import { skipUnless } from '../../support/skips';
import { Crowd } from '../support/crowd';
import { Child } from '../support/child';
import { addFiles, openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';
import { closeEvents, watchByNode, when } from '../support/watching';

/** Milliseconds until a poll that no test lives to see: what comes before it comes by an event. */
const NEVER = 2 ** 31 - 1;

describe('Watcher', () => {
    let watcher: Watcher | undefined;
    // Before the folder is removed: Windows keeps one that is watched.
    afterEach(() => watcher?.dispose());
    const folder = temporaryFolder();

    async function watched(pollInterval: number, openFolders: readonly string[] = ['']) {
        addFiles(folder(), 'a-0.vnc');
        const view = openRepository(folder(), 'Bob');
        await view.repository.refresh();
        watcher = new Watcher(view.repository, {
            watchFolder: watchByNode,
            locksFile: view.locksFile,
            pollInterval,
            openFolders: () => openFolders,
        });
        return view;
    }

    for (const [how, pollInterval] of [
        ['by its file event, long before the poll', NEVER],
        ['by the poll', 50],
    ] as const) {
        it(`brings a change by another process ${how}`, async () => {
            const { repository, locksFile } = await watched(pollInterval);
            const changed = when(repository, () => repository.snapshot.file('a-0.vnc')?.state === 'heldByOthers');
            if (pollInterval < 1000) closeEvents(watcher!);
            await Child.start('checkOutMany', locksFile, 'a', '1').end();
            await changed;
        });
    }

    for (const [when_, pollInterval] of [
        ['when the poll is quick', 50],
        ['when the poll is slow', 3500],
    ] as const) {
        it(`brings a second change that leaves no trace in time or size, ${when_}`, async function () {
            const { repository, locksFile } = await watched(pollInterval);
            closeEvents(watcher!);
            const [one, other] = ['Alice', 'Carol'].map((user) => JSON.stringify({ 'a-0.vnc': { user } })) as [
                string,
                string,
            ];
            const holder = (): string | undefined => repository.snapshot.file('a-0.vnc')?.lock?.user;
            writeFileSync(locksFile, one);
            const time = new Date(1_000_000);
            utimesSync(locksFile, time, time);
            await repository.refresh();
            assert.equal(holder(), 'Alice');
            const changed = when(repository, () => holder() === 'Carol');
            writeFileSync(locksFile, other);
            utimesSync(locksFile, time, time);
            await changed;
        });
    }

    it('brings files that come into an open folder', async () => {
        const { repository } = await watched(NEVER);
        const changed = when(repository, () => repository.snapshot.locate('new.vnc') !== undefined);
        addFiles(folder(), 'new.vnc');
        await changed;
    });

    it('notices that the repository went and came, by the poll alone', async () => {
        const { repository } = await watched(5);
        closeEvents(watcher!);
        const gone = when(repository, () => repository.state.kind === 'unreachable');
        rmSync(path.join(folder(), 'repo'), { recursive: true });
        await gone;
        const back = when(repository, () => repository.state.kind === 'ready');
        addFiles(folder(), 'a-0.vnc');
        await back;
    });

    it('asks nothing more once it is disposed', async () => {
        const { repository, store } = await watched(1);
        watcher!.dispose();
        await repository.poll();
        const before = { ...store.asked };
        await Child.start('checkOutMany', path.join(folder(), 'locks.json'), 'a', '1').end();
        assert.deepEqual(store.asked, before);
    });

    it('reads a folder again when a file comes, not while one is written', async () => {
        const { repository, locksFile } = await watched(NEVER);
        const looks: string[] = [];
        const look = repository.look.bind(repository);
        repository.look = (path) => {
            looks.push(path);
            return look(path);
        };
        const held = when(repository, () => repository.snapshot.file('a-0.vnc')?.state === 'heldByOthers');
        for (let write = 0; write < 100; write++) appendFileSync(path.join(folder(), 'repo', 'a-0.vnc'), 'G1 X1\n');
        await Child.start('checkOutMany', locksFile, 'a', '1').end();
        // Of this change the watcher was told later than of those.
        await held;
        assert.deepEqual(looks, []);
        const changed = when(repository, () => repository.snapshot.locate('new.vnc') !== undefined);
        addFiles(folder(), 'new.vnc', 'newer.vnc');
        await changed;
        assert.deepEqual(looks, ['']);
    });

    it('looks at most four times a second at a folder into which thousands of files come', async () => {
        const { repository } = await watched(NEVER);
        let looks = 0;
        const look = repository.look.bind(repository);
        repository.look = (path) => {
            looks++;
            return look(path);
        };
        const last = when(repository, () => repository.snapshot.locate('moved-4999.vnc') !== undefined);
        const started = performance.now();
        for (let moved = 0; moved < 50; moved++) {
            const hundred = Array.from({ length: 100 }, (_, index) => `moved-${moved * 100 + index}.vnc`);
            addFiles(folder(), ...hundred);
            // The events of these arrive before the next ones are there.
            await new Promise(setImmediate);
        }
        await last;
        assert.ok(looks <= 1 + (performance.now() - started) / 250, `${looks} looks`);
        for (let moved = 0; moved < 5000; moved += 1000) assert.ok(repository.snapshot.locate(`moved-${moved}.vnc`));
    });

    it('looks at the open folders when they come into view', async () => {
        const { repository } = await watched(NEVER);
        closeEvents(watcher!);
        await watcher!.showFolders(false);
        addFiles(folder(), 'new.vnc');
        await watcher!.showFolders(true);
        assert.equal(repository.snapshot.locate('new.vnc'), 'new.vnc');
    });

    describe('among many on one share', function () {
        const clients = 20;
        let crowd: Crowd | undefined;
        beforeEach(async () => {
            addFiles(folder(), 'a.vnc', 'b.vnc');
            await openRepository(folder(), 'Alice').repository.checkOut(['b.vnc'], '');
        });
        afterEach(() => crowd?.end());

        /** The system calls on the share for so many polls, with what they name. */
        async function calls(inView: boolean, settle: number): Promise<{ polls: number; made: string[] }> {
            const options = { folder: folder(), clients, pollInterval: 20, byEvents: true, inView };
            // One process, in which all poll equally often.
            crowd = await Crowd.start(1, options, folder());
            if (settle > 0) await crowd.poll(settle);
            const polls = await crowd.poll(20);
            const lines = await crowd.end();
            crowd = undefined;
            const made = lines.map((line) => {
                const [, call = line, file = ''] = /^\d+ +(\w+).*?"([^"]*)"/.exec(line) ?? [];
                return `${/^(stat|statx|newfstatat)$/.test(call) ? 'stat' : call} ${path.basename(file)}`;
            });
            return { polls, made };
        }

        it('costs it one look at an open file a poll, and nothing else, while nobody looks and nothing changes', async function () {
            skipUnless(this, 'systemCalls');
            const { polls, made } = await calls(false, 0);
            assert.ok(polls >= 20 * clients);
            assert.equal(made.length, polls);
            assert.deepEqual([...new Set(made)], ['openat locks.json']);
        });

        it('costs it a stat more every tenth poll for a folder that somebody looks at', async function () {
            skipUnless(this, 'systemCalls');
            const { polls, made } = await calls(true, 25);
            assert.deepEqual([...new Set(made)].sort(), ['openat locks.json', 'stat repo']);
            assert.equal(made.filter((call) => call === 'openat locks.json').length, polls);
            const looks = made.filter((call) => call === 'stat repo').length;
            assert.ok(looks <= polls / 10 + clients, `${looks} looks in ${polls} polls`);
        });

        it('reads a changed locks file once for each', async function () {
            skipUnless(this, 'oneEventForAChange');
            const options = { folder: folder(), clients, pollInterval: NEVER, byEvents: true, inView: false };
            crowd = await Crowd.start(1, options);
            const { repository } = openRepository(folder(), 'Bob');
            const { reads } = await crowd.see('a.vnc', 'Bob', () => repository.checkOut(['a.vnc'], ''));
            assert.equal(reads, clients);
        });

        it('is told of a change by the poll where no event arrives', async function () {
            skipUnless(this, 'endedFamilies');
            crowd = await Crowd.start(1, {
                folder: folder(),
                clients,
                pollInterval: 50,
                byEvents: false,
                inView: false,
            });
            const { repository } = openRepository(folder(), 'Bob');
            const { reads } = await crowd.see('a.vnc', 'Bob', () => repository.checkOut(['a.vnc'], ''));
            assert.equal(reads, clients);
        });
    });
});
