import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSentences, type Run } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { runHere } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

describe('One file has one holder', () => {
    const folder = temporaryFolder();
    const at = (...names: readonly string[]): string => join(folder(), ...names);

    function make(...files: readonly string[]): void {
        for (const file of files) {
            mkdirSync(dirname(at(file)), { recursive: true });
            writeFileSync(at(file), 'M30\n');
        }
    }
    const checkOut = (user: string, current: string, ...args: readonly string[]): Promise<Run> =>
        runHere(at(current), ['check-out', ...args, '--user', user]);
    const locksFiles = (): string[] =>
        readdirSync(folder(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('locks.json'));
    const keys = (locks = 'shop/locks.json'): string[] =>
        Object.keys(JSON.parse(readFileSync(at(locks), 'utf8')) as object);

    /** Every way to name one file, with the current folder it is named from. */
    const ways: Record<string, readonly [current: string, args: (at: (name: string) => string) => readonly string[]]> =
        {
            'the folder of the shop': ['shop', () => ['job12/op1.vnc']],
            'the repository': ['shop/repo', () => ['job12/op1.vnc']],
            'the folder of the job': ['shop/repo/job12', () => ['op1.vnc']],
            'its full path, from the folder above': ['.', (at) => [at('shop/repo/job12/op1.vnc')]],
            'its full path, from elsewhere': ['home', (at) => [at('shop/repo/job12/op1.vnc')]],
            'its path from the folder above': ['.', () => ['shop/repo/job12/op1.vnc']],
            'the repository, by its option': ['home', () => ['job12/op1.vnc', '--repository', '../shop/repo']],
            'the root, by its option': ['home', () => ['job12/op1.vnc', '--root', '../shop']],
            'the repository as the root': ['home', () => ['job12/op1.vnc', '--root', '../shop/repo']],
        };
    for (const first of [
        'the folder of the shop',
        'the folder of the job',
        'its full path, from the folder above',
    ] as const) {
        for (const [way, [current, args]] of Object.entries(ways)) {
            it(`when it was checked out from ${first}, and is named by ${way}`, async () => {
                make('shop/repo/job12/op1.vnc', 'shop/repo/job13/op1.vnc', 'home/notes.txt');
                const [firstFolder, firstArgs] = ways[first]!;
                const alice = await checkOut('Alice', firstFolder, ...firstArgs(at));
                assert.equal(alice.code, 0, alice.stderr);
                const bob = await checkOut('Bob', current, ...args(at));
                assert.equal(bob.code, 1, bob.stderr);
                assert.match(bob.stderr, /Alice/);
                assert.deepEqual([locksFiles(), keys()], [[join('shop', 'locks.json')], ['job12/op1.vnc']]);
            });
        }
    }

    it('when the locks file was lost and only its copy is left', async () => {
        make('shop/repo/job12/op1.vnc', 'shop/locks.json.bak');
        const { code, stderr } = await checkOut('Bob', 'shop/repo/job12', 'op1.vnc');
        assert.equal(code, 2);
        assert.match(stderr, /is missing, though there is a copy of it/);
        assert.deepEqual(locksFiles(), []);
    });

    it('when the folder above holds several shops', async () => {
        make('milling/repo/a.vnc', 'turning/repo/a.vnc');
        assert.equal((await checkOut('Alice', 'milling', 'a.vnc')).code, 0);
        const { code, stderr } = await checkOut('Bob', '.', 'a.vnc');
        assert.equal(code, 2);
        assert.ok(stderr.includes(at('milling', 'locks.json')) && isSentences(stderr), stderr);
        assert.deepEqual(locksFiles(), [join('milling', 'locks.json')]);
    });

    it('when one of them names a part of the repository', async () => {
        make('shop/repo/job12/op1.vnc');
        assert.equal((await checkOut('Alice', 'shop', 'job12/op1.vnc')).code, 0);
        const { code, stderr } = await checkOut('Bob', 'shop', 'op1.vnc', '--repository', 'repo/job12');
        assert.equal(code, 2);
        assert.ok(stderr.includes(at('shop', 'locks.json')) && isSentences(stderr), stderr);
        assert.deepEqual(keys(), ['job12/op1.vnc']);
    });

    it('when the repository is spelled in another case, as on a Windows share', async function () {
        skipUnless(this, 'caseMatters');
        make('shop/Repo/a.vnc');
        assert.equal((await checkOut('Alice', 'shop', 'Repo/a.vnc')).code, 0);
        assert.equal((await checkOut('Bob', 'shop', 'a.vnc')).code, 1);
        assert.deepEqual(keys(), ['a.vnc']);
    });

    it('when one of them comes through a link', async function () {
        skipUnless(this, 'junctions');
        make('shop/repo/job12/op1.vnc', 'home/notes.txt');
        symlinkSync(at('shop', 'repo'), at('home', 'repo'), 'junction');
        assert.equal((await checkOut('Alice', 'home', 'job12/op1.vnc')).code, 0);
        assert.equal((await checkOut('Bob', 'shop', 'job12/op1.vnc')).code, 1);
        assert.deepEqual(locksFiles(), [join('shop', 'locks.json')]);
    });

    it('when the locks file is somewhere else: a note leads to it', async () => {
        make('shop/repo/job12/op1.vnc', 'admin/notes.txt');
        const named = ['--locks', at('admin', 'who.json')];
        assert.equal((await checkOut('Alice', 'shop', 'job12/op1.vnc', ...named)).code, 0);
        assert.deepEqual(JSON.parse(readFileSync(at('shop', 'repo', 'locks.where.json'), 'utf8')), {
            locksFile: '../../admin/who.json',
            repository: '.',
        });
        for (const current of ['shop', 'shop/repo', 'shop/repo/job12']) {
            const { code, stderr } = await checkOut('Bob', current, at('shop', 'repo', 'job12', 'op1.vnc'));
            assert.equal(code, 1, stderr);
        }
        assert.equal(existsSync(at('shop', 'locks.json')), false);
        assert.deepEqual(keys('admin/who.json'), ['job12/op1.vnc']);
    });
});
