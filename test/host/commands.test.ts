import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForJob, asksForMessage, leaveAll } from './support/quickInput';
import { assertSaid, takeMessages, takeQuestions } from './support/screen';
import {
    api,
    inShop,
    lockOf,
    me,
    onDisk,
    readHolders,
    readLocksText,
    repositoryOf,
    row,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const execute = vscode.commands.executeCommand;
const asksWhatToCheckIn = 'Check In All My Files: Select the files to check in; unsaved edits are saved first';
const asksForMine = 'My Check-Outs: Select a file to open, or use its button to check it in';
const asksForFile =
    'Find File in Repository: Type a part number, a folder or a name, in any order; select a file to open it';
const activeInput = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
const activeUri = (): string | undefined => {
    const input = activeInput();
    return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
        ? input.uri.fsPath
        : undefined;
};

describe('A command', () => {
    useTidyShop();

    describe('Check Out', () => {
        it('takes the files that are selected in the Explorer, all at once', async () => {
            const uris = ['job12/op1.vnc', 'job13/Größe 40/op1.VNC'].map(uriOf);
            await acceptAll([asksForMessage('2 files')], 'cncCheckout.checkOut', uris[0], uris);
            assertSaid('Checked out 2 files');
            assert.deepEqual(await readHolders(), { 'job12/op1.vnc': me(), 'job13/Größe 40/op1.VNC': me() });
            const { lock } = repositoryOf(api).file('job12/op1.vnc') ?? {};
            assert.deepEqual([lock?.user, lock?.message, lock?.host], [me(), '', repositoryOf(api).settings.host]);
        });

        it('takes the rows that are selected in the tree', async () => {
            const one = await row(api, 'job12', 'op1.vnc');
            const other = await row(api, '4801247.mcam');
            const questions = [asksForJob('2 Files'), asksForMessage('2 files')];
            await acceptAll(questions, 'cncCheckout.checkOut', one.node, [one.node, other.node]);
            assert.deepEqual(await readHolders(), { 'job12/op1.vnc': me(), '4801247.mcam': me() });
            assert.equal((await row(api, '4801247.mcam')).item.contextValue, 'file present heldByMe');
        });

        it('takes the file of the active tab', async () => {
            await vscode.window.showTextDocument(uriOf('job12/op2.vnc'));
            await acceptAll([asksForMessage('op2.vnc')], 'cncCheckout.checkOut');
            assert.deepEqual(await readHolders(), { 'job12/op2.vnc': me() });
        });

        it('takes the file of the active tab, where it is a binary', async () => {
            await execute('vscode.open', uriOf('4801247.mcam'));
            await waitFor(
                vscode.window.tabGroups.onDidChangeTabs,
                () => activeUri() === onDisk('4801247.mcam'),
                'the tab',
            );
            assert.equal(vscode.window.activeTextEditor, undefined);
            await acceptAll([asksForJob('4801247.mcam'), asksForMessage('4801247.mcam')], 'cncCheckout.checkOut');
            assert.deepEqual(await readHolders(), { '4801247.mcam': me() });
        });

        it("takes the file of the active tab, where another extension's editor shows it", async () => {
            await execute('vscode.openWith', uriOf('job12/fixture plate.mcam'), 'imagePreview.previewEditor');
            const shown = (): boolean => activeInput() instanceof vscode.TabInputCustom;
            await waitFor(vscode.window.tabGroups.onDidChangeTabs, shown, 'the custom editor was open');
            await acceptAll([asksForMessage('fixture plate.mcam')], 'cncCheckout.checkOut');
            assert.deepEqual(await readHolders(), { 'job12/fixture plate.mcam': me() });
        });

        it('takes the right side of the active tab, where it is a diff', async () => {
            await execute('vscode.diff', uriOf('job12/op1.vnc'), uriOf('job12/op2.vnc'));
            const shown = (): boolean => activeInput() instanceof vscode.TabInputTextDiff;
            await waitFor(vscode.window.tabGroups.onDidChangeTabs, shown, 'the diff was open');
            await acceptAll([asksForMessage('op2.vnc')], 'cncCheckout.checkOut');
            assert.deepEqual(await readHolders(), { 'job12/op2.vnc': me() });
        });

        it('asks for a file if the active tab shows none of the repository', async () => {
            await writeLocks(api, { '4801247.mcam': lockOf('Alice') });
            await vscode.window.showTextDocument(vscode.Uri.file(inShop('locks.json')));
            await acceptAll(['Select the file to check out', asksForMessage('4801247.vnc')], 'cncCheckout.checkOut');
            // The first one by name that is available.
            assert.deepEqual(await readHolders(), { '4801247.mcam': 'Alice', '4801247.vnc': me() });
        });

        it('changes nothing when the question is cancelled', async () => {
            await leaveAll([asksForJob('4801247.vnc')], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
            assert.equal(await readLocksText(), '');
        });

        it('refuses a held file before it asks anything', async () => {
            await writeLocks(api, { '4801247.vnc': lockOf('Alice'), 'job12/op1.vnc': lockOf(me()) });
            const before = await readLocksText();
            const uris = ['4801247.vnc', 'job12/op1.vnc'].map(uriOf);
            await execute('cncCheckout.checkOut', uris[0], uris);
            assert.deepEqual(takeQuestions(), []);
            assertSaid(/^2 of 2 files were not checked out\. 4801247\.vnc .*by Alice.* See the log for the others\.$/);
            assert.equal(await readLocksText(), before);
        });

        it('skips the held ones of several files and takes the others', async () => {
            await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Hers') });
            const uris = ['4801247.vnc', '4801247.mcam'].map(uriOf);
            await acceptAll([asksForMessage('2 files')], 'cncCheckout.checkOut', uris[0], uris);
            assertSaid(/^4801247\.vnc .*by Alice.*“Hers”/);
            assert.deepEqual(await readHolders(), { '4801247.vnc': 'Alice', '4801247.mcam': me() });
        });

        it('refuses files outside the repository and other files than CAM files, without asking', async () => {
            for (const [uri, refusal] of [
                [vscode.Uri.file(inShop('locks.json'))],
                [uriOf('notes.txt'), /^notes\.txt cannot be checked out, because only files that end in /],
                [uriOf('../outside.vnc')],
                [vscode.Uri.parse('untitled:4801247.vnc')],
            ] as const) {
                await execute('cncCheckout.checkOut', uri, [uri]);
                assert.deepEqual([await readLocksText(), takeQuestions()], ['', []], uri.toString());
                assertSaid(refusal ?? `${uri.fsPath} is not inside a repository, so it cannot be checked out or in.`);
            }
        });

        it('refuses a missing file', async () => {
            const questions = [asksForMessage('never there.vnc')];
            await acceptAll(questions, 'cncCheckout.checkOut', uriOf('job12/never there.vnc'));
            assertSaid(/^job12\/never there\.vnc is not in the repository\./);
            assert.equal(await readLocksText(), '');
        });

        it('takes a new file that is in no listing yet', async () => {
            await mkdir(onDisk('job14/deep'), { recursive: true });
            await writeFile(onDisk('job14/deep/op1.vnc'), '%\n');
            try {
                await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', uriOf('job14/deep/op1.vnc'));
                assert.deepEqual(await readHolders(), { 'job14/deep/op1.vnc': me() });
            } finally {
                await rm(onDisk('job14'), { recursive: true });
            }
        });
    });

    describe('Check In', () => {
        it('saves unsaved edits before anyone else can take the file', async () => {
            await writeLocks(api, { 'job12/op1.vnc': lockOf(me()) });
            const document = await vscode.workspace.openTextDocument(uriOf('job12/op1.vnc'));
            await vscode.window.showTextDocument(document);
            await settled(api, document.uri, false);
            const edit = new vscode.WorkspaceEdit();
            edit.insert(document.uri, new vscode.Position(1, 0), '(CHANGED)\n');
            await vscode.workspace.applyEdit(edit);
            assert.equal(document.isDirty, true);
            let whenReleased = '';
            const subscription = api.repositories.onDidChange(() => {
                const released = repositoryOf(api).file('job12/op1.vnc')?.lock === undefined;
                if (released) whenReleased ||= readFileSync(onDisk('job12/op1.vnc'), 'utf8');
            });
            await execute('cncCheckout.checkIn', document.uri);
            subscription.dispose();
            assertSaid('Checked in op1.vnc as revision 1');
            assert.equal(document.isDirty, false);
            assert.match(whenReleased, /^%\n\(CHANGED\)\n/);
            assert.equal(await readFile(onDisk('job12/op1.vnc'), 'utf8'), document.getText());
            assert.deepEqual(await readHolders(), {});
        });

        it('keeps a file checked out whose edits could not be saved', async () => {
            await writeLocks(api, { 'job12/op2.vnc': lockOf(me()) });
            const original = await readFile(onDisk('job12/op2.vnc'));
            const document = await vscode.workspace.openTextDocument(uriOf('job12/op2.vnc'));
            await vscode.window.showTextDocument(document);
            await settled(api, document.uri, false);
            const edit = new vscode.WorkspaceEdit();
            edit.insert(document.uri, new vscode.Position(1, 0), '(LOST)\n');
            await vscode.workspace.applyEdit(edit);
            await rm(onDisk('job12/op2.vnc'));
            // Nothing can be written where a folder of that name is.
            await mkdir(onDisk('job12/op2.vnc'));
            try {
                // VS Code refuses modal questions while tests run, which is an answer other than Check In Anyway.
                await execute('cncCheckout.checkIn', document.uri);
                assertSaid(/^job12\/op2\.vnc has unsaved edits that could not be saved\.\nIf you check it in now, /);
                assert.equal(document.isDirty, true);
                assert.deepEqual(await readHolders(), { 'job12/op2.vnc': me() });
            } finally {
                await rm(onDisk('job12/op2.vnc'), { recursive: true });
                await writeFile(onDisk('job12/op2.vnc'), original);
            }
        });

        it('takes several rows of the tree, including a missing file', async () => {
            await writeLocks(api, { '4801247.vnc': lockOf(me()), 'gone.vnc': lockOf(me()), 'a.vnc': lockOf('Bob') });
            const nodes = [(await row(api, '4801247.vnc')).node, (await row(api, 'gone.vnc')).node];
            await execute('cncCheckout.checkIn', nodes[0], nodes);
            assert.deepEqual(await readHolders(), { 'a.vnc': 'Bob' });
        });

        it("leaves a colleague's file and the locks file unchanged", async () => {
            await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Hers') });
            const before = await readLocksText();
            await execute('cncCheckout.checkIn', uriOf('4801247.vnc'));
            assertSaid(/^4801247\.vnc .*by Alice.*Only Alice can check it in\./);
            await execute('cncCheckout.checkIn', uriOf('4801247.mcam'));
            assertSaid(/^4801247\.mcam is not checked out/);
            assert.equal(await readLocksText(), before);
        });

        it('takes the file of the active tab', async () => {
            await writeLocks(api, { 'job12/op2.vnc': lockOf(me()), '4801247.vnc': lockOf(me()) });
            await vscode.window.showTextDocument(uriOf('job12/op2.vnc'));
            await execute('cncCheckout.checkIn');
            assert.deepEqual(await readHolders(), { '4801247.vnc': me() });
        });
    });

    it('Check In All My Files checks in the selected files: only mine', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf(me()), 'a.vnc': lockOf('Bob'), 'job12/op1.vnc': lockOf(me()) });
        await acceptAll([asksWhatToCheckIn], 'cncCheckout.checkInAll');
        assert.deepEqual(await readHolders(), { 'a.vnc': 'Bob' });
    });

    it('Check In All My Files says so if I have none', async () => {
        await writeLocks(api, { 'a.vnc': lockOf('Bob') });
        const before = await readLocksText();
        await execute('cncCheckout.checkInAll');
        assert.deepEqual([takeMessages(), takeQuestions()], [['You have no files checked out.'], []]);
        assert.equal(await readLocksText(), before);
    });

    it('Show My Check-Outs opens the selected file', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice'), 'job12/op1.vnc': lockOf(me()) });
        await acceptAll([asksForMine], 'cncCheckout.showMyCheckOuts');
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, onDisk('job12/op1.vnc'));
        assert.deepEqual(await readHolders(), { '4801247.vnc': 'Alice', 'job12/op1.vnc': me() });
    });

    it('Show My Check-Outs offers to check in all', async () => {
        await writeLocks(api, { 'job12/op2.vnc': lockOf(me()), 'job12/op1.vnc': lockOf(me()) });
        await acceptAll([asksForMine, asksWhatToCheckIn], 'cncCheckout.showMyCheckOuts');
        assert.deepEqual(await readHolders(), {});
    });

    it('Find File in Repository opens the selected file', async () => {
        await acceptAll([asksForFile], 'cncCheckout.findFile');
        const first = (): boolean => activeUri() === onDisk('4801247.mcam');
        await waitFor(vscode.window.tabGroups.onDidChangeTabs, first, 'the first file by name was open');
    });

    it('Find File in Repository opens nothing when it is cancelled', async () => {
        await leaveAll([asksForFile], 'cncCheckout.findFile');
        assert.equal(activeInput(), undefined);
    });

    it('Open opens the row that was clicked', async () => {
        const { item } = await row(api, 'job13', 'Größe 40', 'op1.VNC');
        assert.ok(item.command);
        await execute(item.command.command, ...(item.command.arguments ?? []));
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, onDisk('job13/Größe 40/op1.VNC'));
    });

    it('Refresh shows a new file in a folder that is not watched', async () => {
        await writeFile(onDisk('job13/Größe 40/op2.VNC'), '');
        try {
            await execute('cncCheckout.refresh');
            assert.equal(repositoryOf(api).file('job13/Größe 40/op2.VNC')?.state, 'available');
        } finally {
            await rm(onDisk('job13/Größe 40/op2.VNC'));
        }
    });

    it('Copy Lock Details copies them as text', async () => {
        await writeLocks(api, {
            '4801247.vnc': { ...lockOf('Alice', 'Working on revisions'), host: 'CAM-2' },
            'job12/op1.vnc': lockOf(me()),
        });
        const uris = ['4801247.vnc', 'job12/op1.vnc'].map(uriOf);
        await execute('cncCheckout.copyLockDetails', uris[0], uris);
        const lines = (await vscode.env.clipboard.readText()).split('\n').filter((line) => !line.startsWith('Since: '));
        assert.deepEqual(lines, [
            '4801247.vnc',
            'Checked out by Alice, 2 h ago',
            'Computer: CAM-2',
            'Message: Working on revisions',
            '',
            'job12/op1.vnc',
            `Checked out by ${me()} (you), 2 h ago`,
        ]);
    });

    it('Open Locks File shows it in an editor', async () => {
        await writeLocks(api, {});
        await execute('cncCheckout.openLocksFile');
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, inShop('locks.json'));
    });

    it('Restore Last Good Locks File changes nothing without confirmation', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice') });
        await writeFile(inShop('locks.json.bak'), '{}');
        const before = await readLocksText();
        // VS Code refuses modal questions while tests run, which is an answer other than Restore.
        await execute('cncCheckout.restoreLocksFile');
        const [question = '', ...others] = takeMessages();
        assert.match(question, /^Restore the last good copy of the locks file\?\nThe locks file is intact\. Restoring/);
        assert.match(question, /These locks would be lost:\n4801247\.vnc \(Alice\)$/);
        assert.deepEqual([others.length, await readLocksText()], [1, before]);
    });
});
