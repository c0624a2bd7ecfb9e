import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSentences, type Run } from '../support/commandLine';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { runHere } from '../unit/support/commandLine';
import { temporaryDisks } from './support/disks';
import { NOBODY } from './support/nobody';
import { aliceHolds, holders, leaveMutex, locksOf, namesIn, openShop, type Shop } from './support/shop';
import { scaled } from '../support/pace';
import { skipUnless } from '../support/skips';

const checkOut = ['check-out', 'bob.vnc', '--user', 'Bob'];

function runChild(name: string, ...args: readonly string[]): Run {
    const script = join(__dirname, 'children', `${name}.js`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
        encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
}

function assertRefused({ code, stderr }: Run, message: RegExp): void {
    assert.equal(code, 2, stderr);
    assert.ok(isSentences(stderr), stderr);
    assert.match(stderr, message);
}

describe('A read-only share', function () {
    const { disks, folder } = temporaryDisks();

    for (const bind of ['', 'bind,'] as const) {
        it(`${bind === '' ? 'as a whole' : 'from this computer'}: refuses a change with the reason, and still lists who has what`, async () => {
            const point = join(folder(), 'share');
            mkdirSync(point);
            assert.ok(disks.mountMemory(point, 'size=1m'));
            const shop = openShop(point, aliceHolds);
            disks.remount(point, `${bind}ro`);
            assertRefused(
                await runHere(point, checkOut),
                /was not changed, because it is on a disk that can only be read\. Ask the administrator/,
            );
            assert.match((await runHere(point, ['list'])).stdout, /alice\.vnc +checked out +Alice/);
            assert.equal(locksOf(shop), aliceHolds);
            disks.remount(point, `${bind}rw`);
            assert.equal((await runHere(point, checkOut)).code, 0);
            assert.equal(holders(shop)['bob.vnc'], 'Bob');
        });
    }
});

describe('A share with restricted permissions', function () {
    let shop: Shop;
    const asNobody = (...args: readonly string[]): Run =>
        runChild('commandLineAsNobody', ...args, '--root', shop.folder);
    const carolAsNobody = (timeout: number): Run =>
        runChild('checkOutForCarol', shop.folder, String(timeout), 'asNobody');
    /** Nobody may do with the shop's own folder what the last three bits of the mode say. */
    const allow = (mode: number): void => chmodSync(shop.folder, mode);

    before(function () {
        skipUnless(this, 'modes');
    });
    beforeEach(async () => {
        shop = openShop(await makeTemporaryFolder(), aliceHolds);
    });
    afterEach(() => removeFolder(shop.folder));

    it('refuses a change without write permission, and still lists who has what', async () => {
        allow(0o555);
        assertRefused(
            asNobody(...checkOut),
            /was not changed, because you have no permission to write there\. Ask the administrator/,
        );
        assert.match(asNobody('list').stdout, /alice\.vnc +checked out +Alice/);
        assert.deepEqual([locksOf(shop), namesIn(shop)], [aliceHolds, ['locks.json']]);
    });

    it('reports an unreadable locks file, and never treats it as having no locks', async () => {
        allow(0o777);
        chmodSync(shop.locksFile, 0);
        for (const args of [['list'], checkOut]) {
            assertRefused(
                asNobody(...args),
                /locks\.json cannot be read, because you have no permission to read it, so nobody/,
            );
        }
        chmodSync(shop.locksFile, 0o644);
        assert.deepEqual([locksOf(shop), namesIn(shop)], [aliceHolds, ['locks.json']]);
    });

    it('reports an unreadable repository', async () => {
        allow(0o777);
        chmodSync(join(shop.folder, 'repo'), 0);
        for (const args of [['list'], checkOut]) {
            assertRefused(
                asNobody(...args),
                /repo cannot be read, because you have no permission to read it\. Ask the administrator/,
            );
        }
        assert.deepEqual([locksOf(shop), namesIn(shop)], [aliceHolds, ['locks.json']]);
    });

    it('replaces another user’s locks file where that is allowed, and keeps its mode', async () => {
        allow(0o777);
        chmodSync(shop.locksFile, 0o664);
        assert.equal(asNobody(...checkOut).code, 0);
        assert.deepEqual(holders(shop), { 'alice.vnc': 'Alice', 'bob.vnc': 'Bob' });
        assert.equal(statSync(shop.locksFile).mode & 0o777, 0o664);
    });

    describe('in a sticky folder', () => {
        before(function () {
            skipUnless(this, 'root');
        });
        beforeEach(() => allow(0o1777));

        it('reports that another user’s locks file cannot be replaced', async () => {
            const { code, stderr } = asNobody(...checkOut);
            assertRefused(
                { code, stderr, stdout: '' },
                /was not changed, because its folder lets only the owner of a file replace it\. Ask .* sticky bit/,
            );
            // The copy of what was to be replaced was made before.
            assert.deepEqual([locksOf(shop), namesIn(shop)], [aliceHolds, ['locks.json', 'locks.json.bak']]);
        });

        it('makes the change and warns when the last good copy cannot be replaced', async () => {
            chownSync(shop.locksFile, NOBODY, NOBODY);
            chownSync(shop.folder, 1, 1); // Whoever owns the folder may do everything in it.
            writeFileSync(`${shop.locksFile}.bak`, 'old');
            const { code, stderr } = asNobody(...checkOut);
            assert.equal(code, 0, stderr);
            assert.match(
                stderr,
                /^The change was made, but the last good copy .* because its folder lets only the owner of a file replace it/,
            );
            assert.equal(holders(shop)['bob.vnc'], 'Bob');
            assert.equal(readFileSync(`${shop.locksFile}.bak`, 'utf8'), 'old');
        });

        it('says whom to ask when a dead program’s mutex cannot be removed', async () => {
            chownSync(shop.locksFile, NOBODY, NOBODY);
            leaveMutex(shop);
            const { code, stdout } = carolAsNobody(scaled(4000));
            assert.equal(code, 1);
            assert.match(stdout, /was not changed: Zoe on CAM-9 \(process 1\) seems to have died while changing it/);
            assert.ok(
                stdout.includes(`Ask the administrator of the share to remove the folder ${shop.locksFile}.lock.`),
                stdout,
            );
            assert.deepEqual([locksOf(shop), namesIn(shop)], [aliceHolds, ['locks.json', 'locks.json.lock']]);
        });
    });

    for (const mode of [0o755, 0o700]) {
        it(`takes over another user's abandoned mutex of mode ${mode.toString(8)}, and its owner removes the rest`, async function () {
            skipUnless(this, 'root');
            allow(0o777);
            leaveMutex(shop);
            chmodSync(`${shop.locksFile}.lock`, mode);
            const { code, stdout } = carolAsNobody(60_000);
            assert.equal(code, 0, stdout);
            assert.equal(holders(shop)['carol.vnc'], 'Carol');
            assert.equal((await runHere(shop.folder, checkOut)).code, 0);
            assert.deepEqual(namesIn(shop), ['locks.history.jsonl', 'locks.json', 'locks.json.bak', 'locks.revisions']);
        });
    }
});
