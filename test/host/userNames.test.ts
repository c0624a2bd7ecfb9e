import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForMessage, leaveAll } from './support/quickInput';
import { nextMessage, takeButtons, takeMessages } from './support/screen';
import { set } from './support/settings';
import { api, lockOf, me, readHolders, repositoryOf, row, uriOf, useTidyShop, writeLocks } from './support/shop';

const file = '4801247.vnc';
const other = 'job12/op1.vnc';
const third = 'job12/op2.vnc';

describe('A name that several people may use', () => {
    const setName = (name: string | undefined): Promise<void> =>
        set(api, 'userName', name, vscode.ConfigurationTarget.Global);

    useTidyShop();

    it('is asked about before the first check-out, when another computer uses it', async () => {
        await writeLocks(api, { [other]: { ...lockOf(me()), host: 'CAM-07' } });
        const asksForName = `Your Name: This computer’s account is ${me()}, which other people may use too. Under which name do you check files out? (visible to everyone)`;
        const args = ['cncCheckout.checkOut', uriOf(file), [uriOf(file)], 'alone'] as const;
        await leaveAll([asksForName], ...args);
        assert.deepEqual(await readHolders(), { [other]: me() });
        await acceptAll([asksForName, asksForMessage(file)], ...args);
        assert.deepEqual(await readHolders(), { [other]: me(), [file]: me() });
        // It was answered once.
        await acceptAll([asksForMessage('op2.vnc')], args[0], uriOf(third), [uriOf(third)], 'alone');
    });

    it('checks in what another computer checked out only when that is confirmed', async () => {
        await setName('Dave');
        await writeLocks(api, { [file]: { ...lockOf('dave', 'Rev C'), host: 'CAM-07' } });
        takeMessages();
        // VS Code refuses modal questions while tests run, which is an answer other than It Is Mine.
        await vscode.commands.executeCommand('cncCheckout.checkInAndKeep', uriOf(file));
        const asked = takeMessages();
        assert.match(
            asked[0] ?? '',
            /^Check in 4801247\.vnc from another computer\?\n4801247\.vnc: checked out by dave on CAM-07/,
        );
        assert.ok(asked[0]?.includes(`This computer is ${hostname()}.`));
        assert.deepEqual(await readHolders(), { [file]: 'dave' });
        const [outcome] = await repositoryOf(api).repository.checkIn([file]);
        assert.equal(outcome?.refusal?.code, 'otherComputer', 'Nor does it happen behind the question.');
    });

    it('leaves a file that another computer has read-only until the user calls it theirs, once for each check-out', async () => {
        const elsewhere = { ...lockOf(me(), 'Rev C'), host: 'CAM-07' };
        await writeLocks(api, { [file]: elsewhere });
        const { item } = await row(api, file);
        assert.equal(item.description, `${me()} · on CAM-07 · 2 h ago · Rev C`);
        await vscode.window.showTextDocument(uriOf(file), { preview: false });
        await settled(api, uriOf(file), true);
        const asked = nextMessage(/That is your name, too/);
        // What the link runs in the message that VS Code shows when somebody types.
        await vscode.commands.executeCommand('workbench.action.files.setActiveEditorWriteableInSession');
        const question = await asked;
        assert.ok(question.includes(`checked out by ${me()} on CAM-07 for 2 h`), question);
        assert.ok(question.includes(`this computer is ${hostname()}. Is it yours`), question);
        assert.deepEqual(takeButtons().slice(-2), ['It Is Mine', 'Choose My Name…']);
        await vscode.commands.executeCommand('notification.acceptPrimaryAction');
        await settled(api, uriOf(file), false);
        await writeLocks(api, { [file]: { ...elsewhere, message: 'Rev D' } });
        await settled(api, uriOf(file), false);
        await writeLocks(api, { [file]: { ...lockOf(me(), 'Rev C', 60), host: 'CAM-07' } });
        await settled(api, uriOf(file), true);
    });

    it('asks before a file is saved that another computer has, and does not save it without an answer', async () => {
        await set(api, 'editProtection', 'off');
        await writeLocks(api, { [file]: { ...lockOf(me()), host: 'CAM-07' } });
        // The editor was read-only: as long as it is, nothing can be saved.
        const { document } = await vscode.window.showTextDocument(uriOf(file), { preview: false });
        await settled(api, uriOf(file), false);
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), '(X)\n');
        assert.ok(await vscode.workspace.applyEdit(edit));
        const asked = nextMessage(/That is your name, too,[^]*Is it yours/);
        assert.equal(await document.save(), false);
        await asked;
        assert.equal(document.isDirty, true);
        const here = { ...lockOf(me()), host: hostname() };
        await writeLocks(api, { [file]: here });
        assert.equal(await document.save(), true);
    });

    it('that is changed goes on with what it had checked out here, and is no loss', async () => {
        await setName('Dave');
        const here = { ...lockOf('Dave', 'Rev C'), host: hostname() };
        await writeLocks(api, { [file]: here, [other]: { ...lockOf('Dave'), host: 'CAM-07' } });
        takeMessages();
        const offered = nextMessage(/Go on with/);
        await setName('David');
        assert.equal(await offered, '1 file is checked out on this computer as Dave. Go on with it as David?');
        assert.deepEqual(
            takeMessages().filter((text) => text.includes('checked out by you')),
            [],
        );
        await vscode.commands.executeCommand('notification.acceptPrimaryAction');
        await waitFor(
            api.repositories.onDidChange,
            () => repositoryOf(api).file(file)?.state === 'heldByMe',
            'it is mine',
        );
        assert.deepEqual(await readHolders(), { [file]: 'David', [other]: 'Dave' });
        assert.equal(repositoryOf(api).file(file)?.lock?.timestamp, here.timestamp);
        const { events } = await repositoryOf(api).repository.history({ file });
        assert.deepEqual(
            [events[0]?.action, events[0]?.user, events[0]?.checkedOut?.user],
            ['hand-over', 'David', 'Dave'],
        );
    });
});
