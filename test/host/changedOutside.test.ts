import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { waitFor } from './support/events';
import { setWhileSlow } from './support/settings';
import { api, colleague, onDisk, repositoryOf, row, tidyUp, uriOf, useTidyShop } from './support/shop';

describe('A file that was changed outside', () => {
    // In view: other files are checked when they are open.
    const file = '4801247.vnc';

    const found = (): vscode.Diagnostic[] =>
        vscode.languages
            .getDiagnostics(uriOf(file))
            .filter(({ message }) => /^(?:Changed outside|Is revision \d+ again)/.test(message));
    const problems = (): string[] => found().map(({ message }) => message);
    const waitForProblems = (count: number): Promise<void> =>
        waitFor(
            vscode.languages.onDidChangeDiagnostics,
            () => problems().length === count,
            `${file} had ${count} problems`,
        );
    /** What a colleague does with the file: checks it out, changes it, and checks it in. */
    async function workOfDave(text: string): Promise<void> {
        const dave = colleague('Dave');
        await dave.checkOut([file], '');
        await writeFile(onDisk(file), text);
        const [outcome] = await dave.checkIn([file]);
        assert.equal(outcome?.refusal, undefined);
        await repositoryOf(api).repository.refresh();
    }

    useTidyShop();
    beforeEach(async () => {
        await vscode.commands.executeCommand('cncCheckout.files.focus');
        await workOfDave('%\nO1 (REV B)\n%\n');
    });
    afterEach(async () => {
        await tidyUp(api);
        await waitForProblems(0);
    });

    it('is marked in the tree, the Explorer and the Problems panel, and no longer once somebody puts it right', async () => {
        await writeFile(onDisk(file), '%\nO1 (BY THE MACHINE)\n%\n');
        await waitForProblems(1);
        const since = 'hanged outside since revision 1 of Dave, just now';
        assert.match(problems()[0]!, new RegExp(`^C${since}\\. Check it out to compare`));
        const { node, item } = await row(api, file);
        assert.equal(item.description, 'changed outside');
        assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id === 'compare-changes');
        assert.equal(item.contextValue, 'file present available changedOutside');
        const { tooltip } = await api.tree.resolveTreeItem(item, node);
        assert.match(typeof tooltip === 'string' ? tooltip : '', new RegExp(`\\nC${since}\\n`));
        await writeFile(onDisk(file), '%\nO1 (REV B)\n%\n');
        await waitForProblems(0);
        assert.equal((await row(api, file)).item.description, '');
    });

    it('is not one that only has another time', async () => {
        await writeFile(onDisk(file), '%\nO1 (BY THE MACHINE)\n%\n');
        await waitForProblems(1);
        await writeFile(onDisk(file), '%\nO1 (REV B)\n%\n');
        await utimes(onDisk(file), 1e9, 1e9);
        await waitForProblems(0);
    });

    it('is called by the older revision that a backup put back', async () => {
        await workOfDave('%\nO1 (REV C)\n%\n');
        await writeFile(onDisk(file), '%\nO1 (REV B)\n%\n');
        await waitForProblems(1);
        assert.match(problems()[0]!, /^Is revision 1 again, and not revision 2 of Dave, just now\./);
        // What an earlier test did to its time may still be told behind it.
        assert.match(String((await row(api, file)).item.description), /^is revision 1 again/);
        const [diagnostic] = found();
        assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Information);
    });

    it('is not marked where the setting turns that off', async () => {
        await writeFile(onDisk(file), '%\nO1 (BY THE MACHINE)\n%\n');
        await waitForProblems(1);
        await setWhileSlow(api, 'warnAboutOutsideChanges', false, async () => {
            await waitForProblems(0);
            assert.equal((await row(api, file)).item.description, '');
        });
        assert.equal((await row(api, file)).item.description, '');
    });
});
