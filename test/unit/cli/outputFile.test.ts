import assert from 'node:assert/strict';
import {
    chmodSync,
    existsSync,
    linkSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSentences } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { runHere } from '../support/commandLine';

describe('cnc-checkout --output', () => {
    let shop: TemporaryWorkspace;
    const inShop = (...names: string[]): string => join(shop.folder, ...names);
    const refused = async (said: RegExp, ...args: string[]): Promise<void> => {
        const { code, stdout, stderr } = await runHere(shop.folder, args);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
        assert.match(stderr, said);
        assert.ok(isSentences(stderr), stderr);
    };

    beforeEach(async () => {
        shop = await makeTemporaryWorkspace();
        await runHere(shop.folder, ['check-out', '4801247.mcam', '--user', 'Jürgen', '--message', 'Rev C']);
    });
    afterEach(() => shop.remove());

    it('writes what would be printed, and prints nothing', async () => {
        for (const args of [['list'], ['list', '--json'], ['history', '--csv', '--separator', ';']]) {
            const printed = await runHere(shop.folder, args);
            const written = await runHere(shop.folder, [...args, '--output', `${args.join('')}.out`]);
            assert.deepEqual(written, { code: 0, stdout: '', stderr: '' });
            assert.equal(readFileSync(inShop(`${args.join('')}.out`), 'utf8'), printed.stdout);
        }
        assert.match(readFileSync(inShop('history--csv--separator;.out'), 'utf8'), /;check-out;4801247\.mcam;Jürgen;/);
    });

    it('replaces a file only with --overwrite, and keeps its rights', async function () {
        writeFileSync(inShop('report.csv'), 'mine');
        await refused(/report\.csv exists already\. .* --overwrite/, 'history', '--output', 'report.csv');
        assert.equal(readFileSync(inShop('report.csv'), 'utf8'), 'mine');
        chmodSync(inShop('report.csv'), 0o640);
        const { code } = await runHere(shop.folder, ['history', '--output', 'report.csv', '--overwrite']);
        assert.equal(code, 0);
        assert.match(readFileSync(inShop('report.csv'), 'utf8'), /check-out/);
        skipUnless(this, 'modes');
        assert.equal(statSync(inShop('report.csv')).mode & 0o777, 0o640);
    });

    it('leaves nothing behind where it could not be written', async () => {
        mkdirSync(inShop('folder'));
        const before = readdirSync(shop.folder);
        await refused(/is a folder or a device/, 'list', '--output', 'folder', '--overwrite');
        await refused(/because its folder is not there/, 'list', '--output', 'gone/report.txt');
        assert.deepEqual(readdirSync(shop.folder), before);
    });

    it('refuses a file of the repository, there or not, by whatever path', async function () {
        const before = readFileSync(inShop('repo', '4801247.mcam'));
        for (const file of [
            'repo/4801247.mcam',
            'repo/4801247.MCAM',
            'repo/job12/../new.vnc',
            inShop('repo', 'x.vnc'),
        ]) {
            await refused(/would be a file of the repository/, 'list', '--output', file, '--overwrite');
        }
        assert.deepEqual(readFileSync(inShop('repo', '4801247.mcam')), before);
        assert.equal((await runHere(shop.folder, ['list', '--output', 'repo/list.txt'])).code, 0);
        skipUnless(this, 'links');
        symlinkSync('repo', inShop('link'));
        await refused(/would be a file of the repository/, 'list', '--output', 'link/4801247.mcam', '--overwrite');
    });

    it('refuses the locks file and what belongs to it, there or not, by whatever name', async function () {
        await runHere(shop.folder, ['check-in', '4801247.mcam', '--user', 'Jürgen']);
        mkdirSync(inShop('locks.json.lock'));
        mkdirSync(inShop('.locks.json.staged.01234567.4711.7d444840-9dc0-41d1-b245-5ffdce74fad2'));
        linkSync(inShop('locks.json'), inShop('other.json'));
        const isOurs = (name: string): boolean => !/^repo(?:[\\/]|$)/.test(name);
        const ours = readdirSync(shop.folder, { recursive: true, encoding: 'utf8' }).filter(isOurs);
        assert.ok(
            ours.some((name) => name.endsWith('r1.mcam.gz')),
            ours.join(),
        );
        const before = ours.map((name) => statSync(inShop(name)).mtimeMs);
        const files = [
            ...ours,
            'LOCKS.JSON',
            'repo/../locks.json',
            'locks.history.2.jsonl',
            'locks.where.json',
            'locks.revisions/new.txt',
            'Locks.Revisions/4801247.mcam/r9.mcam.gz',
            'locks.json.lock/owner',
            'repo/locks.where.json',
        ].filter((file) => existsSync(inShop(file, '..')));
        for (const file of files) {
            await refused(/is the locks file or belongs to it/, 'list', '--output', file, '--overwrite');
        }
        assert.deepEqual(
            ours.map((name) => statSync(inShop(name)).mtimeMs),
            before,
        );
        assert.equal((await runHere(shop.folder, ['list', '--output', 'locks.csv'])).code, 0);
        skipUnless(this, 'links');
        symlinkSync('locks.json', inShop('third.json'));
        symlinkSync('locks.revisions', inShop('revisions'));
        for (const file of ['third.json', 'revisions/new.txt']) {
            await refused(/is the locks file or belongs to it/, 'list', '--output', file, '--overwrite');
        }
    });
});
