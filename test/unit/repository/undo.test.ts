import * as assert from 'node:assert/strict';
import {
    chmodSync,
    chownSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import type { ContentRequest } from '../../../src/core/repository/undo';
import { Lease } from '../../../src/core/mutex/lease';
import { StagingFolder } from '../../../src/core/disk/stagingFolder';
import { StagedContent } from '../../../src/core/revisions/stagedContent';
import { VersionStore } from '../../../src/core/revisions/versionStore';
import { skipUnless } from '../../support/skips';
import { openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

/** A real store in which something happens once what is discarded was kept: the copy on the share is prepared by then. */
class StoreWithMeanwhile extends VersionStore {
    meanwhile: () => Promise<void> | void = () => undefined;

    override async keepUndone(...args: Parameters<VersionStore['keepUndone']>): ReturnType<VersionStore['keepUndone']> {
        const kept = await super.keepUndone(...args);
        await this.meanwhile();
        return kept;
    }
}

describe('An undo', () => {
    const ORIGINAL = 'G1 X0 F300\n';
    const CHANGED = 'G1 X0 F9999\n';
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const file = (): string => path.join(root(), 'job', 'A.vnc');
    const inShop = (): string[] =>
        readdirSync(root(), { recursive: true, encoding: 'utf8' })
            .map((name) => name.replaceAll(path.sep, '/'))
            .sort();
    const stagedNow = (): string[] => readdirSync(folder()).filter((name) => name.startsWith('.locks.json.staged.'));
    let bob: ReturnType<typeof openRepository>['repository'];
    let versions: StoreWithMeanwhile;

    beforeEach(async () => {
        mkdirSync(path.dirname(file()), { recursive: true });
        writeFileSync(file(), ORIGINAL);
        chmodSync(file(), 0o664);
        bob = openRepository(folder(), 'Bob').repository;
        versions = new StoreWithMeanwhile(path.join(folder(), 'private'));
        await bob.refresh();
        await bob.lookEverywhere();
        const [outcome] = await bob.checkOut(['job/A.vnc'], 'Feed');
        const key = { root: root(), path: 'job/A.vnc', timestamp: outcome!.lock!.timestamp };
        await versions.note(key, statSync(file()));
        await versions.keep(key, file(), 1e6);
        writeFileSync(file(), CHANGED);
    });

    /** What a person sees now, and agrees to. */
    async function request(name = 'job/A.vnc'): Promise<ContentRequest> {
        const seen = bob.snapshot.table.find(name)!.lock!;
        const version = (await versions.version({ root: root(), path: name, timestamp: seen.timestamp }))!;
        const content = { ...version, sha256: version.sha256!, copy: version.copy! };
        return { path: name, seen, file: statSync(path.join(root(), name), { throwIfNoEntry: false }), content };
    }
    const takeOver = async (): Promise<void> => {
        const { repository } = openRepository(folder(), 'Alice');
        await repository.refresh();
        const seen = repository.snapshot.table.find('job/A.vnc')!.lock!;
        const [outcome] = await repository.takeOver([{ path: 'job/A.vnc', seen }], 'The machine is waiting');
        assert.equal(outcome?.refusal, undefined);
    };
    const holder = (): string | undefined => {
        const table = JSON.parse(readFileSync(path.join(folder(), 'locks.json'), 'utf8')) as Record<
            string,
            { user: string }
        >;
        return table['job/A.vnc']?.user;
    };
    const restorable = async (): Promise<string[]> =>
        (await versions.undone(Date.now())).map((undone) => readFileSync(versions.copyOf(undone), 'utf8'));
    /** Nothing happened: the file, its holder, the folder and what can be restored are as they were. */
    const assertUntouched = async (content = CHANGED, by = 'Bob'): Promise<void> => {
        assert.deepEqual([readFileSync(file(), 'utf8'), holder(), inShop()], [content, by, ['job', 'job/A.vnc']]);
        assert.deepEqual(await restorable(), []);
    };

    it('puts the file back as it was, releases it, tells the history, and can be taken back', async () => {
        const before = statSync(file());
        const asked = await request();
        const outcome = await bob.undo(asked, versions);
        assert.equal(outcome.refusal, undefined);
        assert.equal(readFileSync(file(), 'utf8'), ORIGINAL);
        const after = statSync(file());
        assert.deepEqual([after.mode, after.gid, after.size], [before.mode, before.gid, ORIGINAL.length]);
        assert.ok(Math.abs(after.mtimeMs - asked.content!.mtimeMs!) < 1, 'It has the time of the check-out.');
        assert.deepEqual([holder(), inShop()], [undefined, ['job', 'job/A.vnc']]);
        const { events } = await bob.history({ file: 'job/A.vnc', limit: 1 });
        assert.deepEqual(
            events.map(({ action, user, after: content }) => [action, user, content?.size]),
            [['undo', 'Bob', ORIGINAL.length]],
        );
        assert.deepEqual(await restorable(), [CHANGED]);
        assert.equal(bob.snapshot.file('job/A.vnc')?.state, 'available');
    });

    it('does not show its own locks over newer ones, when somebody checked the file out again at once', async () => {
        const { repository, store } = openRepository(folder(), 'Bob');
        const alice = openRepository(folder(), 'Alice').repository;
        for (const each of [repository, alice]) await each.refresh();
        await repository.lookEverywhere();
        const undo = store.undo.bind(store);
        store.undo = async (...args) => {
            const changed = await undo(...args);
            await alice.checkOut(['job/A.vnc'], 'Next');
            await repository.poll();
            return changed;
        };
        const outcome = await repository.undo(await request(), versions);
        assert.equal(outcome.refusal, undefined);
        assert.equal(repository.snapshot.file('job/A.vnc')?.lock?.user, 'Alice');
    });

    it('leaves what the new holder has when somebody took the file over while the person was deciding', async () => {
        const asked = await request();
        await takeOver();
        const { refusal } = await bob.undo(asked, versions);
        assert.equal(refusal?.code, 'changedHands');
        assert.match(refusal.message, /^job\/A\.vnc changed hands while you were deciding\. .*Alice/);
        await assertUntouched(CHANGED, 'Alice');
    });

    it('leaves what the new holder has when somebody took the file over while it was copied to the share', async () => {
        const asked = await request();
        versions.meanwhile = async () => {
            assert.deepEqual(inShop(), ['job', 'job/A.vnc'], 'The copy is prepared, and not among the programs.');
            assert.equal(stagedNow().length, 1);
            await takeOver();
            writeFileSync(file(), 'by Alice\n');
        };
        const { refusal } = await bob.undo(asked, versions);
        assert.match(refusal?.message ?? '', /changed hands.*Alice/);
        await assertUntouched('by Alice\n', 'Alice');
    });

    it('leaves a file that the same person checked in and out again in another window meanwhile', async () => {
        const asked = await request();
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        await repository.checkIn(['job/A.vnc']);
        await repository.checkOut(['job/A.vnc'], 'Once more');
        const { refusal } = await bob.undo(asked, versions);
        assert.equal(refusal?.code, 'changedHands');
        await assertUntouched();
    });

    it('leaves a file that was checked in meanwhile', async () => {
        const asked = await request();
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        await repository.checkIn(['job/A.vnc']);
        const { refusal } = await bob.undo(asked, versions);
        assert.match(refusal?.message ?? '', /^job\/A\.vnc is no longer checked out, so it was left as it is\./);
        assert.deepEqual([readFileSync(file(), 'utf8'), inShop()], [CHANGED, ['job', 'job/A.vnc']]);
    });

    for (const [when, prepare] of [
        ['while the person was deciding', (change: () => void) => change()],
        ['while it was copied', (change: () => void) => void (versions.meanwhile = change)],
    ] as const) {
        it(`leaves a file that was changed ${when}`, async () => {
            const asked = await request();
            prepare(() => writeFileSync(file(), 'G1 X0 F1 (SAVED AGAIN)\n'));
            await assert.rejects(bob.undo(asked, versions), /A\.vnc was not changed, because .*changed while you were/);
            await assertUntouched('G1 X0 F1 (SAVED AGAIN)\n');
        });

        it(`does not go through a link that took the folder's place ${when}`, async function () {
            skipUnless(this, 'links');
            const asked = await request();
            const elsewhere = path.join(folder(), 'elsewhere');
            prepare(() => {
                renameSync(path.dirname(file()), elsewhere);
                symlinkSync(elsewhere, path.dirname(file()));
            });
            await assert.rejects(bob.undo(asked, versions), /a link took its place, or that of its folder/);
            assert.equal(readFileSync(path.join(elsewhere, 'A.vnc'), 'utf8'), CHANGED);
            assert.equal(holder(), 'Bob');
        });
    }

    it('only releases a file that was not changed, and leaves one that was changed after all', async () => {
        writeFileSync(file(), ORIGINAL);
        const asked = { ...(await request()), content: undefined };
        writeFileSync(file(), CHANGED);
        await assert.rejects(bob.undo(asked, versions), /changed while you were deciding/);
        assert.equal(holder(), 'Bob');
        await bob.undo({ ...(await request()), content: undefined }, versions);
        assert.deepEqual([readFileSync(file(), 'utf8'), holder()], [CHANGED, undefined]);
    });

    it('brings back a deleted file with the rights that it had', async function () {
        skipUnless(this, 'modes');
        rmSync(file());
        await bob.undo(await request(), versions);
        assert.equal(readFileSync(file(), 'utf8'), ORIGINAL);
        assert.equal(statSync(file()).mode & 0o777, 0o664);
        assert.deepEqual([holder(), await restorable()], [undefined, []]);
    });

    it('brings back a deleted file with its owner, group, mode and time', async function () {
        skipUnless(this, 'root');
        await bob.checkIn(['job/A.vnc']);
        writeFileSync(file(), ORIGINAL);
        chownSync(file(), 2001, 3000);
        chmodSync(file(), 0o640);
        const [outcome] = await bob.checkOut(['job/A.vnc'], 'Feed');
        const key = { root: root(), path: 'job/A.vnc', timestamp: outcome!.lock!.timestamp };
        const before = statSync(file());
        await versions.note(key, outcome!.file!);
        await versions.keep(key, file(), 1e6);
        rmSync(file());
        await bob.undo(await request(), versions);
        const { uid, gid, mode, mtimeMs } = statSync(file());
        assert.deepEqual([uid, gid, mode & 0o777], [2001, 3000, 0o640]);
        assert.ok(Math.abs(mtimeMs - before.mtimeMs) < 1);
    });

    it('restores discarded changes to a file that was deleted since, with the rights that it had', async function () {
        skipUnless(this, 'modes');
        chmodSync(file(), 0o640);
        await bob.undo(await request(), versions);
        await bob.checkOut(['job/A.vnc'], 'After all');
        const seen = bob.snapshot.table.find('job/A.vnc')!.lock!;
        const [undone] = await versions.undone(Date.now());
        rmSync(file());
        const content = { ...undone!, copy: versions.copyOf(undone!) };
        await bob.restoreUndone({ path: 'job/A.vnc', seen, file: undefined, content }, versions);
        assert.deepEqual([readFileSync(file(), 'utf8'), statSync(file()).mode & 0o777], [CHANGED, 0o640]);
    });

    it("keeps the group of the shop's file", async function () {
        skipUnless(this, 'root');
        chownSync(file(), 2001, 3000);
        chmodSync(file(), 0o660);
        await bob.undo(await request(), versions);
        const { uid, gid, mode } = statSync(file());
        assert.deepEqual([readFileSync(file(), 'utf8'), uid, gid, mode & 0o777], [ORIGINAL, 2001, 3000, 0o660]);
    });

    it('removes what a killed program left beside the file', async () => {
        const left = `${file()}.12345678-1234-4234-8234-123456789abc.tmp`;
        writeFileSync(left, 'half');
        writeFileSync(`${file()}.backup.tmp`, "the user's own");
        await bob.undo(await request(), versions);
        assert.deepEqual(inShop(), ['job', 'job/A.vnc', 'job/A.vnc.backup.tmp']);
    });

    it('does not use a damaged copy', async () => {
        const asked = await request();
        writeFileSync(asked.content!.copy as string, 'G1 X0 F30?\n');
        await assert.rejects(bob.undo(asked, versions), /its copy on this computer is damaged/);
        await assertUntouched();
    });

    it('puts a file back, and leaves nothing, where the locks are on another disk', async function () {
        skipUnless(this, 'anotherDisk');
        const elsewhere = mkdtempSync('/dev/shm/cnc-checkout-');
        try {
            const { repository } = openRepository(folder(), 'Bob', path.join(elsewhere, 'locks.json'));
            await repository.refresh();
            await repository.lookEverywhere();
            const [outcome] = await repository.checkOut(['job/A.vnc'], 'Feed');
            const { content } = await request();
            const asked = { path: 'job/A.vnc', seen: outcome!.lock!, file: statSync(file()), content };
            assert.equal((await repository.undo(asked, versions)).refusal, undefined);
            assert.deepEqual([readFileSync(file(), 'utf8'), inShop()], [ORIGINAL, ['job', 'job/A.vnc']]);
            assert.deepEqual(
                readdirSync(elsewhere).filter((name) => name.includes('staged')),
                [],
            );
        } finally {
            rmSync(elsewhere, { recursive: true });
        }
    });

    describe('of several files', () => {
        const names = ['job/A.vnc', 'job/B.vnc', 'C.vnc'];
        const at = (name: string): string => path.join(root(), name);

        beforeEach(async () => {
            for (const name of names.slice(1)) {
                writeFileSync(at(name), ORIGINAL);
                await bob.lookEverywhere();
                const [outcome] = await bob.checkOut([name], 'Feed');
                const key = { root: root(), path: name, timestamp: outcome!.lock!.timestamp };
                await versions.note(key, statSync(at(name)));
                await versions.keep(key, at(name), 1e6);
                writeFileSync(at(name), CHANGED);
            }
        });
        const requests = (): Promise<ContentRequest[]> => Promise.all(names.map((name) => request(name)));
        const texts = (): string[] => names.map((name) => readFileSync(at(name), 'utf8'));
        const holders = (): (string | undefined)[] => {
            const table = JSON.parse(readFileSync(path.join(folder(), 'locks.json'), 'utf8')) as Record<
                string,
                { user: string }
            >;
            return names.map((name) => table[name]?.user);
        };

        it('is one transaction', async () => {
            const before = statSync(path.join(folder(), 'locks.json.bak')).ino;
            const outcomes = await bob.undoAll(await requests(), versions);
            assert.deepEqual(
                outcomes.map(({ path: name, refusal }) => [name, refusal?.code]),
                names.map((name) => [name, undefined]),
            );
            assert.deepEqual(
                [texts(), holders()],
                [
                    [ORIGINAL, ORIGINAL, ORIGINAL],
                    [undefined, undefined, undefined],
                ],
            );
            // The copy has what was in force after the one change.
            assert.equal(readFileSync(path.join(folder(), 'locks.json.bak'), 'utf8'), '{}');
            assert.notEqual(statSync(path.join(folder(), 'locks.json.bak')).ino, before);
            const { events } = await bob.history({ limit: 4 });
            assert.deepEqual(
                events.map(({ action, file: name }) => `${action} ${name}`),
                ['undo C.vnc', 'undo job/B.vnc', 'undo job/A.vnc', 'check-out C.vnc'],
            );
            assert.deepEqual([stagedNow(), (await restorable()).length], [[], 3]);
        });

        for (const [when, prepare] of [
            ['before', (change: () => void) => change()],
            ['once all was prepared', (change: () => void) => void (versions.meanwhile = change)],
        ] as const) {
            it(`gives each its own outcome when one was changed ${when}`, async () => {
                const asked = await requests();
                prepare(() => writeFileSync(at('job/B.vnc'), 'G1 X0 F1 (SAVED AGAIN)\n'));
                const outcomes = await bob.undoAll(asked, versions);
                assert.deepEqual(
                    outcomes.map(({ path: name, refusal }) => [name, refusal?.code]),
                    [
                        ['job/A.vnc', undefined],
                        ['job/B.vnc', 'notReplaced'],
                        ['C.vnc', undefined],
                    ],
                );
                assert.match(
                    outcomes[1]?.refusal?.message ?? '',
                    /B\.vnc was not changed, because .*while you were deciding/,
                );
                assert.deepEqual(texts(), [ORIGINAL, 'G1 X0 F1 (SAVED AGAIN)\n', ORIGINAL]);
                assert.deepEqual(holders(), [undefined, 'Bob', undefined]);
                assert.deepEqual([stagedNow(), (await restorable()).length], [[], 2]);
            });
        }

        it('refuses one that somebody took over, and undoes the others', async () => {
            const asked = await requests();
            await takeOver();
            const outcomes = await bob.undoAll(asked, versions);
            assert.deepEqual(
                outcomes.map(({ refusal }) => refusal?.code),
                ['changedHands', undefined, undefined],
            );
            assert.deepEqual(
                [texts(), holders()],
                [
                    [CHANGED, ORIGINAL, ORIGINAL],
                    ['Alice', undefined, undefined],
                ],
            );
        });
    });

    it('changes nothing once the mutex was lost, however short before', async function () {
        skipUnless(this, 'removedOpenFiles');
        const { content, file: seen } = await request();
        const mutex = path.join(folder(), 'locks.json.lock');
        const lease = (await Lease.take(mutex, {
            describe: (token) => JSON.stringify({ token }),
            staleAfter: 60_000,
            share: () => Promise.resolve(undefined),
            atFailpoint: () => undefined,
        }))!;
        const staging = await StagingFolder.create(path.join(folder(), 'locks.json'));
        const staged = await StagedContent.stage(content!, root(), file(), seen, staging);
        renameSync(mutex, `${mutex}.aside`); // As somebody does who takes it over.
        await assert.rejects(staged.place(lease), /A\.vnc was not changed/);
        await staged.remove();
        assert.deepEqual([readFileSync(file(), 'utf8'), inShop()], [CHANGED, ['job', 'job/A.vnc']]);
        await lease.giveBack().catch(() => undefined);
    });

    it('is taken back under a check-out, and that in turn, too', async () => {
        await bob.undo(await request(), versions);
        await bob.checkOut(['job/A.vnc'], 'After all');
        const seen = bob.snapshot.table.find('job/A.vnc')!.lock!;
        const [undone] = await versions.undone(Date.now());
        const content = { ...undone!, copy: versions.copyOf(undone!) };
        const outcome = await bob.restoreUndone({ path: 'job/A.vnc', seen, file: statSync(file()), content }, versions);
        assert.deepEqual([outcome.refusal, readFileSync(file(), 'utf8'), holder()], [undefined, CHANGED, 'Bob']);
        const { events } = await bob.history({ file: 'job/A.vnc', limit: 1 });
        assert.deepEqual([events[0]?.action, events[0]?.after?.size], ['restore', CHANGED.length]);
        assert.deepEqual((await restorable()).sort(), [ORIGINAL, CHANGED].sort());
        await takeOver();
        const again = { path: 'job/A.vnc', seen, file: statSync(file()), content: { ...content } };
        assert.match((await bob.restoreUndone(again, versions)).refusal?.message ?? '', /changed hands.*Alice/);
        assert.equal(readFileSync(file(), 'utf8'), CHANGED);
    });
});
