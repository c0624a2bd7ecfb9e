import * as assert from 'node:assert/strict';
import {
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import type { AtFailpoint, Failpoint } from '../../../src/core/mutex/failpoints';
import { skipUnless } from '../../support/skips';
import { Programmer } from '../support/programmer';
import { temporaryFolder } from '../support/temporaryFolder';

const OLD = 'G1 X0\n';
const MINE = 'G1 X1 (MINE)\n';

describe('An undo with which somebody interferes', () => {
    const folder = temporaryFolder();
    const name = 'job12/A.vnc';
    let alice: Programmer;

    beforeEach(async () => {
        alice = new Programmer(folder(), 'Alice');
        alice.make(name, OLD);
        await alice.repository.lookEverywhere();
        await alice.repository.refresh();
        await alice.checkOut(name);
        writeFileSync(alice.diskPath(name), MINE);
    });

    /** Alice in another window, where something happens at a moment of her undo, once. */
    async function when(moment: Failpoint, happens: () => void): Promise<Programmer> {
        let hasHappened = false;
        const atFailpoint: AtFailpoint = (now) => {
            if (now !== moment || hasHappened) return;
            hasHappened = true;
            happens();
        };
        const window = new Programmer(folder(), 'Alice', { atFailpoint });
        await window.repository.lookEverywhere();
        await window.repository.refresh();
        return window;
    }
    /** What a script does that knows no mutex. */
    function writeLocks(added: Record<string, unknown>): void {
        const locks = JSON.parse(readFileSync(alice.locksFile.file, 'utf8')) as Record<string, unknown>;
        writeFileSync(alice.locksFile.file, JSON.stringify({ ...locks, ...added }));
    }
    const undone = async (): Promise<number> =>
        (await alice.repository.history()).events.filter(({ action }) => action === 'undo').length;

    it('tells the truth when the lock is taken by a script once the file is back', async () => {
        const window = await when('beforeFile', () => writeLocks({ [name]: { user: 'Dave', timestamp: 'now' } }));
        const outcome = await window.repository.undo(await window.look(name), window.versions);
        assert.equal(outcome.refusal?.code, 'changedHands');
        assert.match(outcome.refusal.message, /A\.vnc was put back as it was at check-out, but .*Dave/);
        assert.doesNotMatch(outcome.refusal.message, /Nothing was changed/);
        assert.deepEqual([alice.read(name), alice.holder(name), await alice.discarded()], [OLD, 'Dave', [MINE]]);
        assert.equal(await undone(), 0);
    });

    it('leaves the file alone when the lock is taken by a script right before', async () => {
        const window = await when('beforeLook', () => writeLocks({ [name]: { user: 'Dave', timestamp: 'now' } }));
        const { refusal } = await window.repository.undo(await window.look(name), window.versions);
        assert.match(refusal?.message ?? '', /changed hands.*Dave.*Nothing was changed/);
        assert.deepEqual([alice.read(name), alice.holder(name), await alice.discarded()], [MINE, 'Dave', []]);
    });

    it('does not go through a link that takes the place of the folder at the last moment', async function () {
        skipUnless(this, 'links');
        const [job, elsewhere] = [path.dirname(alice.diskPath(name)), path.join(folder(), 'elsewhere')];
        const window = await when('beforeFile', () => {
            renameSync(job, elsewhere);
            symlinkSync(elsewhere, job);
        });
        await assert.rejects(window.repository.undo(await window.look(name), window.versions), /a link took its place/);
        assert.equal(readFileSync(path.join(elsewhere, 'A.vnc'), 'utf8'), MINE);
        assert.deepEqual([readdirSync(elsewhere), alice.holder(name)], [['A.vnc'], 'Alice']);
    });

    it('goes on when a script adds another lock once the file is back', async () => {
        const window = await when('beforeFile', () => writeLocks({ 'B.vnc': { user: 'Zoe' } }));
        const { refusal } = await window.repository.undo(await window.look(name), window.versions);
        assert.equal(refusal, undefined);
        assert.deepEqual([alice.read(name), alice.holder(name), alice.holder('B.vnc')], [OLD, undefined, 'Zoe']);
        assert.equal(await undone(), 1);
    });

    it('does not claim that the file is back when its copy vanished from the mutex folder', async () => {
        const mutex = `${alice.locksFile.file}.lock`;
        const window = await when('beforeFile', () => {
            for (const left of readdirSync(mutex).filter((one) => one.startsWith('program')))
                rmSync(path.join(mutex, left));
        });
        await assert.rejects(
            window.repository.undo(await window.look(name), window.versions),
            /A\.vnc was not changed|The share went away while .*A\.vnc was being replaced/,
        );
        assert.deepEqual([alice.read(name), alice.holder(name), await undone()], [MINE, 'Alice', 0]);
    });

    it('says that the file is back when the locks file cannot be written afterwards', async () => {
        const window = await when('beforeRename', () => {
            rmSync(alice.locksFile.file);
            mkdirSync(alice.locksFile.file);
        });
        await assert.rejects(
            window.repository.undo(await window.look(name), window.versions),
            /A\.vnc was put back as it was at check-out, but may still be checked out\. /,
        );
        assert.deepEqual([alice.read(name), await alice.discarded(), await undone()], [OLD, [MINE], 0]);
    });

    it('tells two states apart that have one time, where times are coarse', async () => {
        const write = (text: string): void => {
            const moment = new Date('2026-03-04T05:06:08Z');
            writeFileSync(alice.diskPath(name), text);
            utimesSync(alice.diskPath(name), moment, moment);
        };
        write('G1 X1\n');
        const request = await alice.look(name);
        alice.versions.whenPrepared = () => write('G1 X4\n');
        await assert.rejects(alice.repository.undo(request, alice.versions), /changed while you were deciding/);
        assert.deepEqual([alice.read(name), alice.holder(name)], ['G1 X4\n', 'Alice']);
    });

    it('never touches what lies outside the repository', async () => {
        const request = { ...(await alice.look(name)), path: '../A.vnc', file: undefined };
        writeFileSync(path.join(folder(), 'A.vnc.12345678-1234-4234-8234-123456789abc.tmp'), 'not ours');
        const { refusal } = await alice.repository.undo(request, alice.versions);
        assert.equal(refusal?.code, 'outsideRepository');
        assert.deepEqual(
            readdirSync(folder()).filter((one) => one.startsWith('A.vnc')),
            ['A.vnc.12345678-1234-4234-8234-123456789abc.tmp'],
        );
    });

    it('shows a deleted file at once when it is back', async () => {
        rmSync(alice.diskPath(name));
        await alice.repository.refresh();
        assert.equal(alice.repository.snapshot.file(name)?.missing, true);
        await alice.repository.undo(await alice.look(name), alice.versions);
        assert.equal(alice.repository.snapshot.locate(name), name);
    });

    it('is carried out once when two windows ask for it', async () => {
        const second = new Programmer(folder(), 'Alice');
        await second.repository.lookEverywhere();
        await second.repository.refresh();
        const request = await alice.look(name);
        const results = await Promise.allSettled(
            [alice, second].map(({ repository, versions }) => repository.undo(request, versions)),
        );
        const done = results.filter((one) => one.status === 'fulfilled' && one.value.refusal === undefined);
        assert.equal(done.length, 1, JSON.stringify(results));
        assert.deepEqual([alice.read(name), alice.holder(name), await undone()], [OLD, undefined, 1]);
        assert.deepEqual(readdirSync(path.dirname(alice.diskPath(name))), ['A.vnc']);
    });

    it('leaves the content at check-out known to the history when it is taken back', async () => {
        await alice.repository.undo(await alice.look(name), alice.versions);
        await alice.checkOut(name);
        await alice.repository.restoreUndone(await alice.lookAtDiscarded(name), alice.versions);
        await alice.repository.checkIn([name]);
        const [event] = (await alice.repository.history({ limit: 1 })).events;
        assert.deepEqual(
            [event?.action, event?.before?.size, event?.after?.size],
            ['check-in', OLD.length, MINE.length],
        );
    });

    it('gives restored changes a new time: an editor that saw them saved would take the old one for what it shows', async () => {
        const saved = statSync(alice.diskPath(name)).mtimeMs;
        await alice.repository.undo(await alice.look(name), alice.versions);
        await alice.checkOut(name);
        await alice.repository.restoreUndone(await alice.lookAtDiscarded(name), alice.versions);
        assert.equal(alice.read(name), MINE);
        assert.ok(statSync(alice.diskPath(name)).mtimeMs > saved);
    });
});
