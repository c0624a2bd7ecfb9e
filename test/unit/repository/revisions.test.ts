import * as assert from 'node:assert/strict';
import {
    chmodSync,
    copyFileSync,
    existsSync,
    linkSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { Repository } from '../../../src/core/repository/repository';
import { timesOf } from '../../../src/core/revisions/stagedContent';
import { skipUnless } from '../../support/skips';
import { Programmer } from '../support/programmer';
import { openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

describe('Revisions', () => {
    const folder = temporaryFolder();
    const kept = (name: string): string => path.join(folder(), 'locks.revisions', name);
    let bob: Programmer;
    beforeEach(() => {
        bob = new Programmer(folder(), 'Bob');
        bob.make('a.vnc', 'G0\n');
    });
    /** Checks a file out, puts a text into it, checks it in, and says which revision it became. */
    async function work(by: Programmer, name: string, text: string, message = ''): Promise<number | undefined> {
        await by.checkOut(name);
        writeFileSync(by.diskPath(name), text);
        return (await checkIn(by, name, message)).revision;
    }
    async function checkIn(by: Programmer, name: string, message = '') {
        const { repository, versions } = by;
        const [outcome] = await repository.checkIn([name], { message, versions });
        return outcome!;
    }
    const listed = async (name: string) =>
        (await bob.repository.revisions.list(name)).map(({ number, record }) => `${number} ${record?.message ?? '?'}`);
    const content = async (name: string, number: number): Promise<string> =>
        (await bob.repository.revisions.read(name, number)).toString();

    it('say that nothing was checked in where the history cannot be read', async () => {
        await bob.checkOut('a.vnc');
        const history = path.join(folder(), 'locks.history.jsonl');
        renameSync(history, `${history}.away`);
        mkdirSync(history);
        await assert.rejects(checkIn(bob, 'a.vnc'), {
            code: 'historyUnreadable',
            message: /^Nothing was checked in\. The history .*locks\.history\.jsonl cannot be read, because /,
        });
        await bob.repository.refresh();
        assert.equal(bob.repository.snapshot.file('a.vnc')?.lock?.user, 'Bob');
        // Nobody meant to check anything in when what is found is to be kept at a check-out.
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        await assert.rejects(bob.repository.keepFound([{ path: 'a.vnc' }]), { message: /^The history / });
    });

    it('keep what is checked in, numbered for each file, with who, when and why, and the first with what was there before', async () => {
        bob.make('b.vnc', 'M30\n');
        assert.deepEqual([await work(bob, 'a.vnc', 'G1\n', 'Feed'), await work(bob, 'a.vnc', 'G2\n', 'Speed')], [2, 3]);
        assert.equal(await work(bob, 'b.vnc', 'M30\n', 'Only looked'), 1);
        assert.deepEqual(await listed('A.VNC'), ['3 Speed', '2 Feed', '1 ']);
        assert.deepEqual(await listed('b.vnc'), ['1 Only looked']);
        const [third, , first] = await bob.repository.revisions.list('a.vnc');
        const { user, host, size, modified } = third!.record!;
        assert.deepEqual([user, host, size, third!.isBaseline, first!.isBaseline], ['Bob', 'PC', 3, false, true]);
        assert.equal(Date.parse(modified), Math.floor(statSync(bob.diskPath('a.vnc')).mtimeMs));
        assert.equal(first!.record!.modified, '2026-03-04T05:06:07.250000+00:00');
        assert.deepEqual([await content('a.vnc', 1), await content('a.vnc', 3)], ['G0\n', 'G2\n']);
        assert.equal(gunzipSync(readFileSync(kept('a.vnc/r2.vnc.gz'))).toString(), 'G1\n');
    });

    it('say what was said at the check-out, where nothing was said at the check-in', async () => {
        for (const message of ['', 'Proven']) {
            await bob.repository.checkOut(['a.vnc'], 'Soft jaws');
            writeFileSync(bob.diskPath('a.vnc'), `G1 ${message}\n`);
            await checkIn(bob, 'a.vnc', message);
        }
        const [second, first] = await listed('a.vnc');
        assert.deepEqual([first, second], ['1 Soft jaws', '2 Proven']);
    });

    it('keep the same content once', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        assert.equal(await work(bob, 'a.vnc', 'G1\n', 'Nothing'), 2);
        assert.equal(await work(bob, 'a.vnc', 'G0\n', 'As before'), 3);
        assert.deepEqual(readdirSync(kept('a.vnc')), ['r1.vnc.gz', 'r2.vnc.gz', 'r3.vnc.gz']);
    });

    it('keep a content again whose revision does not give it back', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        chmodSync(kept('a.vnc/r2.vnc.gz'), 0o644);
        writeFileSync(kept('a.vnc/r2.vnc.gz'), gzipSync('G7\n'));
        assert.equal(await work(bob, 'a.vnc', 'G1\n'), 3);
        assert.equal(await content('a.vnc', 3), 'G1\n');
    });

    it('of programs with names of 200 characters that differ only at the end do not get mixed up', async () => {
        const names = ['a', 'b'].map((end) => `O${'O1'.repeat(97)}${end}.vnc`);
        for (const name of names) {
            bob.make(name, 'G0\n');
            assert.equal(await work(bob, name, `(${name.at(-5)})\n`), 2);
        }
        for (const name of names) assert.equal(await content(name, 2), `(${name.at(-5)})\n`);
        await bob.repository.checkOut([names[0]!], '');
        assert.equal((await bob.repository.rename(names[0]!, 'short.vnc'))[0]?.refusal, undefined);
        assert.equal(await content('short.vnc', 2), '(a)\n');
    });

    it('say that one is damaged, another one or gone, and never give back anything else', async () => {
        for (const text of ['G1\n', 'G2\n', 'G3\n', 'G4\n']) await work(bob, 'a.vnc', text);
        for (const number of [1, 2, 3]) chmodSync(kept(`a.vnc/r${number}.vnc.gz`), 0o644);
        truncateSync(kept('a.vnc/r1.vnc.gz'), 15);
        writeFileSync(kept('a.vnc/r2.vnc.gz'), '');
        copyFileSync(kept('a.vnc/r4.vnc.gz'), kept('a.vnc/r3.vnc.gz'));
        rmSync(kept('a.vnc/r4.vnc.gz'));
        await assert.rejects(content('a.vnc', 1), /Revision 1 of a\.vnc cannot be read, because its file is damaged/);
        await assert.rejects(content('a.vnc', 2), /its file is damaged/);
        await assert.rejects(content('a.vnc', 3), /another content than the one that was checked in/);
        await assert.rejects(content('a.vnc', 4), /its file is gone/);
        await assert.rejects(content('a.vnc', 9), /There is no revision 9 of a\.vnc\. It has revisions 1 to 5\./);
        const target = path.join(folder(), 'out.vnc');
        await assert.rejects(bob.repository.revisions.copyTo('a.vnc', 3, target), { code: 'revisionUnreadable' });
        assert.deepEqual(
            [existsSync(target), readdirSync(folder()).filter((name) => name.endsWith('.tmp'))],
            [false, []],
        );
        const gone = (await bob.repository.revisions.list('a.vnc')).filter(({ isGone }) => isGone);
        assert.deepEqual(
            gone.map(({ number }) => number),
            [4],
        );
        // A number that was once told is never given to another content.
        rmSync(kept('a.vnc/r5.vnc.gz'));
        assert.equal(await work(bob, 'a.vnc', 'G5\n'), 6);
    });

    it('refuse a check-in that cannot be kept, with the way out, and leave the file checked out', async function () {
        writeFileSync(path.join(folder(), 'locks.revisions'), 'in the way');
        await bob.checkOut('a.vnc');
        const { refusal } = await checkIn(bob, 'a.vnc');
        assert.equal(refusal?.code, 'revisionNotKept');
        assert.match(
            refusal.message,
            /No revision of a\.vnc could be kept, because .* --no-revision .* cncCheckout\.keepRevisions/,
        );
        assert.equal(bob.holder('a.vnc'), 'Bob');
    });

    it('refuse one of several files alone, or all where they go together', async function () {
        bob.make('b.vnc', 'M30\n');
        for (const name of ['a.vnc', 'b.vnc']) await bob.checkOut(name);
        mkdirSync(kept(''));
        writeFileSync(kept('a.vnc'), 'in the way');
        const names = ['a.vnc', 'b.vnc'];
        const codes = (await bob.repository.checkIn(names, { allOrNone: true })).map(({ refusal }) => refusal?.code);
        assert.deepEqual(codes, ['revisionNotKept', 'notTogether']);
        const [a, b] = await bob.repository.checkIn(names);
        assert.deepEqual([a?.refusal?.code, b?.revision, bob.holder('b.vnc')], ['revisionNotKept', 1, undefined]);
    });

    it('are of what is in the file when it is released, also when it is saved while it is being kept', async () => {
        await bob.checkOut('a.vnc');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        let saves = 0;
        store.stage = async (...args) => {
            const staged = await stage(...args);
            if (args[1] === bob.diskPath('a.vnc') && saves++ < 2) writeFileSync(args[1], `G${saves}\n`);
            return staged;
        };
        assert.equal((await checkIn(bob, 'a.vnc')).revision, 2);
        assert.equal(await content('a.vnc', 2), 'G2\n');
        await bob.checkOut('a.vnc');
        saves = -2;
        await assert.rejects(checkIn(bob, 'a.vnc'), /a\.vnc was written to while it was being checked in/);
        assert.equal(bob.holder('a.vnc'), 'Bob');
        assert.deepEqual(readdirSync(kept('a.vnc')), ['r1.vnc.gz', 'r2.vnc.gz']);
    });

    it('are of a file that a CAM program removes for a moment to save it', async () => {
        await bob.checkOut('a.vnc');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        let saves = 0;
        store.stage = async (...args) => {
            if (args[1] !== bob.diskPath('a.vnc') || saves++ > 0) return stage(...args);
            rmSync(args[1]);
            return stage(...args).finally(() => writeFileSync(args[1], 'G1\n'));
        };
        assert.equal((await checkIn(bob, 'a.vnc')).revision, 2);
        assert.equal(await content('a.vnc', 2), 'G1\n');
    });

    it('of a check-in that was not finished are shown, and used by the next one with the same content', async () => {
        await work(bob, 'a.vnc', 'G1\n', 'Feed');
        writeFileSync(kept('a.vnc/r3.vnc.gz'), gzipSync('G2\n'));
        assert.deepEqual(await listed('a.vnc'), ['3 ?', '2 Feed', '1 ']);
        assert.equal(await content('a.vnc', 3), 'G2\n');
        assert.equal(await work(bob, 'a.vnc', 'G2\n', 'Speed'), 3);
        assert.deepEqual(await listed('a.vnc'), ['3 Speed', '2 Feed', '1 ']);
    });

    it('leave nothing of a file that is gone, is somebody else’s, or lies behind a link', async function () {
        skipUnless(this, 'links');
        bob.make('job/b.vnc', 'M30\n');
        for (const name of ['a.vnc', 'job/b.vnc']) await bob.checkOut(name);
        const alice = new Programmer(folder(), 'Alice');
        assert.equal((await checkIn(alice, 'a.vnc')).refusal?.code, 'heldByOther');
        rmSync(bob.diskPath('a.vnc'));
        renameSync(bob.diskPath('job'), path.join(folder(), 'elsewhere'));
        symlinkSync(path.join(folder(), 'elsewhere'), bob.diskPath('job'));
        for (const name of ['a.vnc', 'job/b.vnc']) {
            const { refusal, revision } = await checkIn(bob, name);
            assert.deepEqual([refusal, revision, bob.holder(name)], [undefined, undefined, undefined]);
        }
        assert.ok(!existsSync(kept('')));
    });

    it('leave nothing of a file that goes away while it is being kept', async () => {
        bob.make('b.vnc', 'M30\n');
        for (const name of ['a.vnc', 'b.vnc']) await bob.checkOut(name);
        const onProgress = (): void => rmSync(bob.diskPath('a.vnc'), { force: true });
        const outcomes = await bob.repository.checkIn(['a.vnc', 'b.vnc'], { onProgress });
        assert.deepEqual(
            outcomes.map(({ refusal, revision }) => [refusal, revision]),
            [
                [undefined, undefined],
                [undefined, 1],
            ],
        );
        assert.deepEqual(readdirSync(kept(''), { recursive: true }), ['b.vnc', path.join('b.vnc', 'r1.vnc.gz')]);
    });

    it('are not kept where that is not wanted', async () => {
        await bob.checkOut('a.vnc');
        const options = { ...bob.repository.options, keepsRevisions: false };
        const [outcome] = await new Repository(options, new FileLockStore(bob.locksFile)).checkIn(['a.vnc']);
        assert.deepEqual([outcome?.refusal, outcome?.revision, existsSync(kept(''))], [undefined, undefined, false]);
    });

    it('take the next number when another window was faster, and never one that is taken', async () => {
        await bob.checkOut('a.vnc');
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        store.stage = async (...args) => {
            const staged = await stage(...args);
            mkdirSync(kept('a.vnc'), { recursive: true });
            if (!existsSync(kept('a.vnc/r1.vnc.gz'))) writeFileSync(kept('a.vnc/r1.vnc.gz'), gzipSync('M0\n'));
            return staged;
        };
        const { revision } = await checkIn(bob, 'a.vnc');
        assert.equal(gunzipSync(readFileSync(kept('a.vnc/r1.vnc.gz'))).toString(), 'M0\n');
        assert.equal(await content('a.vnc', revision!), 'G1\n');
    });

    it('can be cancelled while a large part is being kept, and tell how far that is', async () => {
        bob.make('a.mcam', '');
        await bob.checkOut('a.mcam');
        writeFileSync(bob.diskPath('a.mcam'), Buffer.alloc(5 * 2 ** 20, 'part'));
        const cancelling = new AbortController();
        let bytes = 0;
        const onProgress = (more: number): void => {
            bytes += more;
            if (bytes > 2 ** 20) cancelling.abort();
        };
        const [outcome] = await bob.repository.checkIn(['a.mcam'], { signal: cancelling.signal, onProgress });
        assert.equal(outcome?.refusal?.code, 'cancelled');
        assert.ok(bytes < 5 * 2 ** 20 && !existsSync(kept('')));
        assert.equal(bob.holder('a.mcam'), 'Bob');
    });

    it('are put back under the check-out, and say so when they are checked in', async () => {
        for (const text of ['G1\n', 'G2\n']) await work(bob, 'a.vnc', text);
        await bob.checkOut('a.vnc');
        const restore = async (): Promise<unknown> => {
            await bob.repository.poll();
            const { lock } = bob.repository.snapshot.file('a.vnc')!;
            const request = { path: 'a.vnc', seen: lock!, file: await timesOf(bob.diskPath('a.vnc')) };
            return (await bob.repository.restoreRevision({ ...request, message: 'Chatter' }, 2, bob.versions)).refusal;
        };
        assert.equal(await restore(), undefined);
        assert.equal(bob.read('a.vnc'), 'G1\n');
        assert.deepEqual([(await checkIn(bob, 'a.vnc')).revision, await content('a.vnc', 4)], [4, 'G1\n']);
        const [latest] = await bob.repository.revisions.list('a.vnc');
        assert.equal(latest?.record?.restoredFrom, 2);
        const { events } = await bob.repository.history({ file: 'a.vnc', limit: 2 });
        assert.deepEqual(
            events.map(({ action, restoredFrom, message }) => [action, restoredFrom, message]),
            [
                ['check-in', 2, ''],
                ['restore', 2, 'Chatter'],
            ],
        );
        await bob.checkOut('a.vnc');
        await restore();
        writeFileSync(bob.diskPath('a.vnc'), 'G1 F90\n');
        await checkIn(bob, 'a.vnc');
        assert.equal((await bob.repository.revisions.list('a.vnc'))[0]?.record?.restoredFrom, undefined);
    });

    it('have labels, which the last one decides', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        const labels = async () => (await bob.repository.revisions.list('a.vnc')).map(({ record }) => record?.label);
        await bob.repository.revisions.label('A.vnc', 1, 'ECO 1182');
        await bob.repository.revisions.label('a.vnc', 2, 'customer rev C');
        assert.deepEqual(await labels(), ['customer rev C', 'ECO 1182']);
        await bob.repository.revisions.label('a.vnc', 2, '');
        assert.deepEqual(await labels(), ['', 'ECO 1182']);
        assert.equal(bob.holder('a.vnc'), undefined);
    });

    it('give back the version at check-out when this computer has no copy of it', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        await bob.checkOut('a.vnc');
        const elsewhere = new Programmer(folder(), 'Bob', { storage: path.join(folder(), 'another computer') });
        await elsewhere.repository.refresh();
        const { timestamp } = elsewhere.repository.snapshot.file('a.vnc')!.lock!;
        const key = { root: path.join(folder(), 'repo'), path: 'a.vnc', timestamp };
        writeFileSync(bob.diskPath('a.vnc'), 'G9\n');
        const version = await elsewhere.repository.revisions.versionAtCheckOut(key, elsewhere.versions);
        assert.equal(readFileSync(version!.copy!, 'utf8'), 'G1\n');
    });

    it('go along with a file that is renamed, and do not get mixed up with another one that gets its name', async () => {
        await work(bob, 'a.vnc', 'G1\n', 'Feed');
        await bob.repository.rename('a.vnc', 'b.vnc');
        assert.equal(await work(bob, 'b.vnc', 'G2\n', 'Speed'), 3);
        assert.deepEqual([await listed('b.vnc'), await listed('a.vnc')], [['3 Speed', '2 Feed', '1 '], []]);
        assert.deepEqual([await content('b.vnc', 1), await content('b.vnc', 3)], ['G0\n', 'G2\n']);
        assert.equal(await work(bob, 'b.vnc', 'G2\n', 'Nothing'), 3);
        bob.make('a.vnc', 'M30\n');
        const number = (await work(bob, 'a.vnc', 'M99\n', 'Another'))!;
        assert.deepEqual([await content('a.vnc', number), (await listed('a.vnc')).length], ['M99\n', 2]);
        assert.deepEqual([await content('b.vnc', 2), (await listed('b.vnc')).length], ['G1\n', 3]);
    });

    it('find what somebody changed outside, and take neither another time nor a copied file for that', async () => {
        const look = async (): Promise<unknown[]> => {
            const { is, older } = await bob.repository.revisions.compare('a.vnc', bob.diskPath('a.vnc'));
            return [is, older?.number];
        };
        assert.deepEqual(await look(), ['unknown', undefined]);
        await work(bob, 'a.vnc', 'G1\n');
        assert.deepEqual(await look(), ['latest', undefined]);
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        assert.deepEqual(
            [await look(), (await bob.repository.keepFound([{ path: 'a.vnc' }])).size],
            [['latest', undefined], 0],
        );
        writeFileSync(bob.diskPath('a.vnc'), 'G0\n');
        assert.deepEqual(await look(), ['other', 1]);
        writeFileSync(bob.diskPath('a.vnc'), 'G1 F80\n');
        assert.deepEqual(await look(), ['other', undefined]);
        assert.deepEqual([...(await bob.repository.keepFound([{ path: 'A.vnc' }]))], [['a.vnc', 3]]);
        const [latest] = await bob.repository.revisions.list('a.vnc');
        assert.deepEqual([latest?.record?.action, latest?.isBaseline], ['found', false]);
        assert.deepEqual([await look(), await content('a.vnc', 3)], [['latest', undefined], 'G1 F80\n']);
        const alice = new Programmer(folder(), 'Alice');
        await bob.checkOut('a.vnc');
        writeFileSync(bob.diskPath('a.vnc'), 'G1 F70\n');
        assert.equal((await alice.repository.keepFound([{ path: 'a.vnc' }])).size, 0);
    });

    it('take nothing for found that its holder saved after the check-out', async () => {
        const outcome = await bob.checkOut('a.vnc');
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        assert.equal((await bob.repository.keepFound([outcome])).size, 0);
        assert.equal((await checkIn(bob, 'a.vnc', 'Feed')).revision, 2);
        assert.deepEqual(await listed('a.vnc'), ['2 Feed', '1 ']);

        await bob.checkOut('a.vnc');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        store.stage = (...args) => stage(...args).finally(() => writeFileSync(args[1], 'G2\n'));
        writeFileSync(bob.diskPath('a.vnc'), 'G3\n');
        assert.equal((await bob.repository.keepFound([{ path: 'a.vnc' }])).size, 0);
    });

    it('end with what was checked in, also where that or what was there before was kept meanwhile', async () => {
        await bob.checkOut('a.vnc');
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        await bob.repository.keepFound([{ path: 'a.vnc' }]);
        assert.equal((await checkIn(bob, 'a.vnc', 'Feed')).revision, 3);
        assert.deepEqual(await listed('a.vnc'), ['3 Feed', '2 ', '1 ']);
        assert.deepEqual([await content('a.vnc', 2), await content('a.vnc', 3)], ['G0\n', 'G1\n']);

        await bob.checkOut('a.vnc');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        let calls = 0;
        store.stage = async (...args) => {
            const staged = await stage(...args);
            if (calls++ === 0) writeFileSync(kept('a.vnc/r4.vnc.gz'), gzipSync('G4\n'));
            return staged;
        };
        assert.equal((await checkIn(bob, 'a.vnc', 'Nothing')).revision, 5);
        assert.equal(await content('a.vnc', 5), 'G1\n');
    });

    it('say which found content could not be kept, and keep the others', async () => {
        bob.make('b.vnc', 'M30\n');
        mkdirSync(kept(''));
        writeFileSync(kept('a.vnc'), 'in the way');
        await assert.rejects(bob.repository.keepFound([{ path: 'a.vnc' }, { path: 'b.vnc' }]), {
            code: 'revisionNotKept',
            message: /^What is in a\.vnc could not be kept as a revision, because .+\.$/,
        });
        assert.equal(await content('b.vnc', 1), 'M30\n');
    });

    it('are no part of the repository, also where the locks file lies inside it', async () => {
        const locksFile = path.join(folder(), 'repo', 'locks.json');
        const { repository } = openRepository(folder(), 'Bob', locksFile);
        await repository.checkOut(['a.vnc'], '');
        await repository.checkIn(['a.vnc']);
        const revisions = path.join(folder(), 'repo', 'locks.revisions');
        writeFileSync(path.join(revisions, 'stray.vnc'), '');
        await repository.lookEverywhere();
        assert.deepEqual(
            repository.snapshot.files().map((file) => file.path),
            ['a.vnc'],
        );
        assert.equal(await repository.openable('locks.revisions/stray.vnc'), undefined);
    });

    it('can be read by everybody who may read the folder of the locks file, and changed by nobody', async function () {
        skipUnless(this, 'modes');
        chmodSync(folder(), 0o2775);
        const umask = process.umask(0o077);
        try {
            await work(bob, 'a.vnc', 'G1\n');
        } finally {
            process.umask(umask);
        }
        for (const name of ['', 'a.vnc']) assert.equal(statSync(kept(name)).mode & 0o777, 0o775, name);
        assert.equal(statSync(kept('a.vnc/r2.vnc.gz')).mode & 0o777, 0o444);
    });

    it('of two windows that check in one after the other, at once, are both there', async () => {
        const other = new Programmer(folder(), 'Bob', { storage: path.join(folder(), 'other window') });
        await work(bob, 'a.vnc', 'G1\n');
        for (let round = 0; round < 5; round++) {
            await bob.checkOut('a.vnc');
            writeFileSync(bob.diskPath('a.vnc'), `G${round} X\n`);
            const outcomes = await Promise.all([checkIn(bob, 'a.vnc'), checkIn(other, 'a.vnc')]);
            const done = outcomes.filter(({ refusal }) => refusal === undefined);
            assert.equal(done.length, 1);
            assert.equal(await content('a.vnc', done[0]!.revision!), `G${round} X\n`);
        }
    });

    it('of two files, of which one is written to and the other released by another window, are all in the history', async () => {
        const other = new Programmer(folder(), 'Bob', { storage: path.join(folder(), 'other window') });
        bob.make('b.vnc', 'M30\n');
        for (const name of ['a.vnc', 'b.vnc']) await bob.checkOut(name);
        writeFileSync(bob.diskPath('a.vnc'), 'G1\n');
        const { store } = bob.repository.revisions;
        const stage = store.stage.bind(store);
        let saves = 0;
        store.stage = async (...args) => {
            if (args[1] !== bob.diskPath('b.vnc')) return stage(...args);
            // Before the second try, whose check-in of the other file finds it released.
            if (saves === 1) assert.equal((await checkIn(other, 'a.vnc')).revision, 1);
            const staged = await stage(...args);
            if (saves++ === 0) writeFileSync(args[1], 'M99\n');
            return staged;
        };
        const outcomes = await bob.repository.checkIn(['a.vnc', 'b.vnc'], { versions: bob.versions });
        assert.deepEqual(
            outcomes.map(({ refusal, revision }) => [refusal?.code, revision]),
            [
                ['notCheckedOut', undefined],
                [undefined, 2],
            ],
        );
        assert.deepEqual(await listed('a.vnc'), ['1 Feed']);
    });

    it('are numbered above the highest, whatever is missing below', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        linkSync(kept('a.vnc/r2.vnc.gz'), kept('a.vnc/r7.vnc.gz'));
        assert.equal(await work(bob, 'a.vnc', 'G2\n'), 8);
    });

    it('that were given up for good are removed by the next check-in', async () => {
        await work(bob, 'a.vnc', 'G1\n');
        const [old, recent] = [
            '.incoming-7d444840-9dc0-41d1-b245-5ffdce74fad2',
            '.incoming-7d444840-9dc0-41d1-b245-5ffdce74fad3',
        ];
        for (const name of [old, recent]) writeFileSync(kept(`a.vnc/${name}`), '');
        utimesSync(kept(`a.vnc/${old}`), 0, 0);
        await work(bob, 'a.vnc', 'G2\n');
        assert.deepEqual(readdirSync(kept('a.vnc')), [recent, 'r1.vnc.gz', 'r2.vnc.gz', 'r3.vnc.gz']);
    });

    it('give back, byte for byte, whatever was acknowledged', async () => {
        const bytes = fc.oneof(
            fc.uint8Array({ maxLength: 300 }),
            fc.constantFrom(new Uint8Array(0), new Uint8Array(300_000), Buffer.alloc(600_000, 'N10 G1 X0\r\n')),
        );
        const names = fc.constantFrom('a.vnc', 'A.VNC', 'job/op 1.MCAM', `${'n'.repeat(190)}.vnc`);
        const step = fc.record({ name: names, bytes, isKept: fc.boolean() });
        await fc.assert(
            fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
                const shop = path.join(folder(), Math.random().toString(36).slice(2));
                const al = new Programmer(shop, 'Al');
                const told = new Map<string, Uint8Array>();
                for (const name of ['a.vnc', 'job/op 1.MCAM', `${'n'.repeat(190)}.vnc`]) al.make(name, '');
                for (const { name, bytes: written, isKept } of steps) {
                    const file = name === 'A.VNC' ? 'a.vnc' : name;
                    await al.repository.checkOut([name], '');
                    writeFileSync(al.diskPath(file), written);
                    const [outcome] = await al.repository.checkIn([name], { keep: isKept });
                    const key = `${outcome!.revision} ${file}`;
                    assert.deepEqual(told.get(key) ?? written, written, 'One number has one content.');
                    told.set(key, written);
                }
                const other = new Programmer(shop, 'Bo');
                for (const [key, written] of told) {
                    const [number, ...name] = key.split(' ');
                    const read = await other.repository.revisions.read(name.join(' '), Number(number));
                    assert.ok(read.equals(written), key);
                }
            }),
            { numRuns: 15 },
        );
    });
});
