import { spawnSync } from 'node:child_process';
import * as assert from 'node:assert/strict';
import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CheckoutError } from '../../../src/core/base/errors';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';
import { LockTable } from '../../../src/core/locks/lockTable';
import { skipUnless } from '../../support/skips';
import { openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';

const aside = '12345678-1234-4234-8234-123456789abc';

describe('Something else in the place of', function () {
    const folder = temporaryFolder();
    const at = (...names: string[]): string => path.join(folder(), ...names);
    const put = (text: string, ...names: string[]): void => {
        mkdirSync(path.dirname(at(...names)), { recursive: true });
        writeFileSync(at(...names), text);
    };
    const held = (...names: string[]): string[] =>
        LockTable.parse(readFileSync(at(...names), 'utf8')).entries.map(({ key }) => key);

    const open = (where: string, timeout: number): LocksFile =>
        new LocksFile(at(where, 'locks.json'), { owner: { user: 'Bob', host: 'PC' }, timeout, staleAfter: 2000 });

    /** One more lock in the locks file of a folder. */
    async function change(where = '.', timeout = 60_000, locks = open(where, timeout), name = 'x.vnc'): Promise<void> {
        await locks.update(
            (table) => ({
                table: table.with([{ path: name, lock: newLock('Bob', 'PC', '', new Date(0)) }]),
                result: undefined,
            }),
            (table) => table.find(name) !== undefined,
        );
    }

    it('the mutex (a file or a link): waits until it goes, then names it, and leaves what is behind it alone', async function () {
        skipUnless(this, 'junctions');
        const inTheWay: Readonly<Record<string, (mutex: string) => void>> = {
            file: (mutex) => writeFileSync(mutex, 'of another program'),
            'link to a folder': (mutex) => symlinkSync('empty', mutex, 'junction'),
            'link to what looks like a mutex': (mutex) => symlinkSync('elsewhere', mutex, 'junction'),
            'link that leads nowhere': (mutex) => symlinkSync('nowhere', mutex, 'junction'),
            'link to itself': (mutex) => symlinkSync('locks.json.lock', mutex, 'junction'),
        };
        // At once: each takes as long as it is waited for.
        const trying = Object.entries(inTheWay).map(async ([where, make]) => {
            put('{}', where, 'locks.json');
            put('{"token":"theirs"}', where, 'elsewhere', 'owner');
            mkdirSync(at(where, 'empty'));
            const mutex = at(where, 'locks.json.lock');
            make(mutex);
            const before = readdirSync(at(where));
            const started = performance.now();
            await assert.rejects(change(where, 1500), (error) => {
                assert.ok(error instanceof CheckoutError);
                assert.equal(error.code, 'locksFileNotWritable');
                assert.ok(error.message.includes(`${mutex} is in the way`), error.message);
                return true;
            });
            assert.ok(performance.now() - started >= 1500, 'it may go away again');
            assert.deepEqual(readdirSync(at(where)), before);
            assert.equal(readFileSync(at(where, 'elsewhere', 'owner'), 'utf8'), '{"token":"theirs"}');
            assert.equal(readFileSync(at(where, 'locks.json'), 'utf8'), '{}');
            const waiting = change(where);
            rmSync(mutex);
            await waiting;
            assert.deepEqual(held(where, 'locks.json'), ['x.vnc']);
        });
        await Promise.all(trying);
    });

    it('the owner file: takes over when the mutex is stale, and keeps foreign files', async function () {
        skipUnless(this, 'links');
        put('mine', 'foreign', 'locks.json.lock', 'notes.txt');
        put('mine', 'folder', 'locks.json.lock', 'owner', 'notes.txt');
        put('mine', 'elsewhere', 'owner');
        mkdirSync(at('link', 'locks.json.lock'), { recursive: true });
        symlinkSync(at('elsewhere', 'owner'), at('link', 'locks.json.lock', 'owner'));
        await Promise.all(['foreign', 'folder', 'link'].map((where) => change(where)));
        for (const where of ['foreign', 'folder', 'link']) assert.deepEqual(held(where, 'locks.json'), ['x.vnc']);
        const kept = (where: string): string[] =>
            readdirSync(at(where), { recursive: true, encoding: 'utf8' })
                .filter((name) => !/^locks\.json(\.bak)?$/.test(name))
                .map((name) => name.replace(/[\da-f-]{36}/, '…').replaceAll(path.sep, '/'));
        assert.deepEqual(kept('foreign'), ['locks.json.lock.…', 'locks.json.lock.…/notes.txt']);
        assert.deepEqual(kept('folder'), [
            'locks.json.lock.…',
            'locks.json.lock.…/owner',
            'locks.json.lock.…/owner/notes.txt',
        ]);
        assert.deepEqual(kept('link'), []);
        assert.equal(readFileSync(at('elsewhere', 'owner'), 'utf8'), 'mine');
    });

    it('a mutex: removes what a program left that died while taking over, and nothing else', async function () {
        skipUnless(this, 'junctions');
        put('', `locks.json.lock.${aside}`, 'owner');
        put('', `locks.json.lock.${aside}`, `locks.json.${aside}.tmp`);
        const others = [
            `locks.json.lock.old/owner`,
            `locks.json.lock.old.${aside}/owner`,
            `locks.json.lock.${aside}.bak/owner`,
            `locks.json.lock.${aside.replace('1', '2')}/notes.txt`,
        ];
        for (const name of others) put('', ...name.split('/'));
        put('', 'elsewhere', 'owner');
        symlinkSync('elsewhere', at(`locks.json.lock.${aside.replace('1', '3')}`), 'junction');
        await change();
        assert.deepEqual(
            readdirSync(folder()).sort(),
            [
                'elsewhere',
                'locks.json',
                'locks.json.bak',
                'locks.json.lock.old',
                `locks.json.lock.old.${aside}`,
                `locks.json.lock.${aside}.bak`,
                `locks.json.lock.${aside.replace('1', '2')}`,
                `locks.json.lock.${aside.replace('1', '3')}`,
            ].sort(),
        );
        assert.deepEqual(readdirSync(at('elsewhere')), ['owner']);
        for (const name of others) assert.equal(readFileSync(at(name), 'utf8'), '');
    });

    it('the locks file (a name that a killed program left it, too): removes that name first', async function () {
        skipUnless(this, 'links');
        put('{}', 'locks.json');
        mkdirSync(at(`locks.json.lock.${aside}`));
        linkSync(at('locks.json'), at(`locks.json.lock.${aside}`, `new.${aside}.tmp`));
        await change();
        assert.deepEqual(held('locks.json'), ['x.vnc']);
        assert.deepEqual(readdirSync(folder()).sort(), ['locks.json', 'locks.json.bak']);
    });

    it('a mutex: removes such leftovers also when they appear later', async () => {
        const locks = open('.', 60_000);
        await change('.', 60_000, locks);
        put('', `locks.json.lock.${aside}`, 'owner');
        put('{"token":"dead"}', 'locks.json.lock', 'owner');
        await change('.', 60_000, locks, 'y.vnc');
        assert.deepEqual(readdirSync(folder()).sort(), ['locks.json', 'locks.json.bak']);
    });

    it('the backup (a link): replaces the link by a file, and leaves its target alone', async function () {
        if (process.platform === 'win32') skipUnless(this, 'links');
        put('theirs', 'elsewhere', 'notes.txt');
        symlinkSync('elsewhere/notes.txt', at('locks.json.bak'));
        await change();
        assert.deepEqual(held('locks.json.bak'), ['x.vnc']);
        assert.equal(readFileSync(at('elsewhere', 'notes.txt'), 'utf8'), 'theirs');
    });

    it('the locks file (a pipe): does not wait for a writer', async function () {
        skipUnless(this, 'pipes');
        assert.equal(spawnSync('mkfifo', [at('locks.json')]).status, 0);
        await assert.rejects(change(), { code: 'locksFileUnreachable', message: /not a file/ });
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('the repository (a file): says that there is none', async () => {
        put('', 'repo');
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        assert.equal(repository.state.kind, 'missing');
        await assert.rejects(repository.checkOut(['a.vnc'], ''), { code: 'repositoryMissing' });
        assert.deepEqual(readdirSync(folder()), ['repo']);
    });
});
