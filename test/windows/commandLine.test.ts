import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { writeScript } from '../../src/model/commandLineScripts';
import { builtCommandLine, type ListedFile, locksOf, runIn } from '../support/commandLine';
import { runHere } from '../unit/support/commandLine';
import { temporaryFolder } from '../unit/support/temporaryFolder';

describe('The command line on Windows', () => {
    const folder = temporaryFolder();
    const shop = (): string => join(folder(), 'shop');
    const op1 = (): string => join(shop(), 'repo', 'job12', 'op1.vnc');

    beforeEach(() => {
        for (const name of ['4801247.mcam', 'job12/op1.vnc', 'job12/op2.vnc']) {
            const file = join(shop(), 'repo', name);
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, '%\n');
        }
    });

    const keys = (): string[] => Object.keys(JSON.parse(locksOf(shop())) as object);
    const checkOut = (file: string, ...options: readonly string[]) =>
        runHere(shop(), ['check-out', file, '--user', 'Bob', ...options]);

    it('runs as a program, and lists names as the locks file spells them', () => {
        const { code, stdout } = runIn(shop(), ['list', '--json']);
        assert.equal(code, 0);
        const names = (JSON.parse(stdout) as ListedFile[]).map(({ name }) => name);
        assert.deepEqual(names, ['4801247.mcam', 'job12/op1.vnc', 'job12/op2.vnc']);
    });

    it('runs by its script on the program that VS Code brings', async () => {
        const runtime = { program: process.execPath, cli: builtCommandLine(), environment: process.env };
        const script = await writeScript(join(folder(), 'bin of Al'), runtime);
        const args = ['check-out', 'job12\\op1.vnc', '--user', 'Bob', '--message', 'two words'];
        const line = ['/d', '/s', '/c', `""${script}" ${args.map((arg) => `"${arg}"`).join(' ')}"`];
        const { status, stdout, stderr } = spawnSync('cmd.exe', line, {
            cwd: shop(),
            encoding: 'utf8',
            windowsVerbatimArguments: true,
        });
        assert.deepEqual([status, stdout, stderr], [0, 'Checked out job12/op1.vnc.\n', '']);
        assert.match(locksOf(shop()), /"message": "two words"/);
        const refused = ['/d', '/s', '/c', `""${script}" check-in job12/op1.vnc --user Alice"`];
        assert.equal(spawnSync('cmd.exe', refused, { cwd: shop(), windowsVerbatimArguments: true }).status, 1);
    });

    /** Ways in which one file is named on Windows; each must find the same key in the same locks file. */
    const spellings: Readonly<Record<string, () => readonly string[]>> = {
        'with backslashes': () => ['job12\\op1.vnc', '--root', shop()],
        'with the name of the repository': () => ['repo\\job12\\op1.vnc'],
        'in another case': () => ['JOB12\\Op1.VNC', '--root', shop().toUpperCase()],
        'by its whole path': () => [op1()],
        'by its whole path, in another case': () => [op1().toUpperCase(), '--root', shop()],
        'with the letter of its drive in another case': () => [op1()[0]!.toLowerCase() + op1().slice(1)],
        'with slashes and the letter of its drive': () => [op1().replaceAll('\\', '/'), '--root', shop()],
        'from the top of the current drive': () => [op1().slice(2)],
        'by a path without limits': () => [`\\\\?\\${op1()}`],
        'from a root without limits': () => ['job12\\op1.vnc', '--root', `\\\\?\\${shop()}`],
        // What Wine has of network paths: the same folder, by a way that has no drive.
        'by a path that has no drive': () => [`\\\\?\\unix\\${op1().slice(parse(op1()).root.length)}`],
        'with steps back': () => ['job12\\..\\.\\job12\\op1.vnc', '--root', shop()],
    };

    for (const [how, args] of Object.entries(spellings)) {
        it(`finds the same file ${how}`, async () => {
            const [file = '', ...options] = args();
            const { code, stdout, stderr } = await checkOut(file, ...options);
            assert.deepEqual([code, stdout, stderr], [0, 'Checked out job12/op1.vnc.\n', '']);
            assert.deepEqual(keys(), ['job12/op1.vnc']);
            const again = await runHere(shop(), ['check-out', ...args(), '--user', 'Alice']);
            assert.equal(again.code, 1);
            assert.match(again.stderr, /\bBob\b/);
            const back = await runHere(shop(), ['check-in', ...args(), '--user', 'bob']);
            assert.deepEqual([back.code, back.stdout], [0, 'Checked in job12/op1.vnc as revision 1.\n']);
        });
    }

    for (const name of [
        'CON.vnc',
        'job12\\nul',
        'op1.vnc:stream',
        '..\\x.vnc',
        'C:x.vnc',
        'D:\\x.vnc',
        '\\\\pc\\share\\x.vnc',
    ]) {
        it(`refuses ${name}, which is no file of the repository`, async () => {
            const { code, stderr } = await checkOut(name, '--root', shop());
            assert.equal(code, 1);
            assert.match(stderr, /is not a file inside the repository/);
        });
    }

    it('writes the locks file with line feeds alone, as Linux does', async () => {
        await checkOut(op1());
        const bytes = readFileSync(join(shop(), 'locks.json'));
        assert.equal(bytes.includes('\r'), false);
        assert.equal(bytes.toString('latin1').startsWith('{\n    "job12/op1.vnc": {\n'), true);
    });
});
