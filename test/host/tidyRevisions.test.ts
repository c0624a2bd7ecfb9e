import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { TightDisk } from '../../src/views/tightDisk';
import { assertSaid, takeButtons, takeMessages } from './support/screen';
import { set } from './support/settings';
import { api, colleague, onDisk, useTidyShop } from './support/shop';

const GB = 2 ** 30;

describe('Tidying up revisions', () => {
    useTidyShop();

    it('says that there is nothing to remove, or that a rule cannot be read', async () => {
        await vscode.commands.executeCommand('cncCheckout.tidyRevisions');
        assertSaid('There are no revisions to remove: the settings for revisions need all of them.');
        await set(api, 'keepRevisionsOfParts', 'ten');
        await vscode.commands.executeCommand('cncCheckout.tidyRevisions');
        assertSaid(/^The setting cncCheckout\.keepRevisionsOfParts is “ten”, which is no rule for old revisions\./);
    });

    it('is offered once when the disk gets tight and there are revisions', async () => {
        const state = new Map<string, unknown>();
        const memento = {
            get: <T>(key: string, otherwise?: T) => (state.get(key) as T | undefined) ?? otherwise,
            update: (key: string, value: unknown) => Promise.resolve(void state.set(key, value)),
            keys: () => [...state.keys()],
        };
        let free = 3 * GB;
        const disk = new TightDisk(api.repositories, memento, () => Promise.resolve({ free, total: 40 * GB }));
        try {
            const dave = colleague('Dave');
            await disk.look();
            free = GB;
            await disk.look();
            assert.deepEqual(takeMessages(), []); // There are no revisions yet.
            await dave.checkOut(['job12/op1.vnc'], '');
            await writeFile(onDisk('job12/op1.vnc'), 'M30\n');
            await dave.checkIn(['job12/op1.vnc']);
            takeButtons();
            await disk.look();
            await disk.look();
            const told = takeMessages().filter((text) => text.includes('free'));
            assert.equal(told.length, 1);
            assert.match(
                told[0]!,
                /has only 1,024 MB free\. Old revisions that are no longer needed can be removed\.$/,
            );
            assert.ok(takeButtons().includes('Tidy Up Revisions…'));
        } finally {
            disk.dispose();
        }
    });
});
