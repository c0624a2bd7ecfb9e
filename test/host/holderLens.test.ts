import assert from 'node:assert/strict';
import { rm, symlink, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { skipUnless } from '../support/skips';
import { set } from './support/settings';
import { api, inShop, lockOf, me, onDisk, uriOf, useTidyShop, writeLocks } from './support/shop';

const file = '4801247.vnc';

/** What stands above the first line of a file: who has it, and what can be done. */
async function linesAbove(uri: vscode.Uri): Promise<string[]> {
    const document = await vscode.workspace.openTextDocument(uri);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
    );
    assert.ok(lenses.every(({ range }) => range.start.line === 0));
    return lenses.map(({ command }) => command?.title ?? '');
}

describe('The line above the text', () => {
    useTidyShop();

    it('says who has the file, and offers what can be done at once', async () => {
        assert.deepEqual(await linesAbove(uriOf(file)), ['Read-only: nobody has this checked out', 'Check Out…']);
        await writeLocks(api, { [file]: lockOf('Bob', 'Rev C') });
        assert.deepEqual(await linesAbove(uriOf(file)), ['Read-only: checked out by Bob · 2 h ago · Rev C']);
        await writeLocks(api, { [file]: lockOf(me()) });
        assert.deepEqual(await linesAbove(uriOf(file)), ['You have this checked out', 'Check In']);
    });

    it('is there for a program of any language, with text of colleagues as text', async () => {
        await writeLocks(api, { [file]: lockOf('Bob', '$(flame) [x](command:y)') });
        const document = await vscode.workspace.openTextDocument(uriOf(file));
        await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
        assert.deepEqual(await linesAbove(uriOf(file)), [
            'Read-only: checked out by Bob · 2 h ago · $ (flame) [x](command:y)',
        ]);
    });

    it('does not call a file free while nobody can tell', async () => {
        await writeLocks(api, '{ "4801');
        assert.deepEqual(await linesAbove(uriOf(file)), [
            'Read-only: nobody can tell who has this checked out · locks file damaged',
            'Retry',
        ]);
    });

    it('does not call a file read-only that is not', async () => {
        await set(api, 'editProtection', 'prompt');
        assert.deepEqual(await linesAbove(uriOf(file)), ['Nobody has this checked out', 'Check Out…']);
    });

    it('is not there where a setting turns it off, nor above what is no file of the repository', async function () {
        await writeFile(onDisk('notes.txt'), 'Notes\n');
        assert.deepEqual(await linesAbove(uriOf('notes.txt')), []);
        await set(api, 'showHolderInEditor', false);
        assert.deepEqual(await linesAbove(uriOf(file)), []);
        skipUnless(this, 'links');
        await set(api, 'showHolderInEditor', undefined);
        const outside = inShop('outside.vnc');
        await writeFile(outside, 'M30\n');
        await symlink(outside, onDisk('link.vnc'));
        try {
            assert.deepEqual(await linesAbove(uriOf('link.vnc')), []);
        } finally {
            await Promise.all([rm(onDisk('link.vnc')), rm(outside)]);
        }
    });
});
