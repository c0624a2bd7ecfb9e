import * as assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Watcher } from '../../src/core/repository/watcher';
import { runHere } from '../unit/support/commandLine';
import { addFiles, openRepository } from '../unit/support/repository';
import { when } from '../unit/support/watching';
import { temporaryDisks } from './support/disks';
import type { Fault } from './support/faultyDisk';
import { useFaultyDisk } from './support/useFaultyDisk';
import { aliceHolds, bothHold, holders, openShop } from './support/shop';

describe('An unmounted share', function () {
    const { disks, folder } = temporaryDisks();
    let watcher: Watcher | undefined;
    afterEach(() => watcher?.dispose());

    for (const [what, mountPoint, locks] of [
        ['with the repository and the locks on it', 'shop', 'shop/locks.json'],
        ['that is the repository, with the locks in it', 'shop/repo', 'shop/repo/locks.json'],
        ['with only the repository on it', 'shop/repo', 'shop/locks.json'],
        ['with only the locks on it', 'elsewhere', 'elsewhere/locks.json'],
    ] as const) {
        it(`${what} is unreachable, and is neither read nor written as if empty`, async () => {
            const point = join(folder(), mountPoint);
            const locksFile = join(folder(), locks);
            const server = join(folder(), 'server');
            for (const needed of [server, point]) mkdirSync(needed, { recursive: true });
            assert.ok(disks.mountMemory(server, 'size=1m'));
            mkdirSync(join(server, 'cam'));
            assert.ok(disks.mountFolder(point, join(server, 'cam')));
            addFiles(join(folder(), 'shop'), 'a.vnc', 'b.vnc', 'job/c.vnc');

            const { repository, told } = openRepository(join(folder(), 'shop'), 'Bob', locksFile);
            await repository.refresh();
            await repository.lookEverywhere();
            const [outcome] = await repository.checkOut(['job/c.vnc'], 'Mine');
            assert.equal(outcome?.refusal, undefined);
            assert.ok(readdirSync(dirname(locksFile)).includes('locks.json.bak'));
            const known = [repository.snapshot.files(), repository.snapshot.held()];
            watcher = new Watcher(repository, { locksFile, pollInterval: 20, openFolders: () => [''] });
            told();

            const gone = when(repository, () => repository.state.kind === 'unreachable');
            disks.unmount(point);
            await gone;
            await repository.refresh();
            await repository.look('');
            await repository.look('job');
            assert.equal(repository.state.kind, 'unreachable');
            await assert.rejects(repository.checkOut(['b.vnc'], ''), { name: 'CheckoutError' });
            await assert.rejects(repository.checkIn(['job/c.vnc']), { name: 'CheckoutError' });
            assert.deepEqual([repository.snapshot.files(), repository.snapshot.held()], known);
            assert.deepEqual(readdirSync(point), []);

            const back = when(repository, () => repository.state.kind === 'ready');
            assert.ok(disks.mountFolder(point, join(server, 'cam')));
            await back;
            assert.deepEqual([repository.snapshot.files(), repository.snapshot.held()], known);
            assert.deepEqual(
                told().filter(({ files, folders }) => files.length > 0 || folders.length > 0),
                [],
            );
            assert.equal((await repository.checkOut(['b.vnc'], ''))[0]?.refusal, undefined);

            // The same emptiness on the share itself is the work of people.
            const emptied = when(repository, () => repository.snapshot.files().length === 0);
            for (const name of readdirSync(join(folder(), 'shop', 'repo'))) {
                rmSync(join(folder(), 'shop', 'repo', name), { recursive: true });
            }
            for (const file of [locksFile, `${locksFile}.bak`]) rmSync(file, { force: true });
            await emptied;
            assert.equal(repository.state.kind, 'ready');
        });
    }

    it('may differ from the share of the locks: changes are made where the locks are', async () => {
        for (const name of ['files', 'locks']) {
            mkdirSync(join(folder(), name));
            assert.ok(disks.mountMemory(join(folder(), name), 'size=1m'));
        }
        const files = openShop(join(folder(), 'files'), undefined);
        const shop = { folder: folder(), locksFile: join(folder(), 'locks', 'locks.json') };
        const where = ['--repository', join(files.folder, 'repo'), '--locks', shop.locksFile, '--user', 'Bob'];
        assert.equal((await runHere(folder(), ['check-out', 'bob.vnc', 'carol.vnc', ...where])).code, 0);
        assert.equal((await runHere(folder(), ['check-in', 'carol.vnc', ...where])).code, 0);
        assert.deepEqual(holders(shop), { 'bob.vnc': 'Bob' });
        assert.deepEqual(readdirSync(files.folder), ['repo']);
        assert.deepEqual(readdirSync(dirname(shop.locksFile)).sort(), [
            'locks.history.jsonl',
            'locks.json',
            'locks.json.bak',
            'locks.revisions',
            // It says whose files these are.
            'locks.where.json',
        ]);
    });
});

describe('An unresponsive share', function () {
    const { disk, folder } = useFaultyDisk();

    for (const trouble of ['ENOTCONN', 'EIO', 'ESTALE', 'ETIMEDOUT'] as const) {
        it(`that fails with ${trouble} shows what was last known until it is back`, async () => {
            const shop = openShop(folder(), aliceHolds);
            const broken = `${folder()}.broken`;
            const fault: Fault = { while: broken, at: 1, to: Infinity, with: trouble };
            const child = disk().startChild(shop.folder, 'watchShop', fault);
            try {
                const alice = { 'alice.vnc': 'Alice' };
                assert.deepEqual(JSON.parse(await child.line()), { state: 'ready', holders: alice });
                writeFileSync(broken, '');
                assert.deepEqual(JSON.parse(await child.line()), { state: 'unreachable', holders: alice });
                writeFileSync(shop.locksFile, bothHold);
                rmSync(broken);
                const both = { 'alice.vnc': 'Alice', 'bob.vnc': 'Bob' };
                assert.deepEqual(JSON.parse(await child.line()), { state: 'ready', holders: both });
                child.proceed();
                assert.deepEqual(await child.end(), []);
            } finally {
                await child.kill();
                rmSync(broken, { force: true });
            }
        });
    }
});
