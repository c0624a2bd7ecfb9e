import assert from 'node:assert/strict';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { comparison } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForMessage, leaveAll } from './support/quickInput';
import { assertSaid, takeMessages } from './support/screen';
import { set } from './support/settings';
import {
    api,
    colleague,
    commandLine,
    lockOf,
    me,
    onDisk,
    originalOf,
    readHolders,
    repositoryOf,
    row,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

describe('The version at check-out', () => {
    const file = 'job12/op1.vnc';
    const part = '4801247.mcam';

    useTidyShop({ jobSets: 'never' });

    async function checkOut(path: string): Promise<void> {
        await acceptAll([asksForMessage(path.slice(path.lastIndexOf('/') + 1))], 'cncCheckout.checkOut', uriOf(path));
        assert.equal((await readHolders())[path], me());
        await api.versions.whenKept(repositoryOf(api));
    }
    const isModified = (path = file): boolean => api.modifiedFiles.has(repositoryOf(api), path);
    const untilModified = (expected: boolean, path = file): Promise<void> =>
        waitFor(api.modifiedFiles.onDidChange, () => isModified(path) === expected, `modified became ${expected}`);

    it('marks in the tree which files were modified since, and which no longer are', async () => {
        await checkOut(file);
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        await untilModified(true);
        const modified = await row(api, 'job12', 'op1.vnc');
        assert.match(String(modified.item.description), /^modified · /);
        assert.equal(modified.item.contextValue, 'file present heldByMe modified');
        const tooltip = await api.tree.resolveTreeItem(modified.item, modified.node);
        assert.match(tooltip.tooltip as string, /Modified since check-out/);
        await writeFile(onDisk(file), originalOf(file));
        await untilModified(false);
        assert.equal((await row(api, 'job12', 'op1.vnc')).item.contextValue, 'file present heldByMe');
    });

    it('marks no file that was checked in or that someone else holds', async () => {
        await checkOut(file);
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        await untilModified(true);
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf(file));
        assert.equal(isModified(), false);
        await colleague('Dave').checkOut([file], '');
        await repositoryOf(api).repository.poll(true);
        assert.equal(isModified(), false);
    });

    describe('is not lost', () => {
        const large = 'job12/large.vnc';
        const huge = 'job12/huge.mcam';
        afterEach(() => Promise.all([large, huge].map((path) => rm(onDisk(path), { force: true }))));

        const ask = (path: string): Promise<void> =>
            acceptAll([asksForMessage(path.slice(path.lastIndexOf('/') + 1))], 'cncCheckout.checkOut', uriOf(path));
        async function copyOf(path: string): Promise<string | undefined> {
            const session = repositoryOf(api);
            await api.versions.whenKept(session);
            const copy = (await api.versions.versionOf({ session, path }))?.copy;
            return copy === undefined ? undefined : readFile(copy, 'utf8');
        }
        async function makeLarge(): Promise<string> {
            const text = 'G1 X1.5\n'.repeat(2 ** 18);
            await writeFile(onDisk(large), text);
            await repositoryOf(api).repository.refresh();
            return text;
        }

        it('to a program that writes to a small file at once', async () => {
            await ask(file);
            await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
            assert.equal(await copyOf(file), originalOf(file).toString());
        });

        it('to a save of ours, while a large part is still being copied', async () => {
            await writeFile(onDisk(huge), '');
            await truncate(onDisk(huge), 100 * 2 ** 20);
            const text = await makeLarge();
            const document = await vscode.workspace.openTextDocument(uriOf(large));
            await ask(huge);
            await ask(large);
            const edit = new vscode.WorkspaceEdit();
            edit.insert(document.uri, new vscode.Position(0, 0), '(CHANGED)\n');
            await vscode.workspace.applyEdit(edit);
            assert.ok(await document.save());
            assert.match(await readFile(onDisk(large), 'utf8'), /^\(CHANGED\)/);
            assert.equal((await copyOf(large)) === text, true);
        });

        it('without a word that names the file, and neither Undo nor Compare is silent about it', async () => {
            await makeLarge();
            await ask(large);
            await copyOf(large);
            takeMessages();
            const session = repositoryOf(api);
            const { lock } = session.file(large)!;
            // As it was checked out before another program wrote to it.
            api.versions.noteCheckOut(session, [{ path: large, lock: lock!, file: { size: 7, mtimeMs: 7 } }]);
            await copyOf(large);
            assertSaid(
                /^large\.vnc was changed before its version at check-out could be copied\. Undo Check-Out cannot/,
            );
            await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(large));
            assertSaid(/^large\.vnc was changed before its version at check-out could be copied\.$/);
            await vscode.commands.executeCommand('cncCheckout.undoCheckOut', uriOf(large));
            assertSaid(/^large\.vnc was changed before .* So it cannot be put back, and stays checked out/);
            assert.equal((await readHolders())[large], me());
        });
    });

    it('is shown beside the current text with unsaved edits', async () => {
        await checkOut(file);
        const document = await vscode.workspace.openTextDocument(uriOf(file));
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), '(UNSAVED)\n');
        await vscode.workspace.applyEdit(edit);
        await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(file));
        const { label, old, now } = await comparison();
        const original = originalOf(file).toString();
        assert.deepEqual([label, old, now], ['op1.vnc (at Check-Out ↔ Now)', original, `(UNSAVED)\n${original}`]);
    });

    it('is decoded as the open file is', async () => {
        await writeFile(onDisk(file), Buffer.from('(Pi\xe8ce)\n', 'latin1'));
        await checkOut(file);
        const document = await vscode.workspace.openTextDocument(uriOf(file), { encoding: 'windows1252' });
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(file));
        assert.equal((await comparison()).old, '(Pièce)\n');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.workspace.openTextDocument(uriOf(file), { encoding: 'utf8' });
    });

    it('of a binary file is shown as size, time and hash', async () => {
        await checkOut(part);
        await writeFile(onDisk(part), Buffer.concat([originalOf(part), Buffer.alloc(1)]));
        await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(part));
        const { old, now } = await comparison();
        const size = (bytes: number): RegExp => new RegExp(`Size: +${bytes.toLocaleString()} bytes\n`);
        const { length } = originalOf(part);
        assert.match(old, size(length));
        assert.match(now, size(length + 1));
        const hash = (text: string): string => /SHA-256:\n([\da-f]{32}\n[\da-f]{32})\n/.exec(text)![1]!;
        assert.notEqual(hash(old), hash(now));
    });

    it('does not exist for a file checked out with another program', async () => {
        await commandLine('check-out', file, '--user', me());
        await repositoryOf(api).repository.poll(true);
        await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(file));
        assertSaid(/^This computer has no record of job12\/op1\.vnc at check-out: /);
        assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab, undefined);
    });

    it('is replaced by a check-in that keeps the file checked out', async () => {
        await checkOut(file);
        const before = repositoryOf(api).file(file)!.lock!.timestamp;
        await writeFile(onDisk(file), '%\nO1 (FIRST HALF)\n%\n');
        await untilModified(true);
        const question = 'Check In op1.vnc and Keep Checked Out: What did you change? (optional, kept in the history)';
        await acceptAll([question], 'cncCheckout.checkInAndKeep', uriOf(file));
        assertSaid(/^Checked in op1\.vnc as revision \d+ \(still checked out\)$/);
        assert.deepEqual(await readHolders(), { [file]: me() });
        assert.notEqual(repositoryOf(api).file(file)!.lock!.timestamp, before);
        await untilModified(false);
        await api.versions.whenKept(repositoryOf(api));
        await vscode.commands.executeCommand('cncCheckout.compareWithVersion', uriOf(file));
        assert.equal((await comparison()).old, '%\nO1 (FIRST HALF)\n%\n');
    });

    it('stays the same if there is nothing to check in', async () => {
        await checkOut(file);
        const before = repositoryOf(api).file(file)!.lock!.timestamp;
        await vscode.commands.executeCommand('cncCheckout.checkInAndKeep', uriOf(file));
        assertSaid('op1.vnc: no changes since check-out, so there is nothing to check in. It stays checked out.');
        assert.equal(repositoryOf(api).file(file)!.lock!.timestamp, before);
    });

    it('asks for a check-in message if the setting says so; cancelling keeps the file checked out', async () => {
        await set(api, 'askForCheckInMessage', true);
        await checkOut(file);
        await writeFile(onDisk(file), '%\nO1 (CHANGED)\n%\n');
        const question = 'Check In op1.vnc: What did you change? (optional, kept in the history)';
        await leaveAll([question], 'cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), { [file]: me() });
        await acceptAll([question], 'cncCheckout.checkIn', uriOf(file));
        assert.deepEqual(await readHolders(), {});
        await set(api, 'askForCheckInMessage', undefined);
    });

    it('does not ask to take over what nobody else holds', async () => {
        await writeLocks(api, { [file]: lockOf(me()) });
        takeMessages();
        await vscode.commands.executeCommand('cncCheckout.takeOver', uriOf(file));
        assert.deepEqual(takeMessages(), ['You already have job12/op1.vnc checked out.']);
        assert.deepEqual(await readHolders(), { [file]: me() });
    });
});
