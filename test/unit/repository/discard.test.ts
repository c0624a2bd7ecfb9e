import * as assert from 'node:assert/strict';
import {
    chmodSync,
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
import type { DiscardOptions, DiscardRequest } from '../../../src/core/repository/discard';
import { Programmer } from '../support/programInShop';
import { temporaryFolder } from '../support/temporaryFolder';

const OLD = 'G1 X0\n';
const MINE = 'G1 X1 (MINE)\n';

describe('Undoing a check-out', () => {
    const folder = temporaryFolder();
    const name = 'job12/A.vnc';
    let alice: Programmer;

    beforeEach(async () => {
        alice = new Programmer(folder(), 'Alice');
        alice.make(name, OLD);
        await alice.repository.refresh();
        await alice.checkOut(name);
    });
    const change = (text = MINE): void => writeFileSync(alice.diskPath(name), text);
    const undo = (request: DiscardRequest, options?: DiscardOptions, who = alice) =>
        who.repository.undo([request], who.versions, options).then(([outcome]) => outcome!);
    const namesIn = (of: string): string[] => readdirSync(path.join(folder(), 'repo', of)).sort();

    it('puts the file back with its mode and its time, releases it, and tells the history', async () => {
        chmodSync(alice.diskPath(name), 0o664);
        const before = statSync(alice.diskPath(name));
        change();
        const { refusal } = await undo(await alice.look(name));
        assert.equal(refusal, undefined);
        const after = statSync(alice.diskPath(name));
        assert.equal(alice.read(name), OLD);
        assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
        assert.ok(Math.abs(after.mtimeMs - before.mtimeMs) < 1, `${after.mtimeMs}`);
        assert.equal(alice.holder(name), undefined);
        assert.equal(alice.repository.snapshot.file(name)?.state, 'available');
        assert.deepEqual(namesIn('job12'), ['A.vnc']);
        const { events } = await alice.repository.history({ limit: 1 });
        const [{ action, user, file, before: then, after: now } = assert.fail()] = events;
        assert.deepEqual([action, user, file], ['undo', 'Alice', name]);
        assert.deepEqual([now?.size, now?.sha256], [then?.size, then?.sha256]);
        assert.deepEqual(await alice.discarded(), [MINE]);
    });

    it('only releases a file that was never changed, and keeps nothing of it', async () => {
        const { ino } = statSync(alice.diskPath(name));
        const { refusal } = await undo({ ...(await alice.look(name)), content: undefined });
        assert.equal(refusal, undefined);
        assert.equal(statSync(alice.diskPath(name)).ino, ino);
        assert.equal(alice.holder(name), undefined);
        assert.deepEqual(await alice.discarded(), []);
    });

    it('leaves a file alone that was to be released only, and was saved meanwhile', async () => {
        const request = { ...(await alice.look(name)), content: undefined };
        change();
        assert.equal((await undo(request)).refusal?.code, 'fileChanged');
        assert.deepEqual([alice.read(name), alice.holder(name)], [MINE, 'Alice']);
    });

    it('brings a deleted file back with the rights that it had', async () => {
        chmodSync(alice.diskPath(name), 0o660);
        await alice.repository.checkIn([name]);
        await alice.checkOut(name);
        const before = statSync(alice.diskPath(name));
        rmSync(alice.diskPath(name));
        assert.equal((await undo(await alice.look(name))).refusal, undefined);
        const after = statSync(alice.diskPath(name));
        assert.equal(alice.read(name), OLD);
        assert.equal(after.mode, before.mode);
        assert.ok(Math.abs(after.mtimeMs - before.mtimeMs) < 1);
        assert.equal(alice.repository.snapshot.file(name)?.missing, false);
    });

    it('does not overwrite a file that came back meanwhile', async () => {
        rmSync(alice.diskPath(name));
        const request = await alice.look(name);
        const outcome = await undo(request, { whenPrepared: () => change('G0 (POSTED AGAIN)\n') });
        assert.equal(outcome.refusal?.code, 'fileChanged');
        assert.equal(alice.read(name), 'G0 (POSTED AGAIN)\n');
        assert.deepEqual([alice.holder(name), namesIn('job12')], ['Alice', ['A.vnc']]);
    });

    describe('taken over by Dave', () => {
        const takeOver = async (): Promise<void> => {
            const dave = new Programmer(folder(), 'Dave');
            await dave.repository.refresh();
            const { lock: seen } = dave.repository.snapshot.file(name)!;
            await dave.repository.takeOver([{ path: name, seen: seen! }], 'The machine is waiting');
            writeFileSync(alice.diskPath(name), 'G1 X2 (DAVE)\n');
        };
        const isDaves = async (request: DiscardRequest, options?: DiscardOptions): Promise<void> => {
            const { refusal } = await undo(request, options);
            assert.equal(refusal?.code, 'changedHands');
            assert.match(refusal.message, /A\.vnc changed hands.* checked out by Dave on PC.*Nothing was changed/);
            assert.deepEqual([alice.read(name), alice.holder(name)], ['G1 X2 (DAVE)\n', 'Dave']);
            assert.deepEqual(namesIn('job12'), ['A.vnc']);
            assert.equal(alice.repository.snapshot.file(name)?.state, 'heldByOthers');
            assert.deepEqual(await alice.discarded(), []);
        };

        it('while the question is open, is refused by a sentence that names him', async () => {
            change();
            const request = await alice.look(name);
            await takeOver();
            await isDaves(request);
        });

        it('while a large file is being copied, is refused as well', async () => {
            change();
            await isDaves(await alice.look(name), { whenPrepared: takeOver });
        });

        it('and given back meanwhile, is refused: it is another check-out', async () => {
            change();
            const request = await alice.look(name);
            await takeOver();
            await new Programmer(folder(), 'Dave').repository.checkIn([name]);
            await alice.repository.checkOut([name], 'Again');
            const { refusal } = await undo(request);
            assert.equal(refusal?.code, 'changedHands');
            assert.deepEqual([alice.read(name), alice.holder(name)], ['G1 X2 (DAVE)\n', 'Alice']);
        });
    });

    for (const [when, options] of [
        ['was shown', undefined],
        ['was copied', { whenPrepared: () => writeFileSync(alice.diskPath(name), 'G1 X3 (LATER)\n') }],
    ] as const) {
        it(`leaves a file alone that was saved after it ${when}`, async () => {
            change();
            const request = await alice.look(name);
            if (options === undefined) change('G1 X3 (LATER)\n');
            const { refusal } = await undo(request, options);
            assert.equal(refusal?.code, 'fileChanged');
            assert.match(refusal.message, /A\.vnc was not changed, because it was saved while you were deciding/);
            assert.deepEqual([alice.read(name), alice.holder(name)], ['G1 X3 (LATER)\n', 'Alice']);
            assert.deepEqual([namesIn('job12'), await alice.discarded()], [['A.vnc'], []]);
        });
    }

    it('tells two states apart that have one time, where times are coarse', async () => {
        const moment = new Date('2026-03-04T05:06:08Z');
        const write = (text: string): void => {
            alice.make(name, text);
            utimesSync(alice.diskPath(name), moment, moment);
        };
        write('G1 X1\n');
        const outcome = await undo(await alice.look(name), { whenPrepared: () => write('G1 X4\n') });
        assert.equal(outcome.refusal?.code, 'fileChanged');
        assert.equal(alice.read(name), 'G1 X4\n');
    });

    for (const [what, linkIt] of [
        ['the file', (place: string) => place],
        ['its folder', (place: string) => path.dirname(place)],
    ] as const) {
        for (const when of ['before', 'while it is copied'] as const) {
            it(`does not follow a link that took the place of ${what} ${when}`, async () => {
                change();
                const request = await alice.look(name);
                const place = linkIt(alice.diskPath(name));
                const elsewhere = path.join(folder(), 'elsewhere');
                const link = (): void => {
                    renameSync(place, elsewhere);
                    symlinkSync(elsewhere, place);
                };
                if (when === 'before') link();
                const { refusal } = await undo(request, when === 'before' ? {} : { whenPrepared: link });
                assert.match(
                    refusal!.message,
                    /A\.vnc was not changed, because it or one of its folders is a link now/,
                );
                assert.deepEqual([alice.read(name), alice.holder(name)], [MINE, 'Alice']);
            });
        }
    }

    it('refuses a copy that decayed on this computer', async () => {
        change();
        const request = await alice.look(name);
        chmodSync(request.content!.copy, 0o600);
        writeFileSync(request.content!.copy, 'G1 X?\n');
        const { refusal } = await undo(request);
        assert.match(refusal!.message, /because its copy on this computer is damaged/);
        assert.deepEqual([alice.read(name), namesIn('job12'), await alice.discarded()], [MINE, ['A.vnc'], []]);
    });

    it('changes nothing when it is cancelled, before or after the copies are made', async () => {
        change();
        const request = await alice.look(name);
        const abort = new AbortController();
        const outcomes = [
            await undo(request, { signal: AbortSignal.abort() }),
            await undo(request, { signal: abort.signal, whenPrepared: () => abort.abort() }),
        ];
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            ['cancelled', 'cancelled'],
        );
        assert.deepEqual([alice.read(name), alice.holder(name)], [MINE, 'Alice']);
        assert.deepEqual([namesIn('job12'), await alice.discarded()], [['A.vnc'], []]);
    });

    it('gives each of several files its outcome, in one transaction', async () => {
        const others = ['job12/B.vnc', 'job13/C.vnc'];
        for (const other of others) {
            alice.make(other, OLD);
            await alice.repository.refresh();
            await alice.checkOut(other);
            writeFileSync(alice.diskPath(other), MINE);
        }
        change();
        const requests: DiscardRequest[] = [];
        for (const one of [name, ...others]) requests.push(await alice.look(one));
        writeFileSync(alice.diskPath(others[0]!), 'G1 X3 (LATER)\n');
        const outcomes = await alice.repository.undo(requests, alice.versions);
        assert.deepEqual(
            outcomes.map(({ path: file, refusal }) => [file, refusal?.code]),
            [
                [name, undefined],
                [others[0], 'fileChanged'],
                [others[1], undefined],
            ],
        );
        assert.deepEqual(
            [name, ...others].map((one) => alice.read(one)),
            [OLD, 'G1 X3 (LATER)\n', OLD],
        );
        assert.deepEqual(
            [name, ...others].map((one) => alice.holder(one)),
            [undefined, 'Alice', undefined],
        );
        const undone = (await alice.repository.history()).events.filter(({ action }) => action === 'undo');
        assert.deepEqual(new Set(undone.map(({ file }) => file)), new Set([name, others[1]]));
    });

    it('is carried out once when two windows ask for it', async () => {
        change();
        const second = new Programmer(folder(), 'Alice');
        await second.repository.refresh();
        const request = await alice.look(name);
        const outcomes = await Promise.all([undo(request), undo(request, {}, second)]);
        const codes = outcomes.map(({ refusal }) => refusal?.code);
        assert.equal(codes.filter((code) => code === undefined).length, 1, String(codes));
        assert.ok(
            codes.some((code) => code === 'notCheckedOut' || code === 'fileChanged'),
            String(codes),
        );
        assert.deepEqual([alice.read(name), alice.holder(name), namesIn('job12')], [OLD, undefined, ['A.vnc']]);
    });

    it('says that the file was put back when the locks file cannot be written afterwards', async () => {
        change();
        const blocked = new Programmer(folder(), 'Alice', {
            atFailpoint: (moment) => {
                // A folder in its place: as good as a disk that refuses the rename.
                if (moment !== 'beforeRename') return;
                rmSync(alice.locksFile.file);
                mkdirSync(alice.locksFile.file);
            },
        });
        await blocked.repository.refresh();
        const request = await alice.look(name);
        await assert.rejects(
            blocked.repository.undo([request], alice.versions),
            /A\.vnc was put back as at check-out, but may still be checked out\. /,
        );
        assert.equal(alice.read(name), OLD);
        assert.deepEqual(await alice.discarded(), [MINE]);
        const { events } = await alice.repository.history();
        assert.equal(
            events.some(({ action }) => action === 'undo'),
            false,
            'the history claims an undo',
        );
    });

    it('decides again when a program that knows no mutex writes the locks file meanwhile', async () => {
        change();
        let isWritten = false;
        const busy = new Programmer(folder(), 'Alice', {
            atFailpoint: (moment) => {
                if (moment !== 'beforeFile' || isWritten) return;
                isWritten = true;
                const locks = JSON.parse(readFileSync(alice.locksFile.file, 'utf8')) as Record<string, unknown>;
                locks['B.vnc'] = { user: 'Zoe' };
                writeFileSync(alice.locksFile.file, JSON.stringify(locks));
            },
        });
        await busy.repository.refresh();
        const { refusal } = await undo(await alice.look(name), {}, busy);
        assert.equal(refusal, undefined);
        assert.deepEqual([alice.read(name), alice.holder(name), alice.holder('B.vnc')], [OLD, undefined, 'Zoe']);
    });
});

describe('Restoring discarded changes', () => {
    const folder = temporaryFolder();
    const name = 'A.vnc';
    let alice: Programmer;
    let saved: number;

    beforeEach(async () => {
        alice = new Programmer(folder(), 'Alice');
        alice.make(name, OLD);
        await alice.repository.refresh();
        await alice.checkOut(name);
        writeFileSync(alice.diskPath(name), MINE);
        saved = statSync(alice.diskPath(name)).mtimeMs;
        await alice.repository.undo([await alice.look(name)], alice.versions);
        assert.deepEqual(await alice.discarded(), [MINE]);
        await alice.checkOut(name);
    });

    it('puts them back with their time, keeps what they replace, and tells the history', async () => {
        const { refusal } = await alice.repository.restoreUndone(await alice.lookAtDiscarded(name), alice.versions);
        assert.equal(refusal, undefined);
        assert.deepEqual([alice.read(name), alice.holder(name)], [MINE, 'Alice']);
        assert.ok(Math.abs(statSync(alice.diskPath(name)).mtimeMs - saved) < 1);
        assert.deepEqual(await alice.discarded(), [OLD, MINE]);
        const [event] = (await alice.repository.history({ limit: 1 })).events;
        assert.deepEqual(
            [event?.action, event?.file, event?.user, event?.after?.size],
            ['put-back', name, 'Alice', MINE.length],
        );
        assert.deepEqual(alice.leftovers(), []);
    });

    it('leaves the content at check-out known to the history', async () => {
        await alice.repository.restoreUndone(await alice.lookAtDiscarded(name), alice.versions);
        await alice.repository.checkIn([name]);
        const [event] = (await alice.repository.history({ limit: 1 })).events;
        assert.deepEqual(
            [event?.action, event?.before?.size, event?.after?.size],
            ['check-in', OLD.length, MINE.length],
        );
    });

    it('is refused when somebody took the file over, and when it was saved meanwhile', async () => {
        const request = await alice.lookAtDiscarded(name);
        const dave = new Programmer(folder(), 'Dave');
        await dave.repository.refresh();
        const { refusal: changed } = await alice.repository.restoreUndone(request, alice.versions, {
            whenPrepared: () => writeFileSync(alice.diskPath(name), 'G1 X3 (LATER)\n'),
        });
        assert.equal(changed?.code, 'fileChanged');
        const again = await alice.lookAtDiscarded(name);
        const { refusal } = await alice.repository.restoreUndone(again, alice.versions, {
            whenPrepared: async () => {
                await dave.repository.takeOver([{ path: name, seen: again.lock }], 'The machine is waiting');
            },
        });
        assert.match(refusal!.message, /changed hands.*checked out by Dave/);
        assert.deepEqual(
            [alice.read(name), await alice.discarded(), alice.leftovers()],
            ['G1 X3 (LATER)\n', [MINE], []],
        );
    });
});
