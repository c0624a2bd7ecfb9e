import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { acceptAll, asksForMessage, asksToRelease, leaveAll } from './support/quickInput';
import { takeQuestions } from './support/screen';
import { me, onDisk, readHolders, uriOf, useTidyShop } from './support/shop';

describe('Check In, with care', () => {
    const file = 'job12/op1.vnc';

    useTidyShop();
    beforeEach(async () => {
        await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', uriOf(file));
        assert.deepEqual(await readHolders(), { [file]: me() });
    });

    it('says that there are no changes, and releases the file on request', async () => {
        await acceptAll([asksToRelease('op1.vnc')], 'cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), {});
    });

    it('keeps an unchanged file checked out if the question is cancelled', async () => {
        await leaveAll([asksToRelease('op1.vnc')], 'cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), { [file]: me() });
    });

    it('does not ask about a changed file', async () => {
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(takeQuestions(), []);
        assert.deepEqual(await readHolders(), {});
    });

    it('does not ask about a file with unsaved edits, and saves them', async () => {
        const document = await vscode.workspace.openTextDocument(uriOf(file));
        await vscode.window.showTextDocument(document);
        // VS Code may have it in memory as it was during another test.
        await vscode.commands.executeCommand('workbench.action.files.revert');
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(1, 0), '(CHANGED)\n');
        await vscode.workspace.applyEdit(edit);
        await vscode.commands.executeCommand('cncCheckout.checkIn', document.uri);
        assert.deepEqual(takeQuestions(), []);
        assert.deepEqual([document.isDirty, await readHolders()], [false, {}]);
        assert.match(await readFile(onDisk(file), 'utf8'), /\(CHANGED\)/);
    });

    it('asks once for all my files, changed or not', async () => {
        await acceptAll([asksForMessage('op2.vnc')], 'cncCheckout.checkOut', uriOf('job12/op2.vnc'));
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        const question = 'Check In All My Files: Select the files to check in; unsaved edits are saved first';
        await acceptAll([question], 'cncCheckout.checkInAll');
        assert.deepEqual(await readHolders(), {});
    });
});
