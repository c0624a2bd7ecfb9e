import * as assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { namesOf } from '../../../src/core/base/fileNames';
import type { FolderListing } from '../../../src/core/repository/listing';
import { MountGuard } from '../../../src/core/repository/mountGuard';
import { temporaryFolder } from '../support/temporaryFolder';

describe('MountGuard', () => {
    const folder = temporaryFolder();
    const mount = (): string => path.join(folder(), 'share');
    const empty: FolderListing = { files: namesOf([]), folders: namesOf([]) };
    const full: FolderListing = { files: namesOf(['a.vnc']), folders: namesOf([]) };
    const unmounted = { code: 'repositoryUnreachable', message: /is empty, and not the folder that was there before/ };

    /** Leaves another folder in its place, as an unmounted share does. */
    function unmount(): void {
        renameSync(mount(), `${mount()}-away`);
        mkdirSync(mount());
    }

    beforeEach(() => mkdirSync(mount()));

    it('believes that a folder is empty as long as nothing was ever in it', async () => {
        const guard = new MountGuard(mount());
        await guard.requireMounted(empty);
        unmount();
        await guard.requireMounted(empty);
        assert.equal(await guard.isAnother(), false);
    });

    it('believes that the same folder was emptied', async () => {
        const guard = new MountGuard(mount());
        await guard.requireMounted(full);
        await guard.requireMounted(empty);
        assert.equal(await guard.isAnother(), false);
    });

    it('does not believe that another folder in its place is empty, until the share is back', async () => {
        const guard = new MountGuard(mount());
        await guard.requireMounted(full);
        unmount();
        assert.equal(await guard.isAnother(), true);
        await assert.rejects(guard.requireMounted(empty), unmounted);
        rmSync(mount(), { recursive: true });
        renameSync(`${mount()}-away`, mount());
        assert.equal(await guard.isAnother(), false);
        await guard.requireMounted(empty);
    });

    it('goes on with another folder once it has something in it', async () => {
        const guard = new MountGuard(mount());
        await guard.requireMounted(full);
        unmount();
        await guard.requireMounted(full);
        assert.equal(await guard.isAnother(), false);
        await guard.requireMounted(empty);
    });

    it('says when there is no folder at all', async () => {
        const guard = new MountGuard(mount());
        rmSync(mount(), { recursive: true });
        await assert.rejects(guard.isAnother(), { code: 'ENOENT' });
        await assert.rejects(guard.requireMounted(empty), { code: 'ENOENT' });
    });
});
