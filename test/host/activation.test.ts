import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateInternals, extensionUnderTest } from '../support/internals';
import { repositoryOf, uriOf } from './support/shop';

describe('The extension', () => {
    it('registers every command that it contributes', async () => {
        await extensionUnderTest().activate();
        const contributed: { command: string }[] = extensionUnderTest().packageJSON.contributes.commands;
        const registered = new Set(await vscode.commands.getCommands(true));
        assert.deepEqual(
            contributed.filter(({ command }) => !registered.has(command)),
            [],
        );
        assert.notEqual(contributed.length, 0);
    });

    it('is ready when the repository was read', async () => {
        const api = await activateInternals();
        await api.ready;
        assert.equal(api.repositories.state, 'ready');
        assert.equal(repositoryOf(api).repository.state.kind, 'ready');
    });

    it('has programs be G-code, whose comments VS Code can toggle', async () => {
        const document = await vscode.workspace.openTextDocument(uriOf('job12/op1.vnc'));
        assert.equal(document.languageId, 'gcode');
        assert.equal((await vscode.workspace.openTextDocument(uriOf('job13/Größe 40/op1.VNC'))).languageId, 'gcode');
        const [language] = extensionUnderTest().packageJSON.contributes.languages as { configuration: string }[];
        const file = vscode.Uri.joinPath(extensionUnderTest().extensionUri, language!.configuration);
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
        assert.deepEqual((JSON.parse(text) as { comments: object }).comments, {
            lineComment: ';',
            blockComment: ['(', ')'],
        });
    });
});
