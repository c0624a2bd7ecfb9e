import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { Watcher } from '../../src/core/repository/watcher';
import { openSmbShare, type SmbShare } from './support/smbShare';
import { addFiles, openRepository } from '../unit/support/repository';
import { when } from '../unit/support/watching';

describe('A repository on an SMB share', function () {
    let share: SmbShare;
    let watcher: Watcher | undefined;
    beforeEach(async () => {
        share = await openSmbShare();
        addFiles(share.folder, 'a.vnc');
    });
    afterEach(async () => {
        watcher?.dispose();
        await share.close();
    });

    /** What a person sees through one of the mounts, looking every tenth of a second. */
    async function watched(mount: string) {
        const view = openRepository(mount, 'Bob');
        await view.repository.refresh();
        assert.equal(view.repository.state.kind, 'ready');
        watcher = new Watcher(view.repository, {
            locksFile: join(mount, 'locks.json'),
            pollInterval: 100,
            openFolders: () => [''],
        });
        return view.repository;
    }

    for (const [from, to] of [
        [0, 1],
        [1, 0],
    ] as const) {
        const client = from === 0 ? 'caches answers' : 'asks every time';
        it(`shows another computer's changes to a client that ${client}`, async () => {
            const repository = await watched(share.mounts[to]);
            const alice = openRepository(share.mounts[from], 'Alice').repository;
            const heldBy = (): string | undefined => repository.snapshot.file('a.vnc')?.lock?.user;
            const checkedOut = when(repository, () => heldBy() === 'Alice');
            const [out] = await alice.checkOut(['a.vnc'], '');
            assert.equal(out?.refusal, undefined);
            await checkedOut;
            const checkedIn = when(repository, () => heldBy() === undefined);
            const [back] = await alice.checkIn(['a.vnc']);
            assert.equal(back?.refusal, undefined);
            await checkedIn;
        });
    }

    for (const client of [0, 1] as const) {
        const name = client === 0 ? 'reports a lost server at once' : 'waits a while for the server';
        it(`keeps the last known state while the server is away, with a client that ${name}`, async () => {
            const repository = await watched(share.mounts[client]);
            const [out] = await repository.checkOut(['a.vnc'], '');
            assert.equal(out?.refusal, undefined);
            const gone = when(repository, () => repository.state.kind === 'unreachable');
            await share.server.kill();
            await gone;
            assert.deepEqual(
                repository.snapshot.heldByMe().map(({ path }) => path),
                ['a.vnc'],
            );
            await assert.rejects(repository.checkIn(['a.vnc']), { code: 'repositoryUnreachable' });
            const back = when(repository, () => repository.state.kind === 'ready');
            await share.server.begin();
            await back;
            assert.deepEqual(
                repository.snapshot.heldByMe().map(({ path }) => path),
                ['a.vnc'],
            );
            const [done] = await repository.checkIn(['a.vnc']);
            assert.equal(done?.refusal, undefined);
        });
    }
});
