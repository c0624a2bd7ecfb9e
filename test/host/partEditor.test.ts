import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from './support/events';
import { api, onDisk, uriOf, useTidyShop } from './support/shop';

const part = 'job12/fixture plate.mcam';

describe('A part in VS Code', () => {
    useTidyShop();
    const activeInput = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

    it('is opened by the editor that shows who has it, and by any other that somebody chooses', async () => {
        await vscode.commands.executeCommand('vscode.open', uriOf(part));
        const isShown = (): boolean => activeInput() instanceof vscode.TabInputCustom;
        await waitFor(vscode.window.tabGroups.onDidChangeTabs, isShown, 'the part is shown');
        const { viewType, uri } = activeInput() as vscode.TabInputCustom;
        assert.deepEqual([viewType, uri.fsPath], ['cncCheckout.part', onDisk(part)]);
        await vscode.commands.executeCommand('vscode.openWith', uriOf(part), 'default');
        assert.equal((activeInput() as Partial<vscode.TabInputCustom>).viewType, undefined);
    });

    it('that is an old revision, or one side of a comparison, is shown as text as before', async () => {
        const [left, right] = ['a', 'b'].map((query) => uriOf(part).with({ scheme: 'cnc-checkout-version', query }));
        await vscode.commands.executeCommand('vscode.diff', left, right, 'Compare').then(undefined, () => undefined);
        assert.ok(!(activeInput() instanceof vscode.TabInputCustom));
        assert.equal(api.repositories.state, 'ready');
    });
});
