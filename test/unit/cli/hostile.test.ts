import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipUnless } from '../../support/skips';
import { commandsToTerminals, keysThatLeadAway, keysThatTrouble, keysThatTroubleWindows } from '../support/attacks';
import { builtCommandLine, type ListedFile, locksOf } from '../../support/commandLine';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { type JsonOutcome, runHere, writeLocks } from '../support/commandLine';

/** Anything that a terminal does not just show. */
const command = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

describe('The command line against hostile input', function () {
    let shop: TemporaryWorkspace;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    const held = (keys: readonly string[], lock: object = { user: 'Eve' }): string =>
        `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(lock)}`).join(', ')}}`;
    const list = async (): Promise<ListedFile[]> => {
        const { code, stdout, stderr } = await runHere(shop.folder, ['list', '--json']);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^[\n -~]*$/);
        return JSON.parse(stdout) as ListedFile[];
    };
    const change = async (verb: 'check-out' | 'check-in', ...files: string[]): Promise<JsonOutcome[]> => {
        const args = [verb, '--json', '--user', 'Bob', '--', ...files];
        return JSON.parse((await runHere(shop.folder, args)).stdout) as JsonOutcome[];
    };

    it('hides keys outside the repository, keeps them, and still works', async () => {
        const keys = [...keysThatLeadAway, ...keysThatTrouble];
        writeLocks(shop.folder, held(keys));
        const shown = (await list()).filter(({ status }) => status === 'checked_out');
        assert.deepEqual(new Set(shown.map(({ name }) => name)), new Set(keysThatTrouble));
        assert.ok(shown.every(({ missing, size }) => missing && size === null));
        assert.deepEqual(
            (await change('check-out', '4801247.vnc')).map(({ ok }) => ok),
            [true],
        );
        const after = Object.keys(JSON.parse(locksOf(shop.folder)) as object);
        assert.deepEqual(new Set(after), new Set([...keys, '4801247.vnc']));
        await change('check-in', '4801247.vnc');
        assert.equal(JSON.stringify(JSON.parse(locksOf(shop.folder))), JSON.stringify(JSON.parse(held(keys))));
        assert.equal((await runHere(shop.folder, ['list'])).stdout.split('\n').length, 6 + keysThatTrouble.length + 2);
        assert.doesNotMatch((await runHere(shop.folder, ['list'])).stdout, command);
    });

    it('never checks out, checks in or touches a file by such a key', async () => {
        const arguable = (key: string): boolean => !/\0/.test(key) && key.trim() !== '' && key.length < 10_000;
        const keys = [...keysThatLeadAway, ...keysThatTrouble].filter(arguable);
        writeFileSync(join(shop.folder, 'outside.vnc'), '');
        writeLocks(shop.folder, held([...keysThatLeadAway, ...keysThatTrouble]));
        const before = locksOf(shop.folder);
        for (const verb of ['check-out', 'check-in'] as const) {
            // Some of them are other ways to write the path of a file that is there.
            const outcomes = await change(verb, ...keys.filter((key) => !key.startsWith('job12/')));
            assert.deepEqual(
                outcomes.filter(({ ok }) => ok),
                [],
            );
        }
        assert.equal(locksOf(shop.folder), before);
    });

    it('accesses nothing outside the shop, whatever the keys', function () {
        skipUnless(this, 'systemCalls');
        const canary = 'outside';
        writeLocks(shop.folder, held([...keysThatLeadAway, ...keysThatTrouble]));
        const trace = join(shop.folder, 'trace');
        for (const args of [
            ['list', '--json'],
            ['check-out', '4801247.vnc', '--user', 'Bob'],
        ]) {
            const { status } = spawnSync(
                'strace',
                ['-f', '-s', '300', '-e', 'trace=file', '-o', trace, process.execPath, builtCommandLine(), ...args],
                { cwd: shop.folder },
            );
            assert.equal(status, 0);
            const calls = readFileSync(trace, 'utf8').split('\n');
            assert.ok(calls.some((call) => call.includes('4801247.vnc')));
            const astray = calls.filter((call) => call.includes(canary) && !call.includes(join(shop.folder, 'repo')));
            assert.deepEqual(astray, []);
        }
    });

    // Elsewhere they are names like any other.
    if (process.platform === 'win32') {
        it('takes no device name for a file of the repository', async () => {
            writeLocks(shop.folder, held(keysThatTroubleWindows));
            const shown = (await list()).filter(({ status }) => status !== 'available');
            // A blank at the end is a slip of a script.
            assert.deepEqual(
                shown.map(({ name, missing }) => [name, missing]),
                [['x.vnc', true]],
            );
        });
    }

    it('neutralises terminal control characters, wherever they come from', async function () {
        const text = held(['job12/op1.vnc'], {
            user: commandsToTerminals,
            host: commandsToTerminals,
            message: commandsToTerminals,
            timestamp: commandsToTerminals,
        });
        writeLocks(shop.folder, text);
        const onDisk = 'bell\u0007 \u009b31m \u202egnp.vnc';
        if (process.platform !== 'win32') {
            writeFileSync(join(shop.folder, 'repo', onDisk), '');
            writeFileSync(join(shop.folder, 'repo', onDisk.replace('\u0007', '')), '');
        }
        mkdirSync(join(shop.folder, 'locks.json.lock'));
        writeFileSync(
            join(shop.folder, 'locks.json.lock', 'owner'),
            JSON.stringify({ token: 't', user: commandsToTerminals, host: commandsToTerminals, pid: 1 }),
        );
        const busy = await runHere(shop.folder, ['check-out', '4801247.vnc', '--timeout', '0.2']);
        assert.match(busy.stderr, /is changing/);
        rmSync(join(shop.folder, 'locks.json.lock'), { recursive: true });
        const runs = [
            busy,
            await runHere(shop.folder, ['list']),
            await runHere(shop.folder, ['list', '--json']),
            await runHere(shop.folder, [
                'check-out',
                'job12/op1.vnc',
                commandsToTerminals.replaceAll('\0', ''),
                '--user',
                'Bob',
            ]),
            await runHere(shop.folder, ['check-in', 'job12/op1.vnc', '--user', 'Bob', '--json']),
            await runHere(shop.folder, [commandsToTerminals]),
            await runHere(shop.folder, ['list', `--${commandsToTerminals}`]),
            await runHere(shop.folder, ['list', '--root', commandsToTerminals]),
            await runHere(shop.folder, ['list', '--timeout', commandsToTerminals]),
        ];
        for (const { stdout, stderr } of runs) assert.doesNotMatch(stdout + stderr, command);
        // Each is shown so that one can tell it from the other, also the one that nobody can check out.
        if (process.platform !== 'win32')
            assert.deepEqual(runs[1]!.stdout.match(/^bell.*vnc/gm), [
                'bell ‹U+009B›31m ‹U+202E›gnp.vnc',
                'bell‹U+0007› ‹U+009B›31m ‹U+202E›gnp.vnc',
            ]);
        assert.equal(
            (JSON.parse(runs[2]!.stdout) as ListedFile[]).find(({ locked_by: by }) => by)?.locked_by,
            commandsToTerminals,
        );
    });

    describe('with links', () => {
        const inRepo = (...parts: string[]): string => join(shop.folder, 'repo', ...parts);

        beforeEach(function () {
            skipUnless(this, 'links');
            mkdirSync(join(shop.folder, 'elsewhere'));
            writeFileSync(join(shop.folder, 'elsewhere', 'secret.vnc'), 'secret');
            symlinkSync('../elsewhere', inRepo('leaves'));
            symlinkSync('../elsewhere/secret.vnc', inRepo('secret.vnc'));
        });

        it('lists nothing behind them, and no details of a held file there', async () => {
            assert.ok((await list()).every(({ name }) => !/secret|leaves|elsewhere/.test(name)));
            writeLocks(shop.folder, held(['leaves/secret.vnc', 'secret.vnc']));
            const told = (await list()).filter(({ name }) => /secret/.test(name));
            assert.deepEqual(
                told.map(({ size, missing }) => [size, missing]),
                [
                    [null, true],
                    [null, true],
                ],
            );
        });

        it('checks out no link and nothing behind one, by any path', async () => {
            const ways = [
                'leaves/secret.vnc',
                'repo/leaves/secret.vnc',
                inRepo('leaves', 'secret.vnc'),
                'secret.vnc',
                inRepo('secret.vnc'),
                'elsewhere/secret.vnc',
                'leaves/../secret.vnc',
                join(shop.folder, 'elsewhere', 'secret.vnc'),
            ];
            const outcomes = await change('check-out', ...ways);
            assert.ok(outcomes.every(({ error }) => /^(fileMissing|outsideRepository)$/.test(error?.code ?? '')));
            assert.deepEqual(
                readdirSync(shop.folder).filter((name) => name.startsWith('locks')),
                [],
            );
        });

        it('notices a link that replaced a file or folder', async () => {
            assert.ok((await list()).some(({ name }) => name === 'job12/op1.vnc'));
            renameSync(inRepo('job12'), join(shop.folder, 'moved'));
            symlinkSync('../moved', inRepo('job12'));
            rmSync(inRepo('4801247.vnc'));
            symlinkSync('../elsewhere/secret.vnc', inRepo('4801247.vnc'));
            assert.deepEqual(
                (await change('check-out', 'job12/op1.vnc', '4801247.vnc', '4801247.mcam')).map(
                    ({ error }) => error?.code,
                ),
                ['fileMissing', 'fileMissing', undefined],
            );
        });

        it('lets the holder check in what lies behind a link', async () => {
            writeLocks(shop.folder, held(['leaves/secret.vnc', 'secret.vnc'], { user: 'Bob' }));
            assert.ok((await change('check-in', 'leaves/secret.vnc', 'secret.vnc')).every(({ ok }) => ok));
            assert.equal(readFileSync(join(shop.folder, 'elsewhere', 'secret.vnc'), 'utf8'), 'secret');
        });

        it('never replaces a locks.json that is a link', async () => {
            writeFileSync(join(shop.folder, 'elsewhere', 'settings.json'), '{"theme": "dark"}');
            symlinkSync('elsewhere/settings.json', join(shop.folder, 'locks.json'));
            const { code, stderr } = await runHere(shop.folder, ['check-out', '4801247.vnc']);
            assert.equal(code, 2);
            assert.match(stderr, /locks\.json is a symbolic link, so nothing was changed/);
            assert.equal(readFileSync(join(shop.folder, 'elsewhere', 'settings.json'), 'utf8'), '{"theme": "dark"}');
            assert.deepEqual(readdirSync(join(shop.folder, 'elsewhere')), ['secret.vnc', 'settings.json']);
        });
    });
});
