import * as assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { LockTable } from '../../../src/core/locks/lockTable';
import { RepositoryFolders, type KnownFolders } from '../../../src/core/repository/repositoryFolders';
import { Snapshot } from '../../../src/core/repository/snapshot';
import { skipUnless } from '../../support/skips';
import { addFiles } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

describe('RepositoryFolders', () => {
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const nothing = (): KnownFolders => ({ folders: new Map(), unreadable: new Map() });
    const snapshotOf = ({ folders, unreadable }: KnownFolders): Snapshot =>
        new Snapshot(root(), 'Bob', folders, unreadable, LockTable.empty);
    const open = (): RepositoryFolders => new RepositoryFolders(root(), new Set(['.vnc']));

    /** What is listed: the folders with their files. */
    const listed = ({ folders }: KnownFolders): Record<string, string[]> =>
        Object.fromEntries([...folders].map(([name, { files }]) => [name, [...files.keys()].sort()]));

    beforeEach(() => addFiles(folder(), 'a.vnc', 'job/b.vnc', 'job/sub/c.vnc'));

    it('adds one folder to what is known', async () => {
        const folders = open();
        const top = await folders.add(snapshotOf(nothing()), '');
        assert.deepEqual(listed(top), { '': ['a.vnc'] });
        const more = await folders.look(snapshotOf(top), 'job');
        assert.deepEqual(listed(more), { '': ['a.vnc'], job: ['b.vnc'] });
    });

    it('lists again what was looked at, and nothing else', async () => {
        const folders = open();
        const known = await folders.look(snapshotOf(await folders.add(snapshotOf(nothing()), '')), 'job');
        addFiles(folder(), 'new.vnc', 'job/new.vnc', 'job/sub/new.vnc');
        assert.deepEqual(listed(await folders.relist(snapshotOf(known))), {
            '': ['a.vnc', 'new.vnc'],
            job: ['b.vnc', 'new.vnc'],
        });
        rmSync(path.join(root(), 'job'), { recursive: true });
        assert.deepEqual(listed(await folders.relist(snapshotOf(known))), { '': ['a.vnc', 'new.vnc'] });
    });

    it('says why a folder cannot be shown: it is gone, or a link by now', async function () {
        const folders = open();
        const known = await folders.look(snapshotOf(await folders.add(snapshotOf(nothing()), '')), 'job');
        renameSync(path.join(root(), 'job'), path.join(folder(), 'elsewhere'));
        const gone = await folders.look(snapshotOf(known), 'job');
        assert.match(gone.unreadable.get('job') ?? '', /^The folder job (is gone|is a file now)\.$/);
        assert.equal(gone.folders.has('job'), false);
        skipUnless(this, 'links');
        symlinkSync(path.join(folder(), 'elsewhere'), path.join(root(), 'job'));
        const linked = await folders.look(snapshotOf(known), 'job');
        assert.match(linked.unreadable.get('job') ?? '', /is a link now/);
        assert.equal(linked.folders.has('job'), false);
    });

    it('keeps what is known of a folder when the whole share is gone', async () => {
        const folders = open();
        const known = snapshotOf(await folders.look(snapshotOf(await folders.add(snapshotOf(nothing()), '')), 'job'));
        renameSync(root(), `${root()}-away`);
        for (const look of [
            () => folders.add(known, 'job'),
            () => folders.relist(known),
            () => folders.require(known),
        ]) {
            await assert.rejects(look(), { code: 'repositoryMissing' });
        }
        mkdirSync(root()); // As an unmounted share leaves one behind.
        for (const look of [() => folders.relist(known), () => folders.require(known)]) {
            await assert.rejects(look(), { code: 'repositoryUnreachable' });
        }
    });

    it('looks at one file of a folder with very many, and lists one with a few', async () => {
        const many = Array.from({ length: 150 }, (_, index) => `many/${index}.vnc`);
        addFiles(folder(), ...many);
        const folders = open();
        const known = snapshotOf({ ...nothing(), ...(await everything(folders)) });
        assert.equal(await folders.isStillThere(known, 'many/7.vnc', 1), true);
        assert.equal(await folders.isStillThere(known, 'many/7.vnc', 2), false);
        assert.equal(await folders.isStillThere(known, 'job/b.vnc', 1), false);
        rmSync(path.join(root(), 'many', '7.vnc'));
        assert.equal(await folders.isStillThere(known, 'many/7.vnc', 1), false);
    });

    async function everything(folders: RepositoryFolders): Promise<KnownFolders> {
        const { folders: all, unreadable } = await folders.list(snapshotOf(nothing()), {});
        return { folders: new Map(all), unreadable: new Map(unreadable) };
    }

    it('says that a file in its place is no folder', async () => {
        rmSync(root(), { recursive: true });
        writeFileSync(root(), '');
        await assert.rejects(open().list(snapshotOf(nothing()), {}), { code: 'repositoryMissing' });
    });
});
