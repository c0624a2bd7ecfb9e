import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { skipUnless } from '../support/skips';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { assertSaid, takeMessages } from './support/screen';
import { colleague, inShop, onDisk, useTidyShop } from './support/shop';

const run = promisify(execFile);

describe('The command line of this VS Code', () => {
    useTidyShop();
    let home: string;
    const { HOME, PATH } = process.env;
    beforeEach(async () => (home = await makeTemporaryFolder()));
    afterEach(async () => {
        Object.assign(process.env, { HOME, PATH });
        await removeFolder(home);
    });

    it('is installed where consoles look for programs, and runs there without Node.js', async function () {
        skipUnless(this, 'ownHome');
        const folder = join(home, '.local', 'bin');
        Object.assign(process.env, { HOME: home, PATH: `/usr/bin:/bin:${folder}` });
        await vscode.commands.executeCommand('cncCheckout.installCommandLine');
        assertSaid(`Installed ${join(folder, 'cnc-checkout')}. Open a new console, and type: cnc-checkout help`);
        await colleague('Dave').checkOut(['job12/op1.vnc'], 'Chatter');
        // Nothing but the folders of the system: no Node.js of a developer.
        const env = { PATH: `/usr/bin:/bin:${folder}`, HOME: home };
        const { stdout } = await run('cnc-checkout', ['list', 'op1', '--checked-out'], { cwd: inShop(''), env });
        assert.match(stdout, /^job12\/op1\.vnc +checked out +Dave .* Chatter$/m);
    });

    it('is named with its folder where no such folder is known', async () => {
        Object.assign(process.env, { HOME: home, PATH: '/usr/bin' });
        await vscode.commands.executeCommand('cncCheckout.installCommandLine');
        const [text = ''] = takeMessages();
        const [, folder = ''] = /^The command line is in (.+)\. Add that folder to the PATH/.exec(text) ?? [];
        const script = join(folder, process.platform === 'win32' ? 'cnc-checkout.cmd' : 'cnc-checkout');
        const { stdout } = await run(script, ['--version'], { shell: process.platform === 'win32' });
        const { version } = vscode.extensions.getExtension('cnc-checkout.cnc-checkout')!.packageJSON as {
            version: string;
        };
        assert.equal(stdout.trim(), version);
        assert.doesNotMatch(folder, new RegExp(version.replaceAll('.', '\\.')));
    });
});

describe('Diagnose Repository', () => {
    useTidyShop();

    it('shows what is not as it should be first, what that means, and what to do', async () => {
        const mark = inShop('.stfolder');
        await mkdir(mark);
        await chmod(onDisk(''), 0o775);
        await vscode.commands.executeCommand('cncCheckout.diagnoseRepository');
        await rmdir(mark);
        const { document } = vscode.window.activeTextEditor!;
        const text = document.getText();
        assert.match(document.uri.path, /Diagnosis of /);
        assert.match(
            text,
            /^Problems\n- .* is copied to other computers by Syncthing\.\n {2}Each computer has .*\n {2}Keep /,
        );
        assert.match(text, /\n\nFine\n- .* has \d+ files, 0 checked out\.\n/);
    });
});
