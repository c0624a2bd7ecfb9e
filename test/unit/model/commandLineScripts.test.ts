import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderForPrograms, writeScript } from '../../../src/model/commandLineScripts';
import { builtCommandLine } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The script that runs the command line on VS Code’s own runtime', () => {
    const folder = temporaryFolder();

    it('hands on every argument, wherever VS Code and the extension are', async function () {
        skipUnless(this, 'modes');
        const odd = join(folder(), 'Jürgen\'s $HOME "here"');
        mkdirSync(join(odd, 'repo'), { recursive: true });
        writeFileSync(join(odd, 'repo', 'a b.vnc'), '%\n');
        const program = join(odd, 'node');
        symlinkSync(process.execPath, program);
        const runtime = { program, cli: builtCommandLine(), environment: process.env };
        const script = await writeScript(join(odd, 'bin'), runtime);
        const args = ['check-out', 'a b.vnc', '--user', 'Alice', '--message', 'two  words "quoted"'];
        assert.equal(execFileSync(script, args, { cwd: odd, encoding: 'utf8' }), 'Checked out a b.vnc.\n');
        assert.match(readFileSync(join(odd, 'locks.json'), 'utf8'), /two {2}words \\"quoted\\"/);
    });

    it('is written again only where it would be another', async () => {
        const runtime = { program: 'C:\\Code.exe', cli: 'C:\\1.0\\cli.js', environment: {} };
        const script = await writeScript(join(folder(), 'bin'), runtime, 'win32');
        const long = new Date(1_000_000);
        utimesSync(script, long, long);
        await writeScript(join(folder(), 'bin'), runtime, 'win32');
        assert.equal(statSync(script).mtimeMs, long.getTime());
        await writeScript(join(folder(), 'bin'), { ...runtime, cli: 'C:\\1.1\\cli.js' }, 'win32');
        assert.match(readFileSync(script, 'utf8'), /1\.1\\cli\.js/);
    });

    it('names the folders of a Windows user by variables, since a console may not know their letters', async () => {
        const environment = { USERPROFILE: 'C:\\Users\\Jürgen', LOCALAPPDATA: 'C:\\Users\\Jürgen\\AppData\\Local' };
        const program = 'c:\\users\\jürgen\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe';
        const cli = 'C:\\Users\\Jürgen\\.vscode\\extensions\\100%\\dist\\cli.js';
        const text = readFileSync(await writeScript(folder(), { program, cli, environment }, 'win32'), 'utf8');
        assert.ok(text.includes('"%LOCALAPPDATA%\\Programs\\Microsoft VS Code\\Code.exe"'), text);
        assert.ok(text.includes('"%USERPROFILE%\\.vscode\\extensions\\100%%\\dist\\cli.js" %*'), text);
        assert.doesNotMatch(text, /[^\r]\n/);
    });

    it('goes into a folder in which consoles look for programs', () => {
        const apps = 'C:\\Users\\Al\\AppData\\Local\\Microsoft\\WindowsApps';
        const windows = { LOCALAPPDATA: 'C:\\Users\\Al\\AppData\\Local', Path: `C:\\Windows;${apps.toUpperCase()}\\` };
        assert.equal(folderForPrograms(windows, 'win32'), apps);
        assert.equal(folderForPrograms({ ...windows, Path: 'C:\\Windows' }, 'win32'), undefined);
        assert.equal(folderForPrograms({ HOME: '/home/al', PATH: '/usr/bin:/home/al/bin/' }, 'linux'), '/home/al/bin');
        assert.equal(folderForPrograms({ PATH: '/usr/bin' }, 'linux'), undefined);
    });
});
