import assert from 'node:assert/strict';
import { rm, stat, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForJob, asksForMessage } from './support/quickInput';
import { set } from './support/settings';
import {
    api,
    colleague,
    inShop,
    lockOf,
    me,
    onDisk,
    repositoryOf,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const file = '4801247.vnc';
const other = 'job12/op1.vnc';

describe('Edit protection', () => {
    const outside = [inShop('notes.txt'), inShop('outside.vnc')];

    useTidyShop();
    after(() => Promise.all(outside.map((path) => rm(path))));

    /** Shows a file and waits until its editor is what it has to be. */
    async function show(uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Promise<vscode.TextEditor> {
        const editor = await vscode.window.showTextDocument(uri, { preview: false, ...options });
        await settled(api, uri);
        return editor;
    }

    /** Whether a key that is pressed now gets into the text; the text is then as it was. */
    async function canType(editor: vscode.TextEditor): Promise<boolean> {
        const before = editor.document.getText();
        await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
        await vscode.commands.executeCommand('type', { text: 'X' });
        const typed = editor.document.getText() !== before;
        if (typed) await vscode.commands.executeCommand('undo');
        assert.equal(editor.document.getText(), before);
        return typed;
    }

    it('blocks typing in a file that is available or that someone else holds', async () => {
        const editor = await show(uriOf(file));
        assert.equal(await canType(editor), false);
        await writeLocks(api, { [file]: lockOf('Bob') });
        assert.equal(await canType(editor), false);
        assert.equal(api.readOnlyEditors.activeFile?.holder, 'others');
    });

    it('allows typing in a file that I hold, and keeps cursor and scroll position at check-out', async () => {
        await writeFile(onDisk('long.vnc'), 'G0 X0 Y0\n'.repeat(2000));
        await repositoryOf(api).repository.refresh();
        const editor = await show(uriOf('long.vnc'));
        assert.equal(await canType(editor), false);
        editor.selection = new vscode.Selection(1500, 3, 1500, 5);
        editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
        await waitFor(
            vscode.window.onDidChangeTextEditorVisibleRanges,
            () => (editor.visibleRanges[0]?.start.line ?? 0) > 1000,
            'the line was in view',
        );
        const [range] = editor.visibleRanges;
        await acceptAll([asksForMessage('long.vnc')], 'cncCheckout.checkOut', uriOf('long.vnc'));
        await settled(api, uriOf('long.vnc'), false);
        assert.deepEqual(editor.selection, new vscode.Selection(1500, 3, 1500, 5));
        assert.deepEqual(editor.visibleRanges[0], range);
        assert.equal(await canType(editor), true);
    });

    it('blocks typing again after a check-in or a take-over', async () => {
        await writeLocks(api, { [file]: lockOf(me()), [other]: lockOf(me()) });
        const editor = await show(uriOf(file));
        assert.equal(await canType(editor), true);
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf(file));
        await settled(api, uriOf(file), true);
        assert.equal(await canType(editor), false);
        const taken = await show(uriOf(other));
        assert.equal(await canType(taken), true);
        await writeLocks(api, { [other]: lockOf('Bob') });
        await settled(api, uriOf(other), true);
        assert.equal(await canType(taken), false);
    });

    it('holds in every group, also in one that was not active when the state changed', async () => {
        await writeLocks(api, { [file]: lockOf(me()) });
        await show(uriOf(file), { viewColumn: vscode.ViewColumn.One });
        const beside = await show(uriOf(file), { viewColumn: vscode.ViewColumn.Two });
        assert.equal(await canType(beside), true);
        await show(uriOf(other), { viewColumn: vscode.ViewColumn.Three });
        await writeLocks(api, {});
        for (const viewColumn of [vscode.ViewColumn.Two, vscode.ViewColumn.One]) {
            assert.equal(await canType(await show(uriOf(file), { viewColumn })), false);
        }
        await acceptAll([asksForJob(file), asksForMessage(file)], 'cncCheckout.checkOut', uriOf(file));
        await settled(api, uriOf(file), false);
        for (const viewColumn of [vscode.ViewColumn.One, vscode.ViewColumn.Two]) {
            assert.equal(await canType(await show(uriOf(file), { viewColumn })), true);
        }
    });

    it('moves along with a tab', async () => {
        const editor = await show(uriOf(file));
        assert.equal(await canType(editor), false);
        await vscode.commands.executeCommand('workbench.action.moveEditorToNextGroup');
        await settled(api, uriOf(file), true);
        assert.ok(vscode.window.activeTextEditor);
        assert.equal(await canType(vscode.window.activeTextEditor), false);
    });

    it('covers a file that is new, and the right side of a diff', async () => {
        await writeFile(onDisk('job12/new.vnc'), 'M30\n');
        assert.equal(await canType(await show(uriOf('job12/new.vnc'))), false);
        await vscode.commands.executeCommand('vscode.diff', uriOf(other), uriOf(file));
        await settled(api, uriOf(file), true);
        assert.ok(vscode.window.activeTextEditor);
        assert.equal(await canType(vscode.window.activeTextEditor), false);
    });

    it('ignores files outside the repository', async () => {
        for (const path of [...outside, onDisk('readme.txt')]) {
            await writeFile(path, 'text\n');
            assert.equal(await canType(await show(uriOf(file))), false);
            assert.equal(await canType(await show(vscode.Uri.file(path))), true, path);
        }
    });

    it('leaves every file writable on disk', async () => {
        const before = (await stat(onDisk(file))).mode;
        const editor = await show(uriOf(file));
        assert.equal(await canType(editor), false);
        assert.equal((await stat(onDisk(file))).mode, before);
    });

    it('stays right when editors change quickly', async () => {
        await writeLocks(api, { [other]: lockOf(me()) });
        for (let round = 0; round < 10; round++) {
            await vscode.window.showTextDocument(uriOf(file), { preview: false });
            await vscode.window.showTextDocument(uriOf(other), { preview: false });
        }
        assert.equal(await canType(await show(uriOf(other))), true);
        assert.equal(await canType(await show(uriOf(file))), false);
        assert.equal(await canType(await show(uriOf(other))), true);
    });

    it('does not lock an editor that has unsaved edits', async () => {
        await writeLocks(api, { [file]: lockOf(me()) });
        const editor = await show(uriOf(file));
        await vscode.commands.executeCommand('type', { text: 'X' });
        assert.equal(editor.document.isDirty, true);
        const edited = editor.document.getText();
        await writeLocks(api, { [file]: lockOf('Bob') });
        assert.equal(editor.document.getText(), edited);
        assert.equal(api.readOnlyEditors.activeFile, undefined);
        await vscode.commands.executeCommand('undo');
        await settled(api, uriOf(file), true);
        assert.equal(await canType(editor), false);
    });

    it('can be turned off, and on again', async () => {
        const editor = await show(uriOf(file));
        assert.equal(await canType(editor), false);
        await set(api, 'editProtection', 'off');
        await settled(api, uriOf(file), false);
        assert.equal(await canType(editor), true);
        await set(api, 'editProtection', undefined);
        await settled(api, uriOf(file), true);
        assert.equal(await canType(editor), false);
    });

    it('is turned off by the setting at once, while the repositories are still being opened under it', async () => {
        const before = repositoryOf(api);
        assert.equal(before.settings.editProtection, 'readOnly');
        let after: { readonly same: boolean; readonly mode: string } | undefined;
        const subscription = vscode.workspace.onDidChangeConfiguration(() => {
            const now = repositoryOf(api);
            after ??= { same: now === before, mode: now.settings.editProtection };
        });
        await set(api, 'editProtection', 'off');
        subscription.dispose();
        assert.deepEqual(after, { same: true, mode: 'off' });
    });

    it('follows a check-out on a colleague’s computer', async () => {
        const editor = await show(uriOf(file));
        const bob = colleague('Bob');
        await bob.checkOut([file], 'Deburr');
        await waitFor(
            api.repositories.onDidChange,
            () => api.readOnlyEditors.activeFile?.holder === 'others',
            "Bob's check-out was seen",
        );
        assert.equal(await canType(editor), false);
    });
});
