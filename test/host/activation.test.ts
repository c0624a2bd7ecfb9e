import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CncCheckout } from '../../src/extension';
import { repositoryOf } from './support/shop';

const extension = () => vscode.extensions.getExtension<CncCheckout>('cnc-checkout.cnc-checkout');

describe('The extension', () => {
    it('registers every command that it contributes', async () => {
        await extension()?.activate();
        const contributed: { command: string }[] = extension()?.packageJSON.contributes.commands;
        const registered = new Set(await vscode.commands.getCommands(true));
        assert.deepEqual(
            contributed.filter(({ command }) => !registered.has(command)),
            [],
        );
        assert.notEqual(contributed.length, 0);
    });

    it('is ready when the repository was read', async () => {
        const api = await extension()?.activate();
        assert.ok(api);
        await api.ready;
        assert.equal(api.repositories.state, 'ready');
        assert.equal(repositoryOf(api).repository.state.kind, 'ready');
    });
});
