import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { extensionUnderTest } from '../support/internals';
import { answerDialogs } from './support/dialogs';
import { assertSaid, takeMessages } from './support/screen';
import { api, colleague, me, onDisk, readHolders, repositoryOf, uriOf, useTidyShop } from './support/shop';

const files = ['job12/op1.vnc', 'job13/Größe 40/op1.VNC'];
const other = 'job12/op2.vnc';

describe('A group of the Source Control view', () => {
    useTidyShop();
    let control: vscode.SourceControl;
    let group: vscode.SourceControlResourceGroup;

    beforeEach(async () => {
        await extensionUnderTest()
            .exports.getApi(1)
            .checkOut([...files, other].map(uriOf));
        await api.versions.whenKept(repositoryOf(api));
        // Such a one comes to a command with its menu.
        control = vscode.scm.createSourceControl('test', 'Test');
        group = control.createResourceGroup('modified', 'Modified');
        group.resourceStates = files.map((path) => ({ resourceUri: uriOf(path) }));
        takeMessages();
    });
    afterEach(() => control.dispose());

    it('is checked in as a whole, and nothing else is', async () => {
        for (const path of files) await writeFile(onDisk(path), '%\nO1 (CHANGED)\n%\n');
        await vscode.commands.executeCommand('cncCheckout.checkInGroup', group);
        assertSaid('Checked in 2 files');
        assert.deepEqual(await readHolders(), { [other]: me() });
    });

    for (const [answer, left] of [
        ['Undo Check-Out', 1],
        [undefined, 3],
    ] as const) {
        it(`asks once before all its check-outs are undone, and leaves ${left} when the answer is ${answer}`, async () => {
            for (const path of files) await writeFile(onDisk(path), '%\nO1 (CHANGED)\n%\n');
            const stop = answerDialogs(answer as string);
            await vscode.commands.executeCommand('cncCheckout.undoGroup', group);
            stop();
            assertSaid(/^Undo the check-outs? of 2 files\?/);
            assert.equal(Object.keys(await readHolders()).length, left);
        });
    }

    it('that is empty by now has nothing done to the file that is open', async () => {
        await vscode.window.showTextDocument(uriOf(other));
        group.resourceStates = [];
        await vscode.commands.executeCommand('cncCheckout.checkInGroup', group);
        assert.equal((await readHolders())[other], me());
    });

    it('says what of it somebody else has by now', async () => {
        await colleague(me()).checkIn([files[0]!], { fromOtherComputer: true });
        await colleague('Dave').checkOut([files[0]!], '');
        await writeFile(onDisk(files[1]!), '%\nO1 (CHANGED)\n%\n');
        await vscode.commands.executeCommand('cncCheckout.checkInGroup', group);
        assertSaid(/^job12\/op1\.vnc was checked out by Dave on OFFICE-PC just now\. Only Dave can check it in\.$/);
        assert.deepEqual(await readHolders(), { [other]: me(), [files[0]!]: 'Dave' });
    });
});
