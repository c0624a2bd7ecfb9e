import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { EditProtection } from '../../src/model/settings';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { set } from './support/settings';
import { api, inShop, lockOf, me, onDisk, originalOf, uriOf, useTidyShop, writeLocks } from './support/shop';

const file = '4801247.vnc';
const modes: readonly EditProtection[] = ['readOnly', 'prompt', 'off'];

describe('Saving', () => {
    const original = originalOf(file).toString();
    const text = (): Promise<string> => readFile(onDisk(file), 'utf8');

    useTidyShop();

    /** A file that I changed while I held it: with edits it is not made read-only. */
    async function edited(): Promise<vscode.TextDocument> {
        await writeLocks(api, { [file]: lockOf(me()) });
        const { document } = await vscode.window.showTextDocument(uriOf(file));
        await settled(api, document.uri, false);
        // VS Code may still have it in memory as another test saved it, and take no edit while it reads it again.
        await waitFor(
            vscode.workspace.onDidChangeTextDocument,
            () => document.getText() === original,
            `${file} was read again`,
        );
        await edit();
        return document;
    }

    async function edit(): Promise<void> {
        const change = new vscode.WorkspaceEdit();
        change.insert(uriOf(file), new vscode.Position(0, 0), '(X)\n');
        assert.ok(await vscode.workspace.applyEdit(change));
    }

    for (const mode of modes) {
        it(`is cancelled for a file that someone else holds, and keeps its edits, in the mode ${mode}`, async () => {
            await set(api, 'editProtection', mode);
            const document = await edited();
            await writeLocks(api, { [file]: lockOf('Bob') });
            // More often than VS Code would take it from a listener that fails.
            for (let round = 0; round < 6; round++) {
                assert.equal(await document.save(), false);
                assert.equal(await text(), original);
                assert.equal(document.isDirty, true);
                assert.equal(document.getText(), `(X)\n${original}`);
            }
            await writeLocks(api, { [file]: lockOf(me()) });
            assert.equal(await document.save(), true);
            assert.equal(await text(), `(X)\n${original}`);
        });

        it(`is ${mode === 'readOnly' ? 'cancelled' : 'done'} for an available file in the mode ${mode}`, async () => {
            await set(api, 'editProtection', mode);
            const document = await edited();
            await writeLocks(api, {});
            assert.equal(await document.save(), mode !== 'readOnly');
            assert.equal(await text(), mode === 'readOnly' ? original : `(X)\n${original}`);
        });
    }

    it('checks who holds the file now, not at the last poll', async () => {
        await set(api, 'editProtection', 'off');
        await set(api, 'pollInterval', 600);
        const document = await edited();
        await writeFile(inShop('locks.json'), JSON.stringify({ [file]: lockOf('Bob') }));
        assert.equal(await document.save(), false);
        assert.equal(await text(), original);
    });

    it('is made after all where the file is the user’s by now, and only the last poll said otherwise', async () => {
        await set(api, 'editProtection', 'off');
        const document = await edited();
        await set(api, 'pollInterval', 600);
        await writeLocks(api, { [file]: lockOf('Bob') });
        await writeFile(inShop('locks.json'), JSON.stringify({ [file]: lockOf(me()) }));
        const saved = waitFor(vscode.workspace.onDidSaveTextDocument, (one) => one === document, `${file} was saved`);
        await document.save();
        await saved;
        assert.equal(await text(), `(X)\n${original}`);
    });

    it('is cancelled for each of many files that one command changes', async () => {
        const many = Array.from({ length: 12 }, (_, index) => `many${index}.vnc`);
        try {
            for (const name of many) await writeFile(onDisk(name), original);
            await set(api, 'editProtection', 'off');
            await writeLocks(api, Object.fromEntries(many.map((name) => [name, lockOf('Bob')])));
            const change = new vscode.WorkspaceEdit();
            for (const name of many) {
                await vscode.workspace.openTextDocument(uriOf(name));
                change.insert(uriOf(name), new vscode.Position(0, 0), '(X)\n');
            }
            assert.ok(await vscode.workspace.applyEdit(change));
            await vscode.workspace.saveAll(false);
            for (const name of many) assert.equal(await readFile(onDisk(name), 'utf8'), original, name);
        } finally {
            for (const name of many) await rm(onDisk(name));
        }
    });

    it('does not affect other files', async () => {
        await writeFile(onDisk('../setup sheet.txt'), 'a\n');
        const document = await vscode.workspace.openTextDocument(uriOf('../setup sheet.txt'));
        const change = new vscode.WorkspaceEdit();
        change.insert(document.uri, new vscode.Position(0, 0), 'X');
        await vscode.workspace.applyEdit(change);
        assert.equal(await document.save(), true);
        assert.equal(await readFile(onDisk('../setup sheet.txt'), 'utf8'), 'Xa\n');
    });
});
