import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { CncCheckout } from '../../src/extension';
import { acceptAll, leaveAll } from './support/quickInput';
import { activate, onDisk, readHolders, repositoryOf, tidyUp, uriOf } from './support/shop';

describe('Check In, with care', () => {
    let api: CncCheckout;
    let original: Buffer;
    const file = 'job12/op1.vnc';
    const me = (): string => repositoryOf(api).settings.user;

    before(async () => {
        api = await activate();
        original = await readFile(onDisk(file));
    });
    beforeEach(async () => {
        await tidyUp(api);
        await acceptAll('cncCheckout.checkOut', uriOf(file));
        assert.deepEqual(await readHolders(), { [file]: me() });
    });
    afterEach(() => writeFile(onDisk(file), original));
    after(() => tidyUp(api));

    it('says that nothing was changed, and releases the file if that is wanted', async () => {
        await acceptAll('cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), {});
    });

    it('keeps a file in which nothing was changed, if the person leaves the question', async () => {
        await leaveAll('cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), { [file]: me() });
    });

    it('asks nothing about a file that was changed', async () => {
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        // Ends although nobody answers.
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), {});
    });

    it('asks nothing about a file with unsaved edits, and saves them', async () => {
        const document = await vscode.workspace.openTextDocument(uriOf(file));
        await vscode.window.showTextDocument(document);
        // VS Code may have it in memory as it was during another test.
        await vscode.commands.executeCommand('workbench.action.files.revert');
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(1, 0), '(CHANGED)\n');
        await vscode.workspace.applyEdit(edit);
        await vscode.commands.executeCommand('cncCheckout.checkIn', document.uri);
        assert.deepEqual([document.isDirty, await readHolders()], [false, {}]);
        assert.match(await readFile(onDisk(file), 'utf8'), /\(CHANGED\)/);
    });

    it('asks once for all my files, whatever became of them', async () => {
        await acceptAll('cncCheckout.checkOut', uriOf('job12/op2.vnc'));
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        await acceptAll('cncCheckout.checkInAll');
        assert.deepEqual(await readHolders(), {});
    });
});
