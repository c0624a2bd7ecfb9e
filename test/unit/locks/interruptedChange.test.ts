import * as assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { LocksFile } from '../../../src/core/locks/locksFile';
import type { ChangedLocks } from '../../../src/core/locks/lockStore';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { skipUnless } from '../../support/skips';
import { temporaryLocksFile } from '../support/temporaryLocksFile';

const extensions = new Set(['.vnc']);
const [monday, tuesday] = [new Date('2026-11-23T08:00:00Z'), new Date('2026-11-24T08:00:00Z')];
const alices = newLock('Alice', 'CAM-1', 'Rev C', monday);
const bobs = newLock('Bob', 'PC', 'Rev D', monday);
const news = newLock('Bob', 'PC', 'Rev E', tuesday);
const before = LockTable.empty.with([
    { path: 'alices.vnc', lock: alices },
    { path: 'mine.vnc', lock: bobs },
]);
const put = async (): Promise<void> => undefined;

type Change = (store: FileLockStore) => Promise<ChangedLocks>;
/** Each with the path whose lock it changes; those that release a file are in force when that lock is gone. */
const locking: readonly (readonly [what: string, change: Change, path: string])[] = [
    ['a check-out', (store) => store.checkOut([{ path: 'free.vnc', present: true }], news, extensions), 'free.vnc'],
    ['a take-over', (store) => store.takeOver([{ path: 'alices.vnc', seen: alices }], news), 'alices.vnc'],
    ['a check-in that keeps the file', (store) => store.checkIn(['mine.vnc'], 'Bob', { keep: true }), 'mine.vnc'],
    [
        'a rename',
        (store) => store.rename({ from: 'mine.vnc', to: 'new.vnc' }, { user: 'Bob', extensions, onlyOwn: true }),
        'new.vnc',
    ],
    ['a hand-over to another name', (store) => store.carryAlong('Bob', 'Robert'), 'mine.vnc'],
];
const releasing: typeof locking = [
    ['a check-in', (store) => store.checkIn(['mine.vnc'], 'Bob'), 'mine.vnc'],
    ['an undo', (store) => store.undo([{ path: 'mine.vnc', seen: bobs }], 'Bob', put), 'mine.vnc'],
];

/** A process that stops right after its change, until others took its mutex, cannot know what became of the change. */
describe('A change whose mutex was lost right after it', () => {
    const { file } = temporaryLocksFile();

    /** @param others what others make of the locks meanwhile */
    async function interrupted(
        change: Change,
        others: (table: LockTable) => Pick<LockTable, 'serialise'>,
    ): Promise<ChangedLocks> {
        writeFileSync(file(), before.serialise());
        let isFirst = true;
        const atFailpoint = (moment: string): void => {
            if (moment !== 'beforeRelease' || !isFirst) return;
            isFirst = false;
            rmSync(`${file()}.lock`, { recursive: true });
            writeFileSync(file(), others(inForce()).serialise());
        };
        const options = { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000, atFailpoint };
        return change(new FileLockStore(new LocksFile(file(), options)));
    }
    const inForce = (): LockTable => LockTable.parse(readFileSync(file(), 'utf8'));
    const other = { path: 'other.vnc', lock: newLock('Zoe', 'CAM-3', '', tuesday) };
    const onlyOther = LockTable.empty.with([other]);
    /** The table with another lock on one file. */
    const withLock = (table: LockTable, path: string, lock: Lock): LockTable =>
        LockTable.empty.with([
            ...table.locks().flatMap((one) => (one.path === path ? [] : [{ path: one.path, lock: one.lock }])),
            { path, lock },
        ]);

    beforeEach(function () {
        skipUnless(this, 'removedOpenFiles');
    });

    for (const [what, change, path] of [...locking, ...releasing]) {
        it(`is told as made where others went on from there: ${what}`, async () => {
            const { table, outcomes } = await interrupted(change, (ours) => ours.with([other]));
            assert.deepEqual(
                outcomes.map((one) => [one.path, one.refusal]),
                [[path, undefined]],
            );
            assert.ok(table.equals(inForce()));
            assert.equal(table.find('other.vnc')?.lock?.user, 'Zoe');
        });

        it(`is told as uncertain where it is no longer in force, and not made again: ${what}`, async () => {
            const undone = releasing.some(([release]) => release === what) ? before : onlyOther;
            await assert.rejects(
                interrupted(change, () => undone),
                { code: 'changeUnconfirmed' },
            );
            assert.ok(inForce().equals(LockTable.parse(undone.serialise())));
        });
    }

    it('is made where somebody else has the file by then that was checked in or put back', async () => {
        for (const [, change, path] of releasing) {
            const { table } = await interrupted(change, (ours) => withLock(ours, path, alices));
            assert.equal(table.find(path)?.lock?.user, 'Alice');
        }
    });

    it('is uncertain where the same person has the file under another lock, or somebody else under that time', async () => {
        for (const [what, change, path] of locking) {
            for (const otherwise of [
                (lock: Lock): Lock => ({ ...lock, timestamp: 'another time' }),
                (lock: Lock): Lock => ({ ...lock, user: 'Zoe' }),
            ]) {
                const others = (ours: LockTable): LockTable => withLock(ours, path, otherwise(ours.find(path)!.lock!));
                await assert.rejects(interrupted(change, others), { code: 'changeUnconfirmed' }, what);
            }
        }
    });

    it('is uncertain where nobody can read the locks by then, and says why', async () => {
        const [, checkOut] = locking[0]!;
        await assert.rejects(
            interrupted(checkOut, () => ({ serialise: () => '[]' })),
            {
                code: 'changeUnconfirmed',
                message:
                    /could not be read again, because it does not hold an object .*, so this change could not be confirmed\./,
            },
        );
        assert.equal(readFileSync(file(), 'utf8'), '[]');
    });

    it('is uncertain where one of its files is as it was', async () => {
        const both = [
            { path: 'free.vnc', present: true },
            { path: 'too.vnc', present: true },
        ];
        const checkOut: Change = (store) => store.checkOut(both, news, extensions);
        for (const { path } of both) {
            await assert.rejects(
                interrupted(checkOut, (ours) => ours.without([path], 'Bob')),
                { code: 'changeUnconfirmed' },
            );
        }
        const withRefused: Change = (store) =>
            store.checkOut([{ path: 'alices.vnc', present: true }, both[0]!], news, extensions);
        const { outcomes } = await interrupted(withRefused, (ours) => ours.with([other]));
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal?.code),
            ['heldByOther', undefined],
        );
    });
});
