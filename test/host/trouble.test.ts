import assert from 'node:assert/strict';
import { mkdir, rename, rmdir, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForJob, asksForMessage } from './support/quickInput';
import { assertSaid, takeQuestions } from './support/screen';
import {
    api,
    colleague,
    commandLine,
    inShop,
    labels,
    lockOf,
    locksFileOf,
    me,
    readHolders,
    readLocksText,
    row,
    rows,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const damaged = '{\n    "4801247.vnc": {"user": "Ali';

describe('The status bar', () => {
    useTidyShop();

    it('counts only the files that I hold', async () => {
        assert.equal(api.statusBarItem.text, '$(edit) 0');
        await acceptAll(
            [asksForJob('4801247.vnc'), asksForMessage('4801247.vnc')],
            'cncCheckout.checkOut',
            uriOf('4801247.vnc'),
        );
        assert.equal(api.statusBarItem.text, '$(edit) 1 checked out');
        await colleague('Bob').checkOut(['4801247.mcam'], 'His');
        await writeLocks(api, { '4801247.mcam': lockOf('Bob'), 'a.vnc': lockOf(me(), 'One'), 'b.vnc': lockOf(me()) });
        assert.equal(api.statusBarItem.text, '$(edit) 2 checked out');
        assert.equal(
            api.statusBarItem.tooltip,
            [
                'You have 2 files checked out:',
                `a.vnc · missing · ${me()} · 2 h ago · One`,
                `b.vnc · missing · ${me()} · 2 h ago`,
                `You are ${me()} here.`,
            ].join('\n'),
        );
        assert.equal(api.statusBarItem.command, 'cncCheckout.showMyCheckOuts');
        assert.equal(api.statusBarItem.backgroundColor, undefined);
        await vscode.commands.executeCommand('cncCheckout.checkIn', (await row(api, 'a.vnc')).node);
        assert.equal(api.statusBarItem.text, '$(edit) 1 checked out');
    });

    it('follows the command line under my name', async () => {
        const text = (expected: string) => () => api.statusBarItem.text === expected;
        await commandLine('check-out', '4801247.vnc', '--user', me());
        await waitFor(api.repositories.onDidChange, text('$(edit) 1 checked out'), 'the check-out was counted');
        await commandLine('check-in', '4801247.vnc', '--user', me());
        await waitFor(api.repositories.onDidChange, text('$(edit) 0'), 'the check-in was counted');
    });
});

describe('A damaged locks file', () => {
    useTidyShop();

    it('is noticed by polling, shown as damaged, and never written to', async () => {
        await writeFile(inShop('locks.json'), damaged);
        const isDamaged = (): boolean => api.repositories.state === 'damaged';
        await waitFor(api.repositories.onDidChange, isDamaged, 'the damage was noticed');
        assert.equal(api.statusBarItem.text, '$(warning) Locks file damaged');
        const { tooltip } = api.statusBarItem;
        assert.ok(typeof tooltip === 'string');
        assert.match(tooltip, /is damaged: it is not valid JSON \(line \d+, column \d+: .*\)\. Nothing was changed\./);
        assert.equal(api.statusBarItem.accessibilityInformation?.label, 'Locks file damaged');
        assert.deepEqual(await labels(api), [
            'The locks file is damaged',
            'job12',
            'job13',
            '4801247.mcam',
            '4801247.vnc',
        ]);
        const [notice] = await rows(api);
        assert.equal(notice!.item.contextValue, 'notice damaged');
        assert.equal(notice!.item.command?.command, 'cncCheckout.restoreLocksFile');
        const { item } = await row(api, '4801247.vnc');
        assert.equal(item.description, 'holder unknown');
        assert.equal(item.contextValue, 'file present unknown');
        assert.equal((await row(api, 'job12')).item.contextValue, 'folder');
        // Nobody may take this list for a list of what is free.
        assert.equal((await api.checkedOutTree.getChildren()).length, 0);
        for (const command of ['checkOut', 'checkIn', 'checkInAll']) {
            await vscode.commands.executeCommand(`cncCheckout.${command}`, uriOf('4801247.vnc'));
            assertSaid(
                /The locks file .*locks\.json is damaged: it is not valid JSON \(line \d+, column \d+: .*\)\. Nothing was changed\./,
            );
        }
        await vscode.commands.executeCommand('cncCheckout.refresh');
        assert.deepEqual(takeQuestions(), []);
        assert.equal(await readLocksText(), damaged);
        assert.equal(api.repositories.state, 'damaged');
    });

    it('that is empty counts as damaged, not as a file without locks', async () => {
        await writeLocks(api, '');
        assert.equal(api.repositories.state, 'damaged');
        await acceptAll([], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
        assertSaid(/The locks file .*locks\.json is damaged: /);
        assert.equal(await readLocksText(), '');
    });

    it('recovers when someone restores the last good copy', async () => {
        await colleague('Bob').checkOut(['4801247.vnc'], 'Deburr');
        await writeLocks(api, damaged);
        assert.equal(api.repositories.state, 'damaged');
        await locksFileOf('Bob').restoreBackup(new Date());
        const isReady = (): boolean => api.repositories.state === 'ready';
        await waitFor(api.repositories.onDidChange, isReady, 'the restored file was read');
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Bob · just now · Deburr');
        assert.equal(api.statusBarItem.text, '$(edit) 0');
        assert.deepEqual(await readHolders(), { '4801247.vnc': 'Bob' });
    });
});

describe('A repository that goes away', () => {
    useTidyShop();
    // Folders are looked at while somebody sees them.
    beforeEach(() => vscode.commands.executeCommand('cncCheckout.files.focus'));

    it('is shown as unreachable with what was last known, and recovers on its own', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Hers') });
        const state = (expected: string) => () => api.repositories.state === expected;
        const before = await readLocksText();
        await rename(inShop('repo'), inShop('unplugged'));
        try {
            await waitFor(api.repositories.onDidChange, state('unreachable'), 'the loss was noticed');
            assert.equal(api.statusBarItem.text, '$(debug-disconnect) Share unreachable');
            assert.equal(api.statusBarItem.accessibilityInformation?.label, 'Share unreachable');
            const { tooltip } = api.statusBarItem;
            assert.ok(typeof tooltip === 'string');
            assert.match(tooltip, /\nLast updated \d.*\d.*\.$/);
            assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.mcam', '4801247.vnc']);
            for (const file of ['4801247.vnc', '4801247.mcam']) {
                const { iconPath } = (await row(api, file)).item;
                assert.ok(iconPath instanceof vscode.ThemeIcon);
                assert.equal(iconPath.color?.id, 'disabledForeground', file);
            }
            assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Hers');
            await acceptAll([], 'cncCheckout.checkOut', uriOf('4801247.mcam'));
            assertSaid(/^There is no repository folder .*repo\. Check the path, and whether the share is connected\.$/);
            assert.equal(await readLocksText(), before);
        } finally {
            await rename(inShop('unplugged'), inShop('repo'));
        }
        await waitFor(api.repositories.onDidChange, state('ready'), 'it was back');
        assert.equal(api.statusBarItem.text, '$(edit) 0');
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Hers');
    });

    it('is not called unreachable when something else is in the place of the locks file', async () => {
        const state = (expected: string) => () => api.repositories.state === expected;
        const locks = inShop('locks.json');
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Hers') });
        // A look between the next two steps finds no locks file. Only beside a copy of it that does not mean "no locks".
        await writeFile(`${locks}.bak`, await readLocksText());
        await rename(locks, `${locks}.aside`);
        await mkdir(locks);
        try {
            await waitFor(api.repositories.onDidChange, state('unreachable'), 'the folder was noticed');
            assert.equal(api.statusBarItem.text, '$(warning) Locks file cannot be read');
            const { tooltip } = api.statusBarItem;
            assert.ok(typeof tooltip === 'string');
            assert.match(tooltip, /it is a folder and not a file, .* Move it away/);
            assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Hers');
        } finally {
            await rmdir(locks);
            await rename(`${locks}.aside`, locks);
        }
        await waitFor(api.repositories.onDidChange, state('ready'), 'the file was back');
    });

    it('keeps my unsaved edits in an editor that stays writable', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf(me()) });
        const { document } = await vscode.window.showTextDocument(uriOf('4801247.vnc'));
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), '(X)\n');
        const state = (expected: string) => () => api.repositories.state === expected;
        const { readOnlyEditors } = api;
        const isMine = (): boolean => readOnlyEditors.settled?.readOnly === false;
        await settled(api, document.uri, false);
        await vscode.workspace.applyEdit(edit);
        const text = document.getText();
        await rename(inShop('repo'), inShop('unplugged'));
        try {
            await waitFor(api.repositories.onDidChange, state('unreachable'), 'the loss was noticed');
            assert.deepEqual([document.getText(), document.isDirty, isMine()], [text, true, true]);
        } finally {
            await rename(inShop('unplugged'), inShop('repo'));
        }
        await waitFor(api.repositories.onDidChange, state('ready'), 'it was back');
        assert.deepEqual([document.getText(), document.isDirty, isMine()], [text, true, true]);
    });
});
