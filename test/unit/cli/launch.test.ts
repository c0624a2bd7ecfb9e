import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
    chmodSync,
    chownSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { buildAsShipped } from '../../bench/shipped';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';

const LONG_AGO = new Date('2020-01-01');

describe('The command line as it is shipped', () => {
    let shipped: string;
    let program: string;
    let shop: TemporaryWorkspace;
    let cache: string;

    before(function () {
        skipUnless(this, 'ownPackages');
        shipped = mkdtempSync(join(tmpdir(), 'cnc-shipped-'));
        program = join(buildAsShipped(shipped), 'cli.js');
    });
    after(() => shipped && rmSync(shipped, { recursive: true }));

    beforeEach(async () => {
        shop = await makeTemporaryWorkspace();
        cache = join(dirname(shop.folder), 'cache');
        mkdirSync(cache);
    });
    afterEach(() => shop.remove());

    const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
        const folders = { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache };
        const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--user', 'Bob'], {
            cwd: shop.folder,
            env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '', ...folders, ...environment },
            encoding: 'utf8',
        });
        return { status, stdout, stderr };
    };
    const list = (environment?: NodeJS.ProcessEnv): void => {
        const { status, stdout, stderr } = run(['list'], environment);
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, /^NAME +STATE +HOLDER[\s\S]*\n4801247\.vnc +available\n/);
    };
    const compiled = (command = 'list'): string => {
        const folder = process.platform === 'win32' ? 'CNC Checkout' : 'cnc-checkout';
        return join(cache, folder, 'compiled', `${command}.v8`);
    };
    /** Whether the code that was kept is taken: else it is kept again. */
    const isTaken = (): boolean => {
        utimesSync(compiled(), LONG_AGO, LONG_AGO);
        list();
        return statSync(compiled()).mtimeMs === LONG_AGO.getTime();
    };

    it('does what the bundle does, with compiled code and without', () => {
        for (let time = 0; time < 2; time++) {
            assert.deepEqual(run(['check-out', '4801247.vnc']), {
                status: 0,
                stdout: 'Checked out 4801247.vnc.\n',
                stderr: '',
            });
            const again = run(['check-out', '4801247.mcam', 'nothing.vnc']);
            assert.deepEqual([again.status, again.stdout], [1, 'Checked out 4801247.mcam.\n']);
            assert.match(again.stderr, /^nothing\.vnc is not in the repository/);
            assert.equal(run(['check-in', '4801247.vnc', '4801247.mcam']).status, 0);
        }
        assert.equal(run(['list', '--everything']).status, 2);
        assert.match(run(['--help']).stdout, /check-out FILE/);
    });

    it('takes the compiled code of the first run of a command in the next ones, in a file of this user alone', () => {
        list();
        const { mode } = statSync(compiled());
        if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
        assert.ok(isTaken());
        assert.deepEqual(readdirSync(dirname(compiled())), ['list.v8']);
    });

    it('keeps no code of a command that failed, which is not all of it', () => {
        assert.equal(run(['check-out', 'nothing.vnc']).status, 1);
        assert.equal(existsSync(compiled('check-out')), false);
    });

    for (const [what, change] of [
        ['one bit of which is another', (code: Buffer) => (code[code.length - 100]! ^= 1)],
        ['whose digest is another', (code: Buffer) => (code[0]! ^= 1)],
        ['the end of which is missing', (code: Buffer) => code.subarray(0, code.length / 2)],
        ['that is empty', () => Buffer.alloc(0)],
    ] as const) {
        it(`takes no code ${what}, and makes it anew`, () => {
            list();
            const code = readFileSync(compiled());
            const changed = change(code);
            writeFileSync(compiled(), typeof changed === 'number' ? code : changed);
            assert.equal(isTaken(), false);
            assert.ok(isTaken());
        });
    }

    /** Compiled code that V8 takes for that of the program, with the right digest: it says that it is not ours. */
    const forge = (): Buffer => {
        const text = readFileSync(program, 'utf8');
        const [, build] = /"([\da-f]{64})"/.exec(text)!;
        const [, literal] = /\.Script\(([\s\S]*),\{filename:/.exec(text)!;
        const { length } = runInNewContext(literal!) as string;
        const compile = `
            const { Script } = require('vm');
            const script = new Script('(function () { process.stdout.write("Not ours") })'.padEnd(${length}));
            script.runInThisContext();
            process.stdout.write(script.createCachedData());
        `;
        const { stdout: code } = spawnSync(process.execPath, ['-e', compile]);
        const maker = `${build} ${process.version} ${process.platform} ${process.arch}\n`;
        return Buffer.concat([createHash('sha256').update(maker).update(code).digest(), code]);
    };

    for (const [what, need, open] of [
        ['everybody may write', 'modes', (file: string) => chmodSync(file, 0o666)],
        ['a group may write', 'modes', (file: string) => chmodSync(file, 0o660)],
        ['is somebody else’s', 'root', (file: string) => chownSync(file, 65_501, 65_500)],
    ] as const) {
        it(`takes no code from a file that ${what}`, function () {
            skipUnless(this, need);
            list();
            writeFileSync(compiled(), forge());
            assert.equal(run(['list']).stdout, 'Not ours');
            open(compiled());
            list();
        });
    }

    it('writes nothing where that is not wanted, or cannot be', () => {
        list({ NODE_DISABLE_COMPILE_CACHE: '1' });
        assert.deepEqual(readdirSync(cache), []);
        writeFileSync(join(cache, 'file'), '');
        list({ XDG_CACHE_HOME: join(cache, 'file'), LOCALAPPDATA: join(cache, 'file') });
        list({ XDG_CACHE_HOME: join(cache, 'nowhere'), LOCALAPPDATA: '' });
        assert.deepEqual(readdirSync(cache), ['file']);
    });

    it('writes nothing into the folder of another person, as under sudo', function () {
        skipUnless(this, 'root');
        chownSync(cache, 65_501, 65_500);
        list();
        assert.deepEqual(readdirSync(cache), []);
    });
});
