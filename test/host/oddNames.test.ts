import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { skipUnless } from '../support/skips';
import { assertSaid, takeMessages } from './support/screen';
import { api, labels, onDisk, repositoryOf, row, rows, uriOf, useTidyShop } from './support/shop';

describe('Files with odd names', () => {
    const make = (name: string): Promise<void> => writeFile(onDisk(name), 'M30\n');

    useTidyShop();

    it('are said to be conflict copies where a synchronising program made them', async () => {
        const copy = 'op1 (conflicted copy 2026-11-23 081530).vnc';
        await make(`job12/${copy}`);
        await repositoryOf(api).repository.look('job12');
        const { node, item } = await row(api, 'job12', copy);
        assert.equal(item.description, 'conflict copy of op1.vnc');
        assert.equal((item.iconPath as vscode.ThemeIcon).id, 'copy'); // A narrow row shows nothing else.
        assert.match(item.accessibilityInformation?.label ?? '', /available, conflict copy of op1\.vnc$/);
        assert.match(
            (await api.tree.resolveTreeItem(item, node)).tooltip as string,
            /\nA conflict copy of op1\.vnc: two people/,
        );
    });

    it('are left out where no person made them', async () => {
        await make('job12/._op1.vnc');
        await make('job12/~$fixture plate.mcam');
        await repositoryOf(api).repository.look('job12');
        assert.deepEqual(await labels(api, await row(api, 'job12')), ['fixture plate.mcam', 'op1.vnc', 'op2.vnc']);
    });

    it('are shown with the reason where Windows cannot have them, and stay nobody’s', async function () {
        skipUnless(this, 'anyNames');
        await make('job12/op:3.vnc');
        await repositoryOf(api).repository.look('job12');
        const shown = (await rows(api, await row(api, 'job12'))).at(-1)!;
        assert.equal(shown.item.label, 'op:3.vnc');
        assert.equal(
            shown.item.tooltip,
            'op:3.vnc cannot be checked out, because Windows allows no “:” in a name. Rename it first.',
        );
        takeMessages();
        await vscode.commands.executeCommand('cncCheckout.checkOut', uriOf('job12/op:3.vnc'));
        assertSaid(/op:3\.vnc cannot be checked out, because Windows allows no “:” in a name\. Rename it first\.$/);
        await rm(onDisk('job12/op:3.vnc'));
        await repositoryOf(api).repository.look('job12');
        assert.equal((await labels(api, await row(api, 'job12'))).includes('op:3.vnc'), false);
    });
});
