import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { takeMessages } from './support/screen';
import { waitFor } from './support/events';
import { api, inShop, lockOf, readLocksText, useTidyShop, writeLocks } from './support/shop';

describe('The files beside the programs', () => {
    useTidyShop();

    it('warn once of typing in the locks file, and can discard it', async () => {
        await writeLocks(api, { 'job12/op1.vnc': lockOf('Dave') });
        const before = await readLocksText();
        const document = await vscode.workspace.openTextDocument(inShop('locks.json'));
        const editor = await vscode.window.showTextDocument(document);
        for (const text of ['x', 'y']) await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
        const told = takeMessages();
        assert.equal(told.length, 1);
        assert.match(told[0]!, /^locks\.json records what everybody has checked out\. A slip here damages it/);
        const clean = waitFor(vscode.workspace.onDidChangeTextDocument, () => !document.isDirty, 'the edits are gone');
        await vscode.commands.executeCommand('notification.acceptPrimaryAction');
        await clean;
        assert.equal(document.getText(), before);
        assert.equal(await readLocksText(), before);
    });

    it('that people need not see are hidden from the Explorer, by a default that can be turned off', () => {
        const hidden = vscode.workspace.getConfiguration('files').get<Record<string, boolean>>('exclude')!;
        for (const name of ['locks.json.bak', 'locks.history*.jsonl', 'locks.revisions'])
            assert.equal(hidden[`**/${name}`], true, name);
        assert.equal(hidden['**/locks.json'], undefined);
        // Those of VS Code itself stay.
        assert.equal(hidden['**/.git'], true);
    });
});
