import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForMessage } from './support/quickInput';
import { nextMessage, nextQuestion, takeMessages } from './support/screen';
import { set } from './support/settings';
import {
    api,
    colleague,
    lockOf,
    me,
    onDisk,
    originalOf,
    readHolders,
    repositoryOf,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const file = '4801247.vnc';
const renamed = '4801247 rev B.vnc';

describe('In the Explorer', () => {
    const original = originalOf(file).toString();

    useTidyShop();

    async function apply(change: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
        const edit = new vscode.WorkspaceEdit();
        change(edit);
        assert.equal(await vscode.workspace.applyEdit(edit), true);
    }
    const rename = (from: string, to: string): Promise<void> =>
        apply((edit) => edit.renameFile(uriOf(from), uriOf(to)));
    const holders = (expected: Record<string, string>): Promise<void> =>
        waitFor(
            api.repositories.onDidChange,
            () =>
                JSON.stringify(
                    repositoryOf(api)
                        .repository.snapshot.held()
                        .map(({ path, lock }) => [path, lock?.user]),
                ) === JSON.stringify(Object.entries(expected)),
            `the holders were ${JSON.stringify(expected)}`,
        );
    const press = (): Thenable<unknown> => vscode.commands.executeCommand('notification.acceptPrimaryAction');

    it('a rename takes my check-out along, with its version, its unsaved edits and its editor', async () => {
        await acceptAll([asksForMessage(file)], 'cncCheckout.checkOut', uriOf(file), [uriOf(file)], 'alone');
        await api.versions.whenKept(repositoryOf(api));
        await vscode.window.showTextDocument(uriOf(file), { preview: false });
        await settled(api, uriOf(file), false);
        await vscode.commands.executeCommand('type', { text: 'X' });
        await rename(file, renamed);
        await holders({ [renamed]: me() });
        assert.deepEqual(await readHolders(), { [renamed]: me() });
        await settled(api, uriOf(renamed), false);
        const resource = { session: repositoryOf(api), path: renamed };
        assert.equal(await api.versions.stateOf(resource), 'unchanged');
        assert.ok((await api.versions.versionOf(resource))?.copy);
        const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uriOf(renamed).toString());
        assert.equal(document?.isDirty, true);
        assert.ok(takeMessages().every((text) => !text.includes('unsaved edits')));
        const { events } = await repositoryOf(api).repository.history({ file: renamed });
        assert.deepEqual(
            // What was there before may be kept by now, too.
            events
                .filter(({ action }) => action !== 'found')
                .slice(0, 2)
                .map(({ action, from }) => [action, from]),
            [
                ['rename', file],
                ['check-out', undefined],
            ],
        );
    });

    it('a rename of somebody else’s file says who has it, and can be undone', async () => {
        await writeLocks(api, { [file]: { ...lockOf('Bob', 'Rev C'), host: 'CAM-07' } });
        const said = nextMessage(/is checked out by Bob/);
        await rename(file, renamed);
        assert.match(
            await said,
            /^4801247\.vnc is checked out by Bob on CAM-07 \(2 h ago\): “Rev C”\. You renamed it to/,
        );
        assert.deepEqual(await readHolders(), { [renamed]: 'Bob' });
        await press();
        await holders({ [file]: 'Bob' });
        assert.equal(await readFile(onDisk(file), 'utf8'), original);
    });

    it('a rename of a folder takes every lock below it along', async () => {
        await vscode.workspace.fs.createDirectory(uriOf('job99'));
        await writeFile(onDisk('job99/a.vnc'), 'M30\n');
        await writeFile(onDisk('job99/b.vnc'), 'M30\n');
        await repositoryOf(api).repository.lookEverywhere();
        await writeLocks(api, { 'job99/a.vnc': lockOf('Bob'), 'job99/b.vnc': lockOf(me()) });
        await rename('job99', 'job98');
        await holders({ 'job98/a.vnc': 'Bob', 'job98/b.vnc': me() });
    });

    it('a rename that a check-out cannot go along with is said', async () => {
        // What comes back is else taken for a new file, maybe only when the next test has begun.
        await set(api, 'editProtection', 'off');
        await writeLocks(api, { [file]: lockOf(me()) });
        const said = nextMessage(/stays|You still have/);
        await rename(file, '../4801247.vnc');
        assert.match(
            await said,
            /was moved out of the repository\. You still have it checked out under its old name\./,
        );
        await press();
        await holders({ [file]: me() });
        await waitFor(api.repositories.onDidChange, () => !repositoryOf(api).file(file)!.missing, 'it was back');
    });

    it('a colleague’s rename of my file is told, and takes its version along', async () => {
        await acceptAll([asksForMessage(file)], 'cncCheckout.checkOut', uriOf(file), [uriOf(file)], 'alone');
        await api.versions.whenKept(repositoryOf(api));
        const said = nextMessage(/^Bob renamed/);
        const { rename: move } = await import('node:fs/promises');
        await move(onDisk(file), onDisk(renamed));
        await colleague('Bob').followRename({ from: file, to: renamed });
        assert.equal(await said, `Bob renamed your checked-out file ${file} to ${renamed}.`);
        // The locks may be seen before the file under its new name.
        await repositoryOf(api).repository.refresh();
        const resource = { session: repositoryOf(api), path: renamed };
        assert.equal(await api.versions.stateOf(resource), 'unchanged');
    });

    it('a deletion of somebody else’s file says who has it, and can be undone', async () => {
        await writeLocks(api, { [file]: lockOf('Bob') });
        const said = nextMessage(/You deleted it/);
        await apply((edit) => edit.deleteFile(uriOf(file)));
        assert.match(await said, /^4801247\.vnc is checked out by Bob \(2 h ago\)\. You deleted it\.$/);
        const { events } = await repositoryOf(api).repository.history({ file });
        assert.deepEqual([events[0]?.action, events[0]?.user, events[0]?.checkedOut?.user], ['delete', me(), 'Bob']);
        await press();
        await waitFor(
            api.repositories.onDidChange,
            () => repositoryOf(api).file(file)?.missing === false,
            'it is back',
        );
        assert.equal(await readFile(onDisk(file), 'utf8'), original);
    });

    it('a colleague’s deletion of my file is told', async () => {
        await writeLocks(api, { [file]: lockOf(me()) });
        const said = nextMessage(/^Bob deleted/);
        await rm(onDisk(file));
        await colleague('Bob').noteDeletion([file]);
        await repositoryOf(api).repository.refresh();
        assert.equal(await said, `Bob deleted your checked-out file ${file}.`);
    });

    it('a new file and a copy are checked out by their maker, and can be typed in', async () => {
        const said = nextMessage(/is new/);
        await apply((edit) => edit.createFile(uriOf('new.vnc')));
        assert.equal(await said, 'new.vnc is new, and checked out by you. Check it in when done.');
        assert.deepEqual(await readHolders(), { 'new.vnc': me() });
        await vscode.window.showTextDocument(uriOf('new.vnc'));
        await settled(api, uriOf('new.vnc'), false);
        await vscode.commands.executeCommand('type', { text: 'X' });
        assert.equal(vscode.window.activeTextEditor?.document.getText(), 'X');
    });

    it('a new file asks for its message where the shop requires one', async () => {
        await set(api, 'requireMessage', true);
        const asked = nextQuestion(/^Check Out new\.vnc: What are you going to change\?/);
        await apply((edit) => edit.createFile(uriOf('new.vnc')));
        await asked;
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        assert.deepEqual(await readHolders(), {});
    });
});

describe('A command that changes protected files', () => {
    // VS Code remembers that a file was read-only in an editor, until its window closes: each test has a file that none had open.
    const unseen = ['unseen 1.vnc', 'unseen 2.vnc'];

    useTidyShop();
    beforeEach(async () => {
        for (const name of unseen) await writeFile(onDisk(name), 'M30\n');
        await repositoryOf(api).repository.lookEverywhere();
    });

    it('changes no read-only editor in silence', async () => {
        const { document } = await vscode.window.showTextDocument(uriOf(file), { preview: false });
        await settled(api, uriOf(file), true);
        const before = document.getText();
        const said = nextMessage(/as before/);
        const edit = new vscode.WorkspaceEdit();
        edit.insert(uriOf(file), new vscode.Position(0, 0), '(X)\n');
        await vscode.workspace.applyEdit(edit);
        await document.save();
        assert.equal(await said, `${file} is as before, because you have not checked it out.`);
        assert.equal(document.getText(), before);
        assert.equal(document.isDirty, false);
    });

    const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    const changeWithoutTab = async (name: string): Promise<vscode.TextDocument> => {
        const document = await vscode.workspace.openTextDocument(uriOf(name));
        const edit = new vscode.WorkspaceEdit();
        edit.insert(uriOf(name), new vscode.Position(0, 0), '(X)\n');
        await vscode.workspace.applyEdit(edit);
        assert.equal(document.isDirty, true);
        return document;
    };
    const saveIsRefused = async (document: vscode.TextDocument, name: string): Promise<void> => {
        const said = nextMessage(/was not saved/);
        // VS Code refuses modal questions while tests run, which is an answer other than Save Anyway.
        assert.equal(await document.save(), false);
        assert.ok((await said).startsWith(`${name} was not saved, because you have not checked it out.`));
        assert.deepEqual(tabs(), [name]);
    };

    it('leaves no unsaved file without a tab', async () => {
        await saveIsRefused(await changeWithoutTab('unseen 1.vnc'), 'unseen 1.vnc');
    });

    it('leaves none without a word for which VS Code itself opened a tab meanwhile', async () => {
        const document = await changeWithoutTab('unseen 2.vnc');
        await waitFor(vscode.window.tabGroups.onDidChangeTabs, () => tabs().length > 0, 'VS Code opened a tab');
        await saveIsRefused(document, 'unseen 2.vnc');
    });
});
