import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    chmodSync,
    chownSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    renameSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { skipUnless } from '../../support/skips';
import { Colleague } from '../support/colleague';
import { temporaryFolder } from '../support/temporaryFolder';
import { trying } from './support/cases';

const SHOP = 3000;
const FILES = ['a.vnc', 'b.vnc', 'c.vnc'];
const OURS = ['locks.json', 'locks.json.bak', 'locks.history.jsonl'];

/** Two people of one group, with the umasks that systems give to people. */
describe('Rights on a share, with any umask of any first user', function () {
    const folder = temporaryFolder();
    let people: readonly Colleague[] = [];

    before(function () {
        skipUnless(this, 'accounts');
        people = [new Colleague('Alice', 2001, SHOP), new Colleague('Bob', 2002, SHOP)];
    });
    after(() => Promise.all(people.map((person) => person.leave())));

    function makeShop(mode: number, owner: number): string {
        chmodSync(folder(), 0o711);
        const shop = mkdtempSync(path.join(folder(), 'shop-'));
        mkdirSync(path.join(shop, 'repo'));
        for (const file of FILES) writeFileSync(path.join(shop, 'repo', file), 'M30\n');
        chmodSync(path.join(shop, 'repo'), 0o755);
        chownSync(shop, owner, SHOP);
        chmodSync(shop, mode);
        return shop;
    }

    const rights = (shop: string, name: string): { readonly mode: number; readonly gid: number } => {
        const { mode, gid } = statSync(path.join(shop, name));
        return { mode: mode & 0o777, gid };
    };
    const reading = (mode: number): string => (mode & 0o444).toString(8);

    /** Each of the two checks a file out, and sees what the other has. */
    async function work(shop: string, umasks: readonly number[], first: number): Promise<void> {
        for (const [turn, file] of FILES.entries()) {
            const person = people[(first + turn) % 2]!;
            const umask = umasks[turn]!;
            const { code, stderr } = await person.checkOut(shop, umask, file);
            assert.deepEqual([code, stderr], [0, ''], `${person.name}, umask ${umask.toString(8)}`);
            for (const { name, run } of people.map((each) => ({
                name: each.name,
                run: each.run(shop, umask, 'list'),
            }))) {
                const list = await run;
                assert.match(list.stdout, new RegExp(`^${file}.*${person.name}`, 'm'), `${name}: ${list.stderr}`);
            }
            const history = await people[(first + turn + 1) % 2]!.run(shop, umask, 'history', file);
            assert.match(history.stdout, new RegExp(person.name), history.stderr);
        }
        const left = readdirSync(shop).filter((name) => name !== 'repo' && name !== 'locks.revisions');
        assert.deepEqual(left.sort(), [...OURS].sort());
    }

    it('keeps both at work, and copy and history as private and as public as the locks', async () => {
        const umask = fc.constantFrom(0o077, 0o027, 0o022, 0o002, 0);
        await fc.assert(
            fc.asyncProperty(
                fc.constantFrom(0o2775, 0o2770, 0o775, 0o770),
                fc.constantFrom(undefined, 0o660, 0o664, 0o644, 0o640),
                fc.constantFrom(0, 2001),
                fc.tuple(umask, umask, umask),
                fc.nat(1),
                async (ofFolder, ofLocks, owner, umasks, first) => {
                    const shop = makeShop(ofFolder, owner);
                    const locks = path.join(shop, 'locks.json');
                    if (ofLocks !== undefined) {
                        writeFileSync(locks, '{}');
                        chownSync(locks, owner, SHOP);
                        chmodSync(locks, ofLocks);
                    }
                    await work(shop, umasks, first);
                    const mode = ofLocks ?? ofFolder & 0o666;
                    assert.deepEqual(rights(shop, 'locks.json'), { mode, gid: SHOP });
                    assert.deepEqual(rights(shop, 'locks.json.bak'), { mode, gid: SHOP });
                    const history = rights(shop, 'locks.history.jsonl');
                    assert.deepEqual([reading(history.mode), history.gid], [reading(mode), SHOP]);
                },
            ),
            trying(12, 50),
        );
    });

    it('takes a history and a copy along that were more public than the locks became', async () => {
        const shop = makeShop(0o2775, 0);
        await work(shop, [0o022, 0o022, 0o022], 0);
        chmodSync(path.join(shop, 'locks.json'), 0o660);
        chownSync(path.join(shop, 'locks.history.jsonl'), people[0]!.uid, SHOP);
        assert.equal((await people[0]!.run(shop, 0o022, 'check-in', 'a.vnc', '--user', 'Alice')).code, 0);
        for (const name of OURS) assert.equal(rights(shop, name).mode, 0o660, name);
    });

    it('stays with an access list that the folder gives', async function () {
        skipUnless(this, 'accessLists');
        skipUnless(this, 'accessListsOnDisk');
        const shop = makeShop(0o700, 0);
        chownSync(shop, 0, 0);
        const entries = ['u::rwx', 'g::---', 'o::---', `g:${SHOP}:rwx`].flatMap((entry) => [
            '-m',
            entry,
            '-m',
            `d:${entry}`,
        ]);
        assert.equal(spawnSync('setfacl', [...entries, shop]).status, 0);
        await work(shop, [0o077, 0o022, 0o077], 0);
    });

    it('says that a change took away an access list of the locks file itself, where that can be told', async function () {
        skipUnless(this, 'accessLists');
        skipUnless(this, 'accessListsOnDisk');
        const shop = makeShop(0o775, 0);
        const locks = path.join(shop, 'locks.json');
        writeFileSync(locks, '{}');
        chownSync(locks, 0, 0);
        chmodSync(locks, 0o600);
        assert.equal(spawnSync('setfacl', ['-m', 'u:2001:rw,u:2002:rw', locks]).status, 0);
        const [alice, bob] = people;
        const first = await alice!.checkOut(shop, 0o022, 'a.vnc');
        assert.equal(first.code, 0);
        assert.match(first.stderr, /^locks\.json had an access list of its own, .* as a default for new files\.\n$/);
        assert.equal((await bob!.run(shop, 0o022, 'list')).code, 2, 'It is what the warning says.');
        assert.equal((await alice!.checkOut(shop, 0o022, 'b.vnc')).stderr, '');
    });

    it('refuses to shut the group out where it cannot be kept, and says how it can', async () => {
        const shop = makeShop(0o775, 0);
        chownSync(shop, 2001, 4000);
        const locks = path.join(shop, 'locks.json');
        writeFileSync(locks, '{}');
        chownSync(locks, 2001, 4000);
        chmodSync(locks, 0o660);
        const { code, stderr } = await people[0]!.checkOut(shop, 0o022, 'a.vnc');
        assert.equal(code, 2);
        assert.match(stderr, /locks\.json was not changed, because .* its group \(4000\).*chmod g\+s/);
        assert.deepEqual(readdirSync(shop).sort(), ['locks.json', 'repo']);
        chmodSync(shop, 0o2775);
        assert.equal((await people[0]!.checkOut(shop, 0o022, 'a.vnc')).code, 0);
        assert.deepEqual(rights(shop, 'locks.json'), { mode: 0o660, gid: 4000 });
    });

    it('lets the next one remove what a killed colleague left, whatever the umask of that one', async () => {
        const shop = makeShop(0o2770, 0);
        const mutex = path.join(shop, 'locks.json.lock');
        const zoe = new Colleague('Zoe', 2003, SHOP);
        await zoe.hold(mutex, 0o077);
        await zoe.kill();
        // As somebody does who takes it over, and is killed right then.
        renameSync(mutex, `${mutex}.12345678-1234-4234-8234-123456789abc`);
        await work(shop, [0o077, 0o077, 0o077], 0);
    });

    for (const [closed, close] of [
        ['owner file', (mutex: string) => chmodSync(path.join(mutex, 'owner'), 0)],
        ['folder', (mutex: string) => chmodSync(mutex, 0o700)],
    ] as const) {
        it(`sees that the holder of a mutex is alive whose ${closed} it may not read, and when it is not`, async () => {
            const shop = makeShop(0o2770, 0);
            const mutex = path.join(shop, 'locks.json.lock');
            const directory = new MutexDirectory(mutex, { user: 'Root', host: 'PC' }, 60_000);
            const lease = (await directory.take())!;
            assert.ok(await lease.isOurs());
            close(mutex);
            const [, bob] = people;
            await bob!.look(mutex, 20);
            for (let beat = 1; beat <= 3; beat++) {
                await lease.showLife(new Date(beat * 1000));
                const look = await bob!.look(mutex, 20);
                assert.deepEqual(look, { state: 'held', unchangedFor: 0, isClosed: true });
            }
            let look = await bob!.look(mutex, 20);
            while (look.state === 'held') look = await bob!.look(mutex, 20);
            assert.equal(look.state, 'stale');
            assert.ok(look.unchangedFor >= 40, 'a time from the memory of a file server is not trusted for so long');
            await directory.giveBack(lease);
        });
    }
});
