import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';
import { entriesOf } from './support/treeRows';

describe('A day at the shop', function () {
    let session: Session;

    before(async () => {
        session = await openSession({ settings: { 'cncCheckout.userName': 'Maria' } });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('failed');
    });
    after(() => session?.close());

    const locks = async (): Promise<Record<string, { user: string; message: string }>> =>
        JSON.parse(await readFile(join(session.folder, 'locks.json'), 'utf8'));

    it('shows the repository in the Explorer', async () => {
        const { workbench } = session;
        await workbench.explorer.expand('repo');
        await workbench.explorer.waitFor('4801247.vnc');
        await workbench.screenshot('explorer');
        const labels = (await workbench.explorer.readAll()).map(({ label }) => label);
        assert.ok(labels.includes('job12'), labels.join());
    });

    it("has the extension's commands in the palette", async () => {
        const labels = await session.workbench.commandsFor('CNC: ');
        assert.ok(
            labels.some((label) => label.startsWith('CNC: Check Out')),
            labels.join(),
        );
    });

    it('checks a file out from the context menu of the Explorer, with a message', async () => {
        const { workbench } = session;
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await workbench.explorer.expand('repo');
        await workbench.explorer.expand('job12');
        await workbench.explorer.pickFromContextMenu('op1.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check Out op1.vnc');
        await workbench.screenshot('check-out-message');
        await workbench.quickInput.answer('Slower feed on the pocket');
        await workbench.explorer.waitForBadge('op1.vnc', '✎');
        await workbench.statusBarItem('1 checked out').waitFor();
        assert.equal((await locks())['job12/op1.vnc']?.user, 'Maria');
        assert.equal((await locks())['job12/op1.vnc']?.message, 'Slower feed on the pocket');
        await workbench.screenshot('explorer-badge');
    });

    it('shows who has it in the tree, and does not offer to check it out again', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.view.expand('job12');
        await workbench.view.waitFor('op1.vnc', 'Maria · just now · Slower feed on the pocket');
        const menu = await workbench.view.openContextMenu('op1.vnc');
        const entries = await entriesOf(menu);
        await workbench.page.keyboard.press('Escape');
        assert.deepEqual(entries, [
            'Open',
            'Open to the Side',
            'Check In',
            'Check In with Message…',
            'Check In and Keep Checked Out…',
            'Undo Check-Out…',
            'Compare with Version at Check-Out',
            'Copy Lock Details',
            'Show History',
            'Reveal in Explorer View',
            'Copy Path',
            'Copy Link',
        ]);
    });

    it("shows a colleague's check-out and check-in without a refresh", async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', 'job12/op2.vnc', '--message', 'New holder on T3');
        await workbench.view.waitFor('op2.vnc', 'Dave · just now · New holder on T3');
        await workbench.screenshot('tree');
        await colleague('Dave', folder, 'check-in', 'job12/op2.vnc');
        await workbench.view.waitForNo('op2.vnc', 'Dave');
        await workbench.view.waitFor('op2.vnc');
    });

    it('opens a file with a click and offers to check it out in the title of the editor', async () => {
        const { workbench } = session;
        await workbench.view.row('op2.vnc').click();
        await workbench.editorTab(/op2\.vnc/).waitFor();
        await workbench.page
            .locator('.editor-actions')
            .getByRole('button', { name: /^Check Out\b/ })
            .waitFor();
        await workbench.screenshot('editor-title');
    });

    it('refuses a file that someone else holds, and says who and why', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', 'job12/op2.vnc', '--message', 'New holder on T3');
        await workbench.view.waitFor('op2.vnc', 'Dave');
        await workbench.editorTab(/op2\.vnc/).click();
        await workbench.runCommand('CNC: Check Out…');
        const refusal = workbench.notification(/by Dave/);
        await refusal.waitFor();
        assert.match(
            await refusal.innerText(),
            /job12\/op2\.vnc was checked out by Dave on .* just now: “New holder on T3”\. Ask Dave to check it in\./s,
        );
        assert.deepEqual(await workbench.notificationButtons(/by Dave/), [
            'Open Read-Only',
            'Copy Lock Details',
            'Take Over…',
        ]);
        await workbench.screenshot('refusal');
        await workbench.clickNotificationButton(/by Dave/, 'Copy Lock Details');
        await workbench.statusBarItem('Copied lock details').waitFor();
        assert.match(await workbench.readClipboard(), /Checked out by Dave/);
        assert.equal((await locks())['job12/op2.vnc']?.user, 'Dave');
    });

    it('checks several files out of the tree at once', async () => {
        const { workbench } = session;
        await workbench.view.select('4801247.mcam', '4801247.vnc');
        // The click on the first row opens it, and an editor that opens takes the focus, which closes a menu.
        const part = workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
        await part.getByText('Available: nobody has it checked out.').waitFor();
        await workbench.view.pickFromContextMenu('4801247.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check Out 2 files');
        await workbench.quickInput.answer('Rev C');
        await workbench.statusBarItem('3 checked out').waitFor();
        await workbench.view.waitFor('4801247.mcam', 'Maria · just now · Rev C');
        await workbench.screenshot('several');
    });

    it('filters the tree', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Show My Files');
        await workbench.view.waitForNo('job12');
        const message = workbench.viewMessage('Showing your files only.');
        await message.waitFor();
        const labels = (await workbench.view.readAll()).map(({ label }) => label);
        assert.deepEqual(labels, ['4801247.mcam', '4801247.vnc', 'op1.vnc']);
        await workbench.screenshot('filter-mine');
        await workbench.runCommand('CNC: Show All Files');
        await workbench.view.waitFor('job12');
        await message.waitFor({ state: 'hidden' });
    });

    it('finds a file by its part number', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Find File in Repository…');
        await workbench.quickInput.waitFor('Find File in Repository');
        await workbench.quickInput.item('op1.VNC').waitFor();
        await workbench.screenshot('find-file');
        await workbench.quickInput.type('Größe');
        await workbench.quickInput.pick('op1.VNC');
        await workbench.editorTab(/op1\.VNC/).waitFor();
    });

    it('checks in from the status bar', async () => {
        const { workbench } = session;
        await workbench.statusBarItem('3 checked out').click();
        await workbench.quickInput.waitFor('My Check-Outs');
        await workbench.screenshot('my-check-outs');
        const item = workbench.quickInput.item('op1.vnc');
        await item.hover();
        await item.getByRole('button', { name: 'Check In' }).click();
        await workbench.quickInput.waitFor('No changes since check-out');
        await workbench.quickInput.pick('Release');
        await workbench.statusBarItem('2 checked out').waitFor();
        await workbench.statusBarItem('2 checked out').click();
        await workbench.quickInput.pick('Check In All…');
        await workbench.quickInput.waitFor('Check In All My Files');
        await workbench.screenshot('check-in-all');
        await workbench.quickInput.accept();
        await workbench.statusBarItem('No files checked out by you').waitFor();
        assert.deepEqual(Object.keys(await locks()), ['job12/op2.vnc']);
    });

    it('reports a damaged locks file, leaves it unchanged, and restores the last good copy', async () => {
        const { workbench, folder } = session;
        const damaged = '{ "job12/op2.vnc": { "user": "Da';
        await writeFile(join(folder, 'locks.json'), damaged);
        await workbench.view.waitFor('The locks file is damaged');
        await workbench.statusBarItem('Locks file damaged').waitFor();
        await workbench.view.waitFor('4801247.vnc', 'holder unknown');
        await workbench.view.waitForBadge('op2.vnc', '?');
        await workbench.welcome.getByText('Nobody can tell who has what').waitFor();
        await workbench.screenshot('damaged');
        assert.deepEqual(
            (await workbench.commandsFor('CNC: Check')).filter((title) => title.startsWith('CNC: Check')),
            [],
        );
        await workbench.runCommand('CNC: Restore Last Good Locks File…');
        await workbench.dialog('Restore the last good copy').waitFor();
        await workbench.clickDialogButton('Cancel');
        assert.equal(await readFile(join(folder, 'locks.json'), 'utf8'), damaged);
        await workbench.view.row('The locks file is damaged').click();
        await workbench.dialog('Restore the last good copy').waitFor();
        await workbench.screenshot('restore-dialog');
        await workbench.clickDialogButton('Restore');
        await workbench.view.waitForNo('The locks file is damaged');
        assert.deepEqual(Object.keys(await locks()), ['job12/op2.vnc']);
    });

    it('follows a change of theme', async () => {
        await session.workbench.setTheme('light');
        await session.workbench.openContainer('CNC Checkout');
        await session.workbench.screenshot('flow');
    });
});
