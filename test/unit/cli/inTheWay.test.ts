import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { type has, skipUnless } from '../../support/skips';
import { isSentences, type Run } from '../../support/commandLine';
import { Colleague } from '../support/colleague';
import { runHere } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

const CONNECTION = /share is connected/;

describe('What the command line says of a shop', function () {
    const folder = temporaryFolder();
    const at = (...names: string[]): string => path.join(folder(), ...names);
    const run = (...args: readonly string[]): Promise<Run> => runHere(folder(), args);
    const checkOut = (): Promise<Run> => run('check-out', 'a.vnc', '--user', 'Alice');

    beforeEach(() => {
        mkdirSync(at('repo'));
        writeFileSync(at('repo', 'a.vnc'), 'M30\n');
    });

    /** What may stand in the place of a file, and how it is told. */
    const things: readonly (readonly [
        what: string,
        told: RegExp,
        make: (file: string) => unknown,
        need?: Parameters<typeof has>[0],
    ])[] = [
        ['a folder', /it is a folder and not a file/, (file) => mkdirSync(file)],
        ['a pipe', /it is a pipe and not a file/, (file) => spawnSync('mkfifo', [file]), 'pipes'],
        [
            'a socket',
            /it is a socket and not a file/,
            (file) => once(createServer().unref().listen(file), 'listening'),
            'socketFiles',
        ],
        ['a device', /it is a device and not a file/, (file) => symlinkSync('/dev/zero', file), 'fullDevice'],
        ['a link to itself', /symbolic link/, (file) => symlinkSync(path.basename(file), file), 'links'],
    ];
    for (const [what, told, make, need] of things) {
        it(`with ${what} in the place of the locks file: that, and nothing about connections`, async function () {
            if (need !== undefined) skipUnless(this, need);
            await make(at('locks.json'));
            const before = readdirSync(folder());
            for (const { code, stderr } of [await run('list'), await checkOut()]) {
                assert.equal(code, 2, stderr);
                assert.ok(isSentences(stderr), stderr);
                assert.match(stderr, told);
                assert.match(stderr, /Move it away|Put the file itself/);
                assert.doesNotMatch(stderr, CONNECTION);
            }
            assert.deepEqual(readdirSync(folder()), before);
        });

        it(`with ${what} in the place of the history: that, beside the change that was made`, async function () {
            if (need !== undefined) skipUnless(this, need);
            await make(at('locks.history.jsonl'));
            const made = await checkOut();
            assert.equal(made.code, 0);
            assert.match(made.stderr, /^The change was made, but could not be written into the history/);
            // A link is never followed there, wherever it leads.
            assert.match(made.stderr, what === 'a device' ? /it is a symbolic link\. Put the file itself/ : told);
            const read = await run('history');
            assert.match(read.stderr, told);
            assert.match(read.stderr, /Move it away|Put the file itself/);
            for (const { stderr } of [made, read]) assert.doesNotMatch(stderr, CONNECTION);
        });
    }

    it('with a folder in the place of the copy: that, beside the change that was made', async () => {
        mkdirSync(at('locks.json.bak', 'in the way'), { recursive: true });
        const { code, stderr } = await checkOut();
        assert.equal(code, 0);
        assert.match(
            stderr,
            /last good copy .* could not be updated, because it is a folder and not a file\. Move it away/,
        );
    });

    it('with a link that leads nowhere in the place of the locks file: to check where it leads', async function () {
        skipUnless(this, 'links');
        symlinkSync('/nowhere/locks.json', at('locks.json'));
        for (const { code, stderr } of [await run('list'), await checkOut()]) {
            assert.equal(code, 2);
            assert.match(stderr, /it is a symbolic link that leads nowhere, .* Check where the link leads/);
        }
    });

    it('with a file in the place of a folder on the way to the locks file: which one', async () => {
        writeFileSync(at('file'), '');
        for (const command of [['list'], ['check-out', 'a.vnc', '--user', 'Alice']]) {
            const { code, stderr } = await run(...command, '--locks', at('file', 'below', 'locks.json'));
            assert.equal(code, 2);
            assert.ok(stderr.includes(`${at('file')} is a file and not a folder`), stderr);
            assert.doesNotMatch(stderr, CONNECTION);
        }
    });

    it('with a read-only locks file: that nothing was changed, and how it can be, also for root', async () => {
        writeFileSync(at('locks.json'), '{}');
        chmodSync(at('locks.json'), 0o444);
        const { code, stderr } = await checkOut();
        assert.equal(code, 2);
        assert.match(stderr, /locks\.json is read-only, so nothing was changed: .* Clear its read-only attribute/);
        assert.equal(readFileSync(at('locks.json'), 'utf8'), '{}');
        assert.equal((await run('list')).code, 0);
        chmodSync(at('locks.json'), 0o644);
        assert.equal((await checkOut()).code, 0);
    });

    it('with a second name of the locks file: that, and not that one name has old locks', async () => {
        writeFileSync(at('locks.json'), '{}');
        linkSync(at('locks.json'), at('elsewhere.json'));
        const { code, stderr } = await checkOut();
        assert.equal(code, 2);
        assert.match(
            stderr,
            /locks\.json has a second name \(a hard link\), so nothing was changed: .* Remove the other name/,
        );
        assert.equal(readFileSync(at('locks.json'), 'utf8'), '{}');
        rmSync(at('elsewhere.json'));
        assert.equal((await checkOut()).code, 0);
    });

    describe('of which this account may not see all', () => {
        let nobody: Colleague | undefined;
        before(function () {
            skipUnless(this, 'accounts');
            nobody = new Colleague('Nobody', 2009);
        });
        after(() => nobody?.leave());
        beforeEach(() => chmodSync(folder(), 0o755));

        const asNobody = (...args: readonly string[]): Promise<Run> => nobody!.run(folder(), 0o022, ...args);

        it('with a read-only history: that it is, and not that a permission is missing', async () => {
            chmodSync(folder(), 0o777);
            writeFileSync(at('locks.history.jsonl'), '');
            chmodSync(at('locks.history.jsonl'), 0o444);
            writeFileSync(at('locks.json'), '{}');
            const { code, stderr } = await asNobody('check-out', 'a.vnc', '--user', 'Nobody');
            assert.equal(code, 0);
            assert.match(stderr, /history .*, because it is read-only\. Clear its read-only attribute/);
        });

        it('never that there are no locks, where the folder of the locks file is closed', async () => {
            mkdirSync(at('closed'));
            for (const mode of [0o700, 0o744, 0o711]) {
                chmodSync(at('closed'), mode);
                const { code, stdout, stderr } = await asNobody('list', '--locks', at('closed', 'locks.json'));
                assert.match(stderr, /closed.* cannot be read, because you have no permission to read it/);
                assert.deepEqual([code, stdout], [2, '']);
            }
        });
    });
});
