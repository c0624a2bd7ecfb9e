import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    appendFileSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    statSync,
    symlinkSync,
    unlinkSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import type { HistoryEvent } from '../../../src/core/history/historyEvent';
import { HistoryFile } from '../../../src/core/history/historyFile';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { Repository } from '../../../src/core/repository/repository';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The history', () => {
    const folder = temporaryFolder();
    const file = (name = 'locks.history.jsonl'): string => path.join(folder(), name);
    const lines = (): string[] => readFileSync(file(), 'utf8').trimEnd().split('\n');
    const event = (name: string): HistoryEvent => ({
        time: '2026-11-26T08:00:00.000000+00:00',
        action: 'check-in',
        file: name,
        user: 'Älice',
        message: '',
    });
    const made = Promise.resolve(true);
    let warnings: string[] = [];
    const open = (largest?: number): HistoryFile =>
        new HistoryFile(path.join(folder(), 'locks.json'), (warning) => warnings.push(warning), largest);
    beforeEach(() => {
        warnings = [];
        mkdirSync(path.join(folder(), 'repo'));
        writeFileSync(path.join(folder(), 'repo', 'a.vnc'), 'G0 X1\n');
        writeFileSync(path.join(folder(), 'repo', 'b.vnc'), 'G0 X1\n');
    });
    function shop(user: string): Repository {
        const owner = { user, host: 'PC' };
        const warn = (warning: string): unknown => warnings.push(warning);
        const locks = new LocksFile(path.join(folder(), 'locks.json'), { owner, timeout: 60_000 }, warn);
        const options = { root: path.join(folder(), 'repo'), extensions: new Set(['.vnc']), ...owner };
        return new Repository(options, new FileLockStore(locks));
    }

    it('says what a check-in was that kept the file checked out, and who took it over from whom', async () => {
        const [alice, bob] = [shop('Alice'), shop('Bob')];
        await alice.checkOut(['a.vnc'], 'Rev C');
        writeFileSync(path.join(folder(), 'repo', 'a.vnc'), 'G0 X2 Y2\n');
        const [first] = await alice.checkIn(['a.vnc'], { message: 'First half', keep: true });
        await bob.refresh();
        const seen = bob.snapshot.file('a.vnc')!.lock!;
        assert.deepEqual([seen.user, seen.message, seen.timestamp], ['Alice', 'Rev C', first?.kept?.timestamp]);
        assert.notEqual(seen.timestamp, first?.lock?.timestamp);
        const [taken] = await bob.takeOver([{ path: 'a.vnc', seen }], 'Alice is ill');
        assert.equal(taken?.previous?.user, 'Alice');
        assert.deepEqual(
            bob.snapshot.heldByMe().map((one) => [one.path, one.lock?.message]),
            [['a.vnc', 'Alice is ill']],
        );
        const { events } = await alice.history();
        assert.deepEqual(
            events.map(({ action, user, kept, checkedOut, before, after }) => [
                [action, user, kept ?? false, checkedOut?.user, checkedOut?.message],
                [before?.size, after?.size],
            ]),
            [
                [
                    ['take-over', 'Bob', false, 'Alice', 'Rev C'],
                    [undefined, 9],
                ],
                [
                    ['check-in', 'Alice', true, undefined, 'Rev C'],
                    [6, 9],
                ],
                [
                    ['check-out', 'Alice', false, undefined, undefined],
                    [undefined, 6],
                ],
            ],
        );
        await bob.checkIn(['a.vnc']);
        assert.equal((await alice.history()).events[0]?.before?.size, 9);
    });

    it('says who did what, when, why, and whether the file changed', async () => {
        const alice = shop('Alice');
        await alice.checkOut(['a.vnc', 'b.vnc'], 'Rev C');
        writeFileSync(path.join(folder(), 'repo', 'a.vnc'), 'G0 X2\n');
        await alice.checkIn(['a.vnc'], { message: 'Longer drill' });
        await alice.checkIn(['b.vnc'], { action: 'undo' });
        const { events, skipped } = await alice.history();
        assert.equal(skipped, 0);
        assert.deepEqual(
            events.map(({ action, file: name, user, host, message }) => [action, name, user, host, message]),
            [
                ['undo', 'b.vnc', 'Alice', 'PC', ''],
                ['check-in', 'a.vnc', 'Alice', 'PC', 'Longer drill'],
                ['check-out', 'b.vnc', 'Alice', 'PC', 'Rev C'],
                ['check-out', 'a.vnc', 'Alice', 'PC', 'Rev C'],
            ],
        );
        const [undone, checkedIn] = events;
        assert.equal(checkedIn?.checkedOut?.message, 'Rev C');
        assert.equal(checkedIn.before?.size, 6);
        assert.equal(checkedIn.after?.size, 6);
        assert.notEqual(checkedIn.before.sha256, checkedIn.after.sha256);
        assert.deepEqual(undone?.before, undone?.after);
    });

    it('says what was in a file at its check-out also when much else was done since', async () => {
        const alice = shop('Alice');
        await alice.checkOut(['a.vnc'], 'Rev C');
        const others = Array.from({ length: 1000 }, (_, index) => `${JSON.stringify(event(`job/${index}.vnc`))}\n`);
        appendFileSync(file(), others.join(''));
        writeFileSync(path.join(folder(), 'repo', 'a.vnc'), 'G0 X2 Y2\n');
        await alice.checkIn(['a.vnc']);
        const [checkedIn] = (await alice.history()).events;
        assert.deepEqual([checkedIn?.before?.size, checkedIn?.after?.size], [6, 9]);
    });

    it('has nothing of what was refused or changed nothing', async () => {
        await shop('Alice').checkOut(['a.vnc'], '');
        await shop('Bob').checkOut(['a.vnc'], '');
        await shop('Bob').checkIn(['a.vnc', 'b.vnc']);
        assert.equal(lines().length, 1);
    });

    it('is found by the name of a file in any case, newest first, and up to a limit', async () => {
        const bob = shop('Bob');
        for (const message of ['one', 'two', 'three']) {
            await bob.checkOut(['a.vnc', 'b.vnc'], message);
            await bob.checkIn(['a.vnc', 'b.vnc']);
        }
        const { events } = await bob.history({ file: 'A.VNC', limit: 4 });
        assert.deepEqual(
            events.map(({ action, file: name, message }) => `${action} ${name} ${message}`),
            ['check-in a.vnc ', 'check-out a.vnc three', 'check-in a.vnc ', 'check-out a.vnc two'],
        );
    });

    it('goes on after a line that a program did not write to its end', async () => {
        appendFileSync(file(), '{"time":"2026-11-26T08:00:00.000000+00:00","action":"check-ou');
        await open().follow([event('a.vnc')], made);
        assert.equal(lines().length, 2);
        const { events, skipped } = await open().read();
        assert.deepEqual([events, skipped], [[event('a.vnc')], 1]);
    });

    it('is ASCII, so that it reads the same in every code page', async () => {
        await open().follow([event('a.vnc')], made);
        assert.match(readFileSync(file(), 'utf8'), /\\u00c4lice/);
    });

    it('says nothing of a change that was not made', async () => {
        await open().follow([event('a.vnc')], Promise.resolve(false));
        assert.deepEqual((await open().read()).events, []);
    });

    it('is put aside when it is large, and read on from there', async () => {
        const names = Array.from({ length: 30 }, (_, index) => `${index}.vnc`);
        for (const name of names) await open(300).follow([event(name)], made);
        assert.ok(statSync(file()).size < 600);
        assert.ok(readdirSync(folder()).filter((name) => /^locks\.history\.\d+\.jsonl$/.test(name)).length > 5);
        const { events } = await open().read();
        assert.deepEqual(
            events.map(({ file: name }) => name),
            names.toReversed(),
        );
    });

    it('never stands in the way of a change: where it cannot be written, there is a warning', async () => {
        mkdirSync(file());
        const [outcome] = await shop('Bob').checkOut(['a.vnc'], '');
        assert.equal(outcome?.refusal, undefined);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /^The change was made, but could not be written into the history .*\.$/);
    });

    it('is neither a link that leads to another file nor a pipe', async function () {
        skipUnless(this, 'links');
        const letter = path.join(folder(), 'letter.txt');
        writeFileSync(letter, 'Dear Bob\n');
        symlinkSync(letter, file());
        await shop('Bob').checkOut(['a.vnc'], '');
        unlinkSync(file());
        spawnSync('mkfifo', [file()]);
        await shop('Bob').checkOut(['b.vnc'], '');
        assert.equal(readFileSync(letter, 'utf8'), 'Dear Bob\n');
        assert.equal(warnings.length, 2);
        assert.deepEqual(Object.keys(JSON.parse(readFileSync(path.join(folder(), 'locks.json'), 'utf8')) as object), [
            'a.vnc',
            'b.vnc',
        ]);
    });

    it('loses no line of several who write at the same time', async () => {
        const people = ['Ann', 'Bob', 'Cid'].map(shop);
        await Promise.all(
            people.map(async (person) => {
                for (let round = 0; round < 10; round++) {
                    await person.checkOut(['a.vnc', 'b.vnc'], '');
                    await person.checkIn(['a.vnc', 'b.vnc']);
                }
            }),
        );
        const { events, skipped } = await shop('Ann').history();
        assert.equal(skipped, 0);
        const holders = new Map<string, string>();
        for (const { action, file: name = '', user } of events.toReversed()) {
            if (action === 'check-out') {
                assert.equal(holders.get(name), undefined);
                holders.set(name, user);
            } else {
                assert.equal(holders.get(name), user);
                holders.delete(name);
            }
        }
        assert.equal(holders.size, 0);
        assert.ok(events.length >= 40);
    });

    it('says that the last good copy was restored', async () => {
        const bob = shop('Bob');
        await bob.checkOut(['a.vnc'], '');
        writeFileSync(path.join(folder(), 'locks.json'), '{');
        const owner = { user: 'Bob', host: 'PC' };
        await new LocksFile(path.join(folder(), 'locks.json'), { owner, timeout: 60_000 }).restoreBackup(new Date());
        const [newest] = (await bob.history({ file: 'b.vnc' })).events;
        assert.deepEqual([newest?.action, newest?.user, newest?.file], ['restore', 'Bob', undefined]);
    });
});
