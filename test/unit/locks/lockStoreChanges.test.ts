import * as assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { CheckoutError } from '../../../src/core/base/errors';
import type { HistoryEvent, RevisionFacts } from '../../../src/core/history/historyEvent';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { LocksFile } from '../../../src/core/locks/locksFile';
import type { Revise, Revised } from '../../../src/core/locks/lockStore';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { temporaryLocksFile } from '../support/temporaryLocksFile';

const extensions = new Set(['.vnc']);
const monday = new Date('2026-11-23T08:00:00Z');
const bobs = newLock('Bob', 'PC', 'Rev D', monday);
const elsewhere = newLock('Bob', 'CAM-2', '', monday);
const alices = newLock('Alice', 'CAM-1', '', monday);
const terms = { user: 'Bob', extensions, onlyOwn: true };
const revision = (number: number): RevisionFacts => ({ number, size: number, sha256: `hash ${number}`, modified: '' });

describe('A change of the locks', () => {
    const { file } = temporaryLocksFile();
    const warnings: string[] = [];
    let store: FileLockStore;

    const hold = (locks: Readonly<Record<string, Lock>>): void => {
        const table = LockTable.empty.with(Object.entries(locks).map(([path, lock]) => ({ path, lock })));
        writeFileSync(file(), table.serialise());
    };
    const held = (): string[] => LockTable.parse(readFileSync(file(), 'utf8')).entries.map(({ key }) => key);
    const told = async (): Promise<readonly HistoryEvent[]> => (await store.history({})).events;
    const actions = async (): Promise<string[]> =>
        (await told()).map(({ action, file: name }) => `${action} ${name}`).toReversed();
    const mine = (...paths: string[]): { path: string; seen: Lock }[] => paths.map((path) => ({ path, seen: bobs }));

    beforeEach(() => {
        warnings.splice(0);
        const options = { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000 };
        store = new FileLockStore(new LocksFile(file(), options, (warning) => warnings.push(warning)));
    });
    afterEach(() => assert.deepEqual(warnings, []));

    it('is told to the history for each file, also where nobody knows what is in it', async () => {
        hold({ 'a.vnc': alices });
        await store.takeOver([{ path: 'a.vnc', seen: alices }], bobs);
        await store.checkOut([{ path: 'b.vnc', present: true }], bobs, extensions);
        await store.checkIn(['a.vnc', 'b.vnc'], 'Bob');
        assert.deepEqual(await actions(), ['take-over a.vnc', 'check-out b.vnc', 'check-in a.vnc', 'check-in b.vnc']);
        assert.ok((await store.historyBytes()) > 300);
    });

    it('that is refused leaves nothing in the history', async () => {
        hold({ 'a.vnc': alices });
        await store.checkOut([{ path: 'a.vnc', present: true }], bobs, extensions);
        await store.checkIn(['a.vnc', 'b.vnc'], 'Bob');
        await store.rename({ from: 'a.vnc', to: 'b.vnc' }, terms, () => assert.fail('It is refused.'));
        assert.deepEqual(await actions(), []);
    });

    describe('that puts files back', () => {
        it('leaves a check-out of another computer alone, unless the person says that it is theirs', async () => {
            const seen = { path: 'a.vnc', seen: elsewhere };
            const putBack: string[] = [];
            const place = async (_: unknown, path: string): Promise<void> => void putBack.push(path);
            hold({ 'a.vnc': elsewhere });
            const refused = await store.undo([seen], 'Bob', place);
            assert.deepEqual([refused.outcomes[0]?.refusal?.code, putBack, held()], ['otherComputer', [], ['a.vnc']]);
            await store.replaceContents([seen], 'Bob', place);
            assert.deepEqual([putBack.splice(0), held()], [['a.vnc'], ['a.vnc']]);
            await store.undo([{ ...seen, fromOtherComputer: true }], 'Bob', place);
            assert.deepEqual([putBack.splice(0), held()], [['a.vnc'], []]);
            hold({ 'a.vnc': elsewhere });
            await store.undo([seen], 'Bob', place, { fromOtherComputer: true });
            assert.deepEqual([putBack, held()], [['a.vnc'], []]);
            assert.deepEqual(await actions(), ['restore a.vnc', 'undo a.vnc', 'undo a.vnc']);
        });

        it('keeps the lock of each that cannot be put back, and says why', async () => {
            hold({ 'a.vnc': bobs, 'b.vnc': bobs, 'c.vnc': bobs });
            const failure = new CheckoutError('fileNotRestored', 'b.vnc is in use.');
            const { outcomes } = await store.undo(mine('a.vnc', 'B.vnc', 'c.vnc'), 'Bob', async (_, path) => {
                if (path === 'B.vnc') throw failure;
            });
            assert.deepEqual(
                outcomes.map(({ path, refusal }) => [path, refusal]),
                [
                    ['a.vnc', undefined],
                    ['B.vnc', { code: 'notReplaced', message: 'b.vnc is in use.' }],
                    ['c.vnc', undefined],
                ],
            );
            assert.deepEqual(held(), ['b.vnc']);
            assert.deepEqual(await actions(), ['undo a.vnc', 'undo c.vnc']);
        });

        it('throws why the only one cannot be put back, and keeps its lock', async () => {
            hold({ 'a.vnc': bobs });
            const failure = new CheckoutError('fileNotRestored', 'a.vnc is in use.');
            await assert.rejects(
                store.undo(mine('a.vnc'), 'Bob', () => Promise.reject(failure)),
                failure,
            );
            assert.deepEqual([held(), await actions()], [['a.vnc'], []]);
        });
    });

    describe('with revisions', () => {
        const revising =
            (...of: readonly (readonly [string, Revised])[]): Revise =>
            async (_, paths) => {
                const known = new Map(of);
                return new Map(
                    paths.flatMap((path) => (known.has(path) ? [[path.toLowerCase(), known.get(path)!]] : [])),
                );
            };

        it('tells the number of each that was kept, and what was found in the file before', async () => {
            hold({ 'a.vnc': bobs, 'b.vnc': bobs, 'c.vnc': alices });
            const { outcomes } = await store.checkIn(['A.vnc', 'b.vnc', 'c.vnc'], 'Bob', {
                revise: revising(
                    ['A.vnc', { found: revision(1), revision: revision(2) }],
                    ['c.vnc', { revision: revision(9) }],
                ),
            });
            assert.deepEqual(
                outcomes.map(({ path, revision: number, refusal }) => [path, number, refusal?.code]),
                [
                    ['a.vnc', 2, undefined],
                    ['b.vnc', undefined, undefined],
                    ['c.vnc', undefined, 'heldByOther'],
                ],
            );
            assert.deepEqual(await actions(), ['found a.vnc', 'check-in a.vnc', 'check-in b.vnc']);
            const [ofB, ofA, found] = await told();
            assert.deepEqual([ofA?.revision, ofA?.after], [revision(2), { size: 2, sha256: 'hash 2' }]);
            assert.deepEqual([ofB?.revision, ofB?.after], [undefined, undefined]);
            assert.deepEqual([found?.revision, found?.user, found?.host], [revision(1), 'Bob', 'PC']);
        });

        it('keeps what was found only in files whose locks are as they were seen', async () => {
            hold({ 'a.vnc': bobs, 'b.vnc': alices, 'c.vnc': alices });
            const kept = await store.keepFound(
                [
                    { path: 'A.vnc', seen: bobs },
                    { path: 'b.vnc', seen: bobs },
                    { path: 'c.vnc', seen: undefined },
                    { path: 'free.vnc', seen: undefined },
                    { path: 'gone.vnc', seen: bobs },
                    { path: 'same.vnc', seen: undefined },
                ],
                'Bob',
                async (_, paths) => {
                    assert.deepEqual(paths, ['A.vnc', 'free.vnc', 'same.vnc']);
                    return new Map([
                        ['a.vnc', { found: revision(1) }],
                        ['free.vnc', { found: revision(4) }],
                    ]);
                },
            );
            assert.deepEqual(
                kept,
                new Map([
                    ['a.vnc', revision(1)],
                    ['free.vnc', revision(4)],
                ]),
            );
            assert.deepEqual(await actions(), ['found A.vnc', 'found free.vnc']);
            assert.deepEqual(held(), ['a.vnc', 'b.vnc', 'c.vnc']);
        });

        it('may be told to the history alone, by who sees the locks', async () => {
            hold({ 'a.vnc': alices });
            const event = { time: 'T', action: 'tidy', file: 'a.vnc', user: 'Bob', message: '' } as const;
            await store.record(async (table) => (table.find('a.vnc')?.lock?.user === 'Alice' ? [event] : []));
            assert.deepEqual(await told(), [event]);
        });
    });

    it('by a rename tells the history once, with the check-out that goes along', async () => {
        hold({ 'a.vnc': bobs, 'job/b.vnc': bobs, 'job/c.vnc': bobs });
        const placed: string[] = [];
        await store.rename({ from: 'a.vnc', to: 'z.vnc' }, terms, async (_, path) => void placed.push(path));
        await store.rename({ from: 'job', to: 'old job' }, terms);
        await store.rename({ from: 'free.vnc', to: 'found.vnc' }, terms);
        assert.deepEqual(placed, ['a.vnc']);
        assert.deepEqual(held(), ['z.vnc', 'old job/b.vnc', 'old job/c.vnc']);
        assert.deepEqual(
            (await told()).map((one) => [one.from, one.file, one.checkedOut?.message]),
            [
                ['free.vnc', 'found.vnc', undefined],
                ['job', 'old job', undefined],
                ['a.vnc', 'z.vnc', 'Rev D'],
            ],
        );
    });

    it('by a deletion is none: the history notes each file that is checked out, of a folder too', async () => {
        hold({ 'a.vnc': bobs, 'job/b.vnc': alices, 'jobs.vnc': bobs });
        const { outcomes } = await store.noteDeletion(['A.vnc', 'job', 'free.vnc'], 'Bob');
        assert.deepEqual(
            outcomes.map(({ path, lock }) => [path, lock?.user]),
            [
                ['a.vnc', 'Bob'],
                ['job/b.vnc', 'Alice'],
            ],
        );
        assert.deepEqual(await actions(), ['delete a.vnc', 'delete job/b.vnc']);
        assert.deepEqual(held(), ['a.vnc', 'job/b.vnc', 'jobs.vnc']);
    });

    it('of the name of a holder is told to the history, with the old one', async () => {
        hold({ 'a.vnc': bobs, 'b.vnc': elsewhere });
        await store.carryAlong('bob', 'Robert');
        const [event] = await told();
        assert.deepEqual(
            [event?.action, event?.file, event?.user, event?.host, event?.checkedOut?.user],
            ['hand-over', 'a.vnc', 'Robert', 'PC', 'Bob'],
        );
        assert.deepEqual(
            (await store.list()).table.locks().map(({ lock }) => lock.user),
            ['Robert', 'Bob'],
        );
    });
});
