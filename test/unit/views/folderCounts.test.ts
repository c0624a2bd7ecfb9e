import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { namesOf } from '../../../src/core/base/fileNames';
import { LockTable } from '../../../src/core/locks/lockTable';
import { Snapshot } from '../../../src/core/repository/snapshot';
import { countBelow } from '../../../src/views/folderCounts';

describe('What a closed folder says of what is below it', () => {
    /** @param folders the files and folders of each folder that was listed */
    function snapshot(
        folders: Readonly<Record<string, { files?: readonly string[]; folders?: readonly string[] }>>,
        holders: Readonly<Record<string, string>> = {},
    ): Snapshot {
        const listings = Object.entries(folders).map(
            ([folder, listed]) =>
                [folder, { files: namesOf(listed.files ?? []), folders: namesOf(listed.folders ?? []) }] as const,
        );
        const locks = Object.entries(holders).map(([file, user]) => [file, { user }]);
        const table = LockTable.parse(JSON.stringify(Object.fromEntries(locks)));
        return new Snapshot(path.resolve('/shop'), 'Maria', new Map(listings), new Map(), table);
    }

    const shop = {
        '': { files: ['top.vnc'], folders: ['job', 'other'] },
        job: { files: ['a.vnc'], folders: ['deep'] },
        'job/deep': { files: ['b.vnc', 'c.mcam'] },
        other: { files: ['d.vnc'] },
    };

    it('counts the files at any depth, and those that somebody has', () => {
        const now = snapshot(shop, { 'job/deep/b.vnc': 'Dave', 'job/a.vnc': 'Maria', 'top.vnc': 'Dave' });
        assert.deepEqual(countBelow(now, 'job'), {
            files: 3,
            held: 2,
            states: ['available', 'heldByMe', 'heldByOthers'],
        });
        assert.deepEqual(countBelow(now, 'job/deep'), { files: 2, held: 1, states: ['available', 'heldByOthers'] });
        assert.deepEqual(countBelow(now, 'other'), { files: 1, held: 0, states: ['available'] });
    });

    it('counts each file of a folder whatever the spelling of its entry in the locks file', () => {
        const now = snapshot(shop, { 'JOB\\Deep\\B.vnc': 'Dave' });
        assert.equal(countBelow(now, 'job').held, 1);
    });

    it('tells no number of files while a folder below it was not looked into', () => {
        const now = snapshot({ '': shop[''], job: shop.job, other: shop.other }, { 'job/a.vnc': 'Dave' });
        assert.deepEqual(countBelow(now, 'job'), {
            files: undefined,
            held: 1,
            states: ['available', 'heldByOthers'],
        });
        assert.equal(countBelow(now, 'other').files, 1);
    });

    it('offers nothing to check out where everything is checked out', () => {
        const now = snapshot(shop, { 'job/deep/b.vnc': 'Maria', 'job/deep/c.mcam': 'Maria' });
        assert.deepEqual(countBelow(now, 'job/deep').states, ['heldByMe']);
    });

    it('still offers a file to check out beside one that is checked out and missing', () => {
        const now = snapshot(shop, { 'other/gone.vnc': 'Dave' });
        assert.deepEqual(countBelow(now, 'other'), { files: 1, held: 1, states: ['available', 'heldByOthers'] });
    });

    it('follows the next look at the repository', () => {
        assert.equal(countBelow(snapshot(shop, { 'other/d.vnc': 'Dave' }), 'other').held, 1);
        assert.equal(countBelow(snapshot(shop), 'other').held, 0);
    });
});
