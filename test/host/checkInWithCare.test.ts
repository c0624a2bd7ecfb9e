import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { acceptAll, asksForMessage, asksToRelease, leaveAll } from './support/quickInput';
import { takeButtons, takeMessages, takeQuestions } from './support/screen';
import { set } from './support/settings';
import { api, me, onDisk, readHolders, repositoryOf, uriOf, useTidyShop } from './support/shop';

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

    it('says that a file above the limit was checked in without a revision, and the history shows that', async () => {
        await api.found.whenKept(repositoryOf(api));
        await set(api, 'keepRevisionsUpTo', 0.0001);
        takeMessages();
        await writeFile(onDisk(file), `(${'X'.repeat(200)})\n`);
        takeButtons();
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf(file));
        const told = takeMessages();
        const reason = 'because it has 0.1 MB, and the limit for revisions is 0.0001 MB.';
        assert.deepEqual(told, [
            'Checked in op1.vnc without a revision',
            `${file} was checked in without a revision, ${reason}`,
        ]);
        assert.deepEqual([takeButtons(), await readHolders()], [['Open Setting'], {}]);
        await vscode.commands.executeCommand('cncCheckout.showHistory', uriOf(file));
        const items = (await api.historyTree.getChildren()).map((row) => api.historyTree.getTreeItem(row));
        const { label, description, tooltip } = items[0]!;
        assert.deepEqual([label, description], [`no revision · ${me()} · just now`, '203 bytes']);
        assert.match(tooltip as string, /^op1\.vnc was checked in without a revision, so nobody can bring back what/);
        assert.match(items[1]!.label as string, /^1 · found by /);
    });

    it('takes what is no size for no limit', async () => {
        for (const [value, bytes] of [
            [2, 2 * 2 ** 20],
            [0, undefined],
            [-1, undefined],
            ['2 GB', undefined],
        ] as const) {
            await set(api, 'keepRevisionsUpTo', value);
            assert.equal(repositoryOf(api).settings.keepsRevisionsUpTo, bytes);
        }
    });

    it('asks once for all my files, changed or not', async () => {
        await acceptAll([asksForMessage('op2.vnc')], 'cncCheckout.checkOut', uriOf('job12/op2.vnc'));
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        const question = 'Check In All My Files: Select the files to check in; unsaved edits are saved first';
        await acceptAll([question], 'cncCheckout.checkInAll');
        assert.deepEqual(await readHolders(), {});
    });
});
