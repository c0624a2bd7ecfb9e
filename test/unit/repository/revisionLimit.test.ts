import * as assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import type { Outcome } from '../../../src/core/locks/rules';
import { OutsideChanges } from '../../../src/core/repository/outsideChanges';
import { Repository } from '../../../src/core/repository/repository';
import { revisionsAndGaps } from '../../../src/core/repository/revisionsAndGaps';
import { Programmer } from '../support/programmer';
import { temporaryFolder } from '../support/temporaryFolder';

const LIMIT = 2 ** 20;
const NAME = 'a.mcam';

describe('A limit for the size of revisions', () => {
    const folder = temporaryFolder();
    const kept = (): string[] => {
        const place = path.join(folder(), 'locks.revisions', NAME);
        return existsSync(place) ? readdirSync(place) : [];
    };
    let bob: Programmer;
    /** Bob's repository, with the limit. */
    let limited: Repository;
    beforeEach(() => {
        bob = new Programmer(folder(), 'Bob');
        bob.make(NAME, 'before');
        limited = new Repository(
            { ...bob.repository.options, keepsRevisionsUpTo: LIMIT },
            new FileLockStore(bob.locksFile),
        );
    });
    const part = (bytes: number, text = 'part'): Buffer => Buffer.alloc(bytes, text);
    const write = (content: Buffer | string): void => writeFileSync(bob.diskPath(NAME), content);
    async function work(content: Buffer | string, by = limited, message = ''): Promise<Outcome> {
        await bob.checkOut(NAME);
        write(content);
        return checkIn(by, message);
    }
    async function checkIn(by = limited, message = ''): Promise<Outcome> {
        const [outcome] = await by.checkIn([NAME], { message, versions: bob.versions });
        assert.equal(outcome?.refusal, undefined);
        return outcome!;
    }
    const listed = async (): Promise<string[]> =>
        (await revisionsAndGaps(limited.revisions, NAME)).map((one) => {
            if (one.gap !== undefined) return `none of ${one.gap.user}: ${one.gap.message}, ${one.gap.size}`;
            return `${one.revision.number}`;
        });

    it('checks a larger file in without one, says so, and leaves what was there before', async () => {
        const { revision, notKept } = await work(part(LIMIT + 1), limited, 'Whole engine');
        assert.deepEqual([revision, notKept?.code], [undefined, 'tooLargeToKeep']);
        assert.equal(
            notKept?.message,
            'a.mcam was checked in without a revision, because it has 1.1 MB, and the limit for revisions is 1 MB.',
        );
        assert.equal(bob.holder(NAME), undefined);
        assert.deepEqual(kept(), ['r1.mcam.gz']);
        assert.deepEqual(await listed(), [`none of Bob: Whole engine, ${LIMIT + 1}`, '1']);
        assert.equal((await limited.revisions.read(NAME, 1)).toString(), 'before');
        const { events } = await limited.history({ file: NAME });
        assert.deepEqual(
            [events[0]?.action, events[0]?.after, events[0]?.revision],
            ['check-in', { size: LIMIT + 1 }, undefined],
        );
    });

    it('keeps a file that is just as large, and the next one that is small enough', async () => {
        assert.equal((await work(part(LIMIT))).revision, 2);
        assert.equal((await work(part(LIMIT + 1))).revision, undefined);
        assert.equal((await work(part(9))).revision, 3);
        assert.deepEqual(await listed(), ['3', `none of Bob: Feed, ${LIMIT + 1}`, '2', '1']);
        assert.equal(limited.revisions.index.hasGap(NAME), false);
    });

    it('has nothing to say of a file whose content a revision has already', async () => {
        assert.equal((await work(part(LIMIT + 1), bob.repository)).revision, 2);
        const { revision, notKept } = await work(part(LIMIT + 1));
        assert.deepEqual([revision, notKept, await listed()], [2, undefined, ['2', '1']]);
        // What was there before, once more, ends a gap.
        await work(part(LIMIT + 2));
        assert.equal((await listed()).length, 3);
        await work(part(LIMIT + 1));
        assert.deepEqual(await listed(), ['2', '1']);
    });

    it('looks at the file that is released, not at the one that it was a moment before', async () => {
        for (const [before, after, expected] of [
            [part(LIMIT + 1), 'small', 2],
            [part(9), part(LIMIT + 1), undefined],
        ] as const) {
            await bob.checkOut(NAME);
            write(before);
            const { store } = limited.revisions;
            const stage = store.stage.bind(store);
            store.stage = async (...args) => {
                const staged = await stage(...args);
                if (args[1] === bob.diskPath(NAME)) {
                    store.stage = stage;
                    write(after);
                }
                return staged;
            };
            const { revision, notKept } = await checkIn();
            assert.deepEqual([revision, notKept === undefined], [expected, expected !== undefined]);
        }
    });

    it('counts for what is found at a check-out, too', async () => {
        write(part(LIMIT + 1));
        await bob.checkOut(NAME);
        assert.deepEqual([...(await limited.keepFound([{ path: NAME }]))], []);
        assert.deepEqual(kept(), []);
        assert.deepEqual([...(await bob.repository.keepFound([{ path: NAME }]))], [[NAME, 1]]);
    });

    it('lets nobody believe that a file was changed outside when that cannot be told', async () => {
        const look = async (): Promise<number> => {
            const looks = new OutsideChanges(new Programmer(folder(), 'Alice').repository.revisions);
            return (await looks.look([{ path: NAME, diskPath: bob.diskPath(NAME) }])).size;
        };
        await work('small');
        write('changed');
        assert.equal(await look(), 1);
        await work(part(LIMIT + 1));
        assert.equal(await look(), 0);
        write('changed');
        assert.equal(await look(), 0);
        await work('once more');
        write('changed');
        assert.equal(await look(), 1);
    });

    it('says that what was found after a check-in without revision may be what was checked in', async () => {
        await work('small');
        await work(part(LIMIT + 1));
        await bob.checkOut(NAME);
        await bob.repository.keepFound([{ path: NAME }]);
        const [latest, second] = await limited.revisions.list(NAME);
        assert.deepEqual(
            [latest?.record?.action, latest?.record?.followsGap, second?.record?.followsGap],
            ['found', true, undefined],
        );
        assert.equal(latest?.record?.size, statSync(bob.diskPath(NAME)).size);
    });

    it('goes along with a file that is renamed', async () => {
        await work(part(LIMIT + 1));
        await bob.checkOut(NAME);
        await limited.rename(NAME, 'b.mcam');
        await limited.revisions.index.refresh();
        assert.deepEqual([limited.revisions.index.hasGap('b.mcam'), limited.revisions.index.gapsOf(NAME)], [true, []]);
    });
});
