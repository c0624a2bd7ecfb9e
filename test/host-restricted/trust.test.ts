import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Internals } from '../../src/extension';
import { extensionUnderTest } from '../support/internals';
import { waitFor } from '../host/support/events';
import { leaveAll } from '../host/support/quickInput';
import { takeMessages, takeQuestions } from '../host/support/screen';
import { activate, commandLine, inShop, labels, onDisk, repositoryOf, row, uriOf } from '../host/support/shop';

describe('Restricted Mode', () => {
    let api: Internals;

    before(async () => {
        await commandLine('check-out', '4801247.vnc', '--user', 'Alice', '--message', 'Hers');
        api = await activate();
        const { repository, settings } = repositoryOf(api);
        await commandLine('check-out', 'job12/op1.vnc', '--user', settings.user);
        await repository.refresh();
    });

    it('applies to this folder', () => assert.equal(vscode.workspace.isTrusted, false));

    it('shows the files, who has them, and how many I hold', async () => {
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.mcam', '4801247.vnc']);
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · just now · Hers');
        assert.equal(api.statusBarItem.text, '$(edit) 1 checked out');
    });

    it("shows a colleague's check-out without a refresh", async () => {
        const { node } = await row(api, 'job12', 'op2.vnc');
        await commandLine('check-out', 'job12/op2.vnc', '--user', 'Bob');
        const shown = (): boolean => api.tree.getTreeItem(node).description === 'Bob · just now';
        await waitFor(api.tree.onDidChangeTreeData, shown, "Bob's check-out was shown");
    });

    it('blocks every command that changes something', async () => {
        const before = await contents();
        const mine = uriOf('job12/op1.vnc');
        const document = await vscode.workspace.openTextDocument(mine);
        const edit = new vscode.WorkspaceEdit();
        edit.insert(mine, new vscode.Position(0, 0), '(X)\n');
        await vscode.workspace.applyEdit(edit);
        takeMessages();
        await vscode.commands.executeCommand('cncCheckout.checkOut', uriOf('4801247.mcam'));
        await vscode.commands.executeCommand('cncCheckout.checkOut', (await row(api, '4801247.mcam')).node);
        await vscode.commands.executeCommand('cncCheckout.checkIn', mine);
        await vscode.commands.executeCommand('cncCheckout.checkInAll');
        await vscode.commands.executeCommand('cncCheckout.restoreLocksFile');
        await vscode.commands.executeCommand('cncCheckout.chooseRepository');
        const refusals = takeMessages().filter(
            (text) => text === 'This workspace is in Restricted Mode. Trust it to check files out or in.',
        );
        assert.deepEqual([refusals.length, takeQuestions()], [6, []]);
        assert.deepEqual(await contents(), before);
        assert.equal(document.isDirty, true);
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('lets other extensions look, and change nothing', async () => {
        const other = (await extensionUnderTest().activate()).getApi(1);
        const before = await contents();
        assert.equal((await other.getFile(uriOf('4801247.vnc')))?.holder, 'Alice');
        for (const change of ['checkOut', 'checkIn'] as const) {
            const [outcome] = await other[change]([uriOf('job12/op1.vnc')]);
            assert.ok(outcome?.result === 'refused');
            assert.equal(outcome.message, 'This workspace is in Restricted Mode. Trust it to check files out or in.');
        }
        assert.deepEqual(await contents(), before);
    });

    it('allows viewing', async () => {
        await vscode.commands.executeCommand('cncCheckout.copyLockDetails', uriOf('4801247.vnc'));
        assert.match(await vscode.env.clipboard.readText(), /^4801247\.vnc\nChecked out by Alice/);
        await vscode.commands.executeCommand('cncCheckout.openLocksFile');
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, inShop('locks.json'));
        const question =
            'Find File in Repository: Type a part number, a folder or a name, in any order; select a file to open it';
        await leaveAll([question], 'cncCheckout.findFile');
        await vscode.commands.executeCommand('cncCheckout.filterCheckedOut');
        assert.deepEqual(await labels(api), ['4801247.vnc', 'op1.vnc', 'op2.vnc']);
        await vscode.commands.executeCommand('cncCheckout.filterAll');
    });

    it("ignores paths and the lock server in the folder's settings", async () => {
        await mkdir(inShop('.vscode'), { recursive: true });
        await mkdir(inShop('elsewhere'));
        await writeFile(inShop('elsewhere/bait.vnc'), '');
        const settings = {
            'cncCheckout.repository': 'elsewhere',
            'cncCheckout.locksFile': 'elsewhere/locks.json',
            'cncCheckout.fileExtensions': ['.txt'],
            'cncCheckout.lockServer': 'postgresql://foreign.example/cnc?repository=bait',
            'cncCheckout.lockServerCa': 'elsewhere/authority.pem',
            // No path: it shows that these settings were read.
            'cncCheckout.requireMessage': true,
        };
        await writeFile(inShop('.vscode/settings.json'), JSON.stringify(settings));
        const read = (): boolean => api.repositories.all[0]?.settings.requireMessage === true;
        await waitFor(api.repositories.onDidReopen, read, 'the settings were read');
        await api.repositories.refresh();
        const session = repositoryOf(api);
        assert.equal(session.repository.options.root, inShop('repo'));
        assert.equal(session.locksFile, inShop('locks.json'));
        assert.equal(session.server, undefined);
        assert.equal(session.settings.lockServer, undefined);
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.mcam', '4801247.vnc']);
    });
});

/** Everything that a change could touch: the locks and all that lies beside them, and my file. */
async function contents(): Promise<unknown> {
    return {
        locks: await readFile(inShop('locks.json'), 'utf8'),
        copy: await readFile(inShop('locks.json.bak'), 'utf8'),
        beside: (await readdir(inShop())).sort(),
        mine: await readFile(onDisk('job12/op1.vnc'), 'utf8'),
    };
}
