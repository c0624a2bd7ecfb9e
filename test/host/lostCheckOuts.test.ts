import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { takeMessages, untilSaid } from './support/screen';
import { api, colleague, lockOf, me, repositoryOf, uriOf, useTidyShop, writeLocks } from './support/shop';

const FILES = 60;
const files = Array.from({ length: FILES }, (_, index) => `lost/${4800000 + index}.vnc`);

describe('Check-outs that somebody else ends', () => {
    const allHeldBy = (user: string): ReturnType<typeof writeLocks> =>
        writeLocks(api, Object.fromEntries(files.map((file) => [file, { ...lockOf(user), host: 'OFFICE-PC' }])));

    useTidyShop();

    it('are one message, however many they are', async () => {
        await allHeldBy(me());
        await allHeldBy('Dave');
        await untilSaid(/no longer checked out by you/);
        const by = '(checked out by Dave on OFFICE-PC)';
        assert.deepEqual(takeMessages(), [
            `60 files are no longer checked out by you: ${files[0]} ${by}, ${files[1]} ${by}, ${files[2]} ${by} and 57 more.`,
        ]);
    });

    it('are told with who took them over, also several', async () => {
        await colleague(me()).checkOut(['4801247.vnc', 'job12/op1.vnc'], 'Rev C');
        await repositoryOf(api).repository.refresh();
        const dave = colleague('Dave');
        await dave.refresh();
        const seen = ['4801247.vnc', 'job12/op1.vnc'].map((path) => ({ path, seen: dave.snapshot.file(path)!.lock! }));
        await dave.takeOver(seen, 'The machine is waiting');
        await repositoryOf(api).repository.refresh();
        await untilSaid(
            /^2 files are no longer .*4801247\.vnc \(taken over by Dave on OFFICE-PC\), job12\/op1\.vnc \(taken over/,
        );
        assert.equal(takeMessages().length, 1);
    });

    it('are told with where unsaved edits are, if there are any', async () => {
        await writeLocks(api, { 'job12/op1.vnc': lockOf(me()) });
        const { document } = await vscode.window.showTextDocument(uriOf('job12/op1.vnc'));
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), '(MINE)');
        await vscode.workspace.applyEdit(edit);
        await writeLocks(api, { 'job12/op1.vnc': lockOf('Dave') });
        await untilSaid(/^job12\/op1\.vnc is no longer .* Your unsaved edits stay in your editor\.$/);
        assert.equal(document.isDirty, true);
        takeMessages();
    });

    it('are not told when it was me, on another computer', async () => {
        const elsewhere = colleague(me());
        await elsewhere.checkOut(['4801247.vnc', 'job12/op1.vnc'], 'Rev C');
        await repositoryOf(api).repository.refresh();
        await elsewhere.checkIn(['4801247.vnc']);
        await colleague('Dave').checkOut(['4801247.vnc'], 'Rev D');
        const { path, seen } = { path: 'job12/op1.vnc', seen: repositoryOf(api).file('job12/op1.vnc')!.lock! };
        await colleague('Dave').takeOver([{ path, seen }], 'The machine is waiting');
        await repositoryOf(api).repository.refresh();
        await untilSaid(/job12\/op1\.vnc was taken over from you by Dave on OFFICE-PC/);
        assert.equal(takeMessages().length, 1);
    });
});
