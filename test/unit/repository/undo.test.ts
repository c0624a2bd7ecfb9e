import * as assert from 'node:assert/strict';
import {
    chmodSync,
    chownSync,
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
import type { ContentRequest } from '../../../src/core/repository/undo';
import { Lease } from '../../../src/core/mutex/lease';
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
    async function request(): Promise<ContentRequest> {
        const seen = bob.snapshot.table.find('job/A.vnc')!.lock!;
        const version = (await versions.version({ root: root(), path: 'job/A.vnc', timestamp: seen.timestamp }))!;
        const content = { ...version, sha256: version.sha256!, copy: version.copy! };
        return { path: 'job/A.vnc', seen, file: statSync(file(), { throwIfNoEntry: false }), content };
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
            assert.equal(inShop().filter((name) => name.endsWith('.tmp')).length, 1, 'The copy is prepared.');
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
        const staged = await StagedContent.stage(content!, root(), file(), seen);
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
