import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';

const file = '4801247.vnc';
const part = '4801247.mcam';
/** In a browser VS Code saves by itself unless it is told not to; on the desktop it does not. */
const settings = { 'cncCheckout.userName': 'Maria', 'cncCheckout.jobSets': 'never', 'files.autoSave': 'off' };

describe('The version at check-out, in the workbench', function () {
    let session: Session;
    let original = '';

    before(async () => {
        session = await openSession({ settings });
        const { workbench } = session;
        original = await onDisk();
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor(file);
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('versions-failed');
    });
    after(() => session?.close());

    const onDisk = (): Promise<string> => readFile(join(session.folder, 'repo', file), 'utf8');
    const holders = async (): Promise<Record<string, { user: string; message: string }>> =>
        JSON.parse(await readFile(join(session.folder, 'locks.json'), 'utf8')) as Record<
            string,
            { user: string; message: string }
        >;
    const unsavedTab = (): Locator => session.workbench.page.locator('.tab.dirty').first();
    const diff = (): Locator => session.workbench.page.locator('.monaco-diff-editor');

    async function checkOut(path: string, message: string): Promise<void> {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(path, 'Check Out…');
        await workbench.quickInput.waitFor(`Check Out ${path}`);
        await workbench.quickInput.answer(message);
        await workbench.view.waitFor(path, 'Maria');
    }

    /** Types at the beginning of the file and saves it. */
    async function edit(text: string): Promise<void> {
        const { page } = session.workbench;
        const firstLine = page.locator('.editor-instance .view-line').first();
        await firstLine.click();
        await page.keyboard.press('ControlOrMeta+Home');
        await page.keyboard.type(text);
        await firstLine.filter({ hasText: text }).waitFor();
        await unsavedTab().waitFor();
        await page.keyboard.press('ControlOrMeta+S');
        await unsavedTab().waitFor({ state: 'detached' });
    }

    it('marks my changes in the editor and in the tree', async () => {
        const { workbench } = session;
        await checkOut(file, 'Feed');
        await workbench.view.row(file).click();
        await workbench.editorTab(file).waitFor();
        await edit('(MINE)');
        await workbench.page.locator('.dirty-diff-glyph').first().waitFor();
        await workbench.view.waitFor(file, 'modified');
        await workbench.screenshot('modified');
    });

    it('shows the version at check-out beside the current one', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(file, 'Compare with Version at Check-Out');
        await workbench.editorTab('4801247.vnc (at Check-Out ↔ Now)').waitFor();
        await diff().locator('.modified .view-line').filter({ hasText: '(MINE)' }).first().waitFor();
        await diff().locator('.original .view-line').first().waitFor();
        await workbench.screenshot('compare');
    });

    it('shows size, time and hash of a Mastercam part', async () => {
        const { workbench } = session;
        await checkOut(part, 'Pocket');
        await workbench.view.pickFromContextMenu(part, 'Compare with Version at Check-Out');
        await workbench.editorTab('4801247.mcam (at Check-Out ↔ Now)').waitFor();
        const line = (side: 'original' | 'modified', text: RegExp): Promise<void> =>
            diff().locator(`.${side} .view-line`).filter({ hasText: text }).waitFor();
        for (const side of ['original', 'modified'] as const) await line(side, /Size:\s+8\sbytes/);
        const onShare = join(session.folder, 'repo', part);
        const before = await readFile(onShare);
        await writeFile(onShare, Buffer.concat([before, Buffer.alloc(1000)]));
        await workbench.view.waitFor(part, 'modified');
        await workbench.view.pickFromContextMenu(part, 'Compare with Version at Check-Out');
        await line('modified', /Size:\s+1,008\sbytes/);
        await line('original', /Size:\s+8\sbytes/);
        await workbench.screenshot('compare-part');
        await writeFile(onShare, before);
        await workbench.view.waitForNo(part, 'modified');
    });

    it('lists what I hold in the Source Control view', async () => {
        const { workbench } = session;
        await workbench.openContainer('Source Control');
        const rows = workbench.page.locator('.scm-view');
        await rows.getByText('Modified Since Check-Out').waitFor();
        await rows.getByText(part).first().waitFor();
        const group = rows.getByRole('treeitem', { name: /Modified Since Check-Out/ });
        await group.hover();
        for (const name of ['Undo All Check-Outs…', 'Check In All'])
            await group.getByRole('button', { name }).waitFor();
        await group.click({ button: 'right' });
        const entries = workbench.page.locator('.context-view .action-label');
        await entries.filter({ hasText: 'Check In with Message…' }).waitFor();
        await workbench.screenshot('source-control');
        assert.deepEqual(await entries.filter({ hasText: /Check/ }).allInnerTexts(), [
            'Check In All',
            'Check In with Message…',
            'Undo All Check-Outs…',
        ]);
        await workbench.page.keyboard.press('Escape');
        await workbench.openContainer('CNC Checkout');
    });

    it('undoes the check-out after confirmation, and restores the file', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(file, 'Undo Check-Out…');
        await workbench.dialog(/Undo the check-out of 4801247\.vnc\?/).waitFor();
        await workbench
            .dialog(/your changes \(saved .*\) will be discarded and the checked-out version restored/)
            .waitFor();
        await workbench.screenshot('undo');
        await workbench.clickDialogButton('Cancel');
        assert.equal(await onDisk(), `(MINE)${original}`);
        await workbench.view.pickFromContextMenu(file, 'Undo Check-Out…');
        await workbench.dialog(/can be restored for 7 days/).waitFor();
        await workbench.clickDialogButton('Undo Check-Out');
        await workbench.statusBarItem('1 checked out').waitFor();
        assert.deepEqual([await onDisk(), Object.keys(await holders())], [original, [part]]);
    });

    it('restores what the undo discarded', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Restore Discarded Changes…');
        await workbench.quickInput.waitFor('Choose the changes to restore');
        await workbench.screenshot('restore-undone');
        await workbench.quickInput.pick(file);
        await workbench.quickInput.waitFor(`Check Out ${file}`);
        await workbench.quickInput.answer('After all');
        await workbench.dialog(/Restore the discarded changes to 4801247\.vnc\?/).waitFor();
        await workbench.clickDialogButton('Restore');
        await workbench.view.waitFor(file, 'modified');
        // An editor that shows what is older would save that over it.
        await workbench.view.row(file).click();
        await workbench.page.locator('.editor-instance .view-line').filter({ hasText: '(MINE)' }).first().waitFor();
        assert.equal(await onDisk(), `(MINE)${original}`);
    });

    it('leaves unsaved edits in the editor when the check-out could not be undone', async () => {
        const { workbench, folder } = session;
        const { page } = workbench;
        await workbench.view.row(file).click();
        await workbench.editorTab(file).waitFor();
        const firstLine = page.locator('.editor-instance .view-line').first();
        await firstLine.click();
        await page.keyboard.press('ControlOrMeta+Home');
        await page.keyboard.type('(UNSAVED)');
        await unsavedTab().waitFor();
        await workbench.view.pickFromContextMenu(file, 'Undo Check-Out…');
        await workbench.dialog(/Your unsaved edits will be discarded/).waitFor();
        await writeFile(join(folder, 'repo', file), `(MEANWHILE)${original}`);
        await workbench.clickDialogButton('Undo Check-Out');
        await workbench.notification(/4801247\.vnc was not changed, because it was changed while you were/).waitFor();
        await unsavedTab().waitFor();
        await firstLine.filter({ hasText: '(UNSAVED)(MINE)' }).waitFor();
        assert.deepEqual([await onDisk(), (await holders())[file]?.user], [`(MEANWHILE)${original}`, 'Maria']);
        await workbench.clearNotifications();
        await writeFile(join(folder, 'repo', file), `(MINE)${original}`);
        await workbench.runCommand('File: Revert File');
        await unsavedTab().waitFor({ state: 'detached' });
    });

    it('keeps a file checked out after a check-in, as a new version', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(file, 'Check In and Keep Checked Out…');
        await workbench.quickInput.waitFor('Check In 4801247.vnc and Keep Checked Out');
        await workbench.screenshot('keep');
        await workbench.quickInput.answer('First half');
        await workbench.statusBarItem(/Checked in 4801247\.vnc as revision \d+ \(still checked out\)/).waitFor();
        assert.deepEqual((await holders())[file]?.user, 'Maria');
        await workbench.runCommand('CNC: Show Repository History');
        await workbench.history.waitFor(`Maria checked in ${file} (still checked out)`);
        await workbench.history.waitFor(`Maria undid the check-out of ${file}`);
        await workbench.screenshot('history');
    });

    it('undoes several check-outs at once, and says which could not be undone', async () => {
        const { workbench, folder } = session;
        const onShare = (name: string): string => join(folder, 'repo', 'job12', name);
        const names = ['op1.vnc', 'op2.vnc'] as const;
        await workbench.view.expand('job12');
        for (const name of names) {
            await checkOut(name, 'Slower feed');
            // It waits for the copy: without one there is nothing to go back to.
            await workbench.view.pickFromContextMenu(name, 'Compare with Version at Check-Out');
            await workbench.editorTab(`${name} (at Check-Out ↔ Now)`).waitFor();
            await writeFile(onShare(name), '%\nO1 (SLOWER)\n%\n');
            await workbench.view.waitFor(name, 'modified');
        }
        await workbench.view.select(...names);
        await workbench.view.pickFromContextMenu('op2.vnc', 'Undo Check-Out…');
        await workbench.dialog(/Undo the check-out of 2 files\?/).waitFor();
        await writeFile(onShare('op2.vnc'), '%\nO1 (MEANWHILE)\n%\n');
        await workbench.clickDialogButton('Undo Check-Out');
        await workbench.notification(/op2\.vnc was not changed, because it was changed while you were/).waitFor();
        await workbench.screenshot('undo-one-left');
        const held = await holders();
        assert.deepEqual([held['job12/op1.vnc'], held['job12/op2.vnc']?.user], [undefined, 'Maria']);
        assert.equal(await readFile(onShare('op2.vnc'), 'utf8'), '%\nO1 (MEANWHILE)\n%\n');
        await workbench.clearNotifications();
        await workbench.view.row(part).click(); // Else the next menu would be one for both.
    });

    it('takes a file over from an absent holder, with a reason', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', 'job12/op1.vnc', '--message', 'New holder on T3');
        await workbench.view.expand('job12');
        await workbench.view.waitFor('op1.vnc', 'Dave');
        await workbench.view.pickFromContextMenu('op1.vnc', 'Take Over…');
        await workbench
            .dialog(
                /Take over op1\.vnc from Dave\?.*op1\.vnc: checked out by Dave .*New holder on T3.*Dave will be warned before saving/s,
            )
            .waitFor();
        await workbench.screenshot('take-over');
        await workbench.clickDialogButton('Take Over');
        await workbench.quickInput.waitFor('Take Over op1.vnc');
        await workbench.quickInput.answer('');
        await workbench.quickInput.item('A take-over requires a reason').waitFor();
        await workbench.screenshot('take-over-reason');
        await workbench.quickInput.answer('Dave is on holiday');
        await workbench.view.waitFor('op1.vnc', 'Dave is on holiday');
        const { user, message } = (await holders())['job12/op1.vnc']!;
        assert.deepEqual([user, message], ['Maria', 'Dave is on holiday']);
    });

    it('tells me when someone takes a file over from me, even while my window is closed', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'take-over', part, '--message', 'The machine is waiting');
        await workbench.notification(/4801247\.mcam was taken over from you by Dave/).waitFor();
        await workbench.screenshot('taken-over');
        const address = workbench.page.url();
        await workbench.page.goto('about:blank');
        await colleague('Dave', folder, 'take-over', file, '--message', 'And this one');
        await workbench.page.goto(address);
        // A window that is closed at once may not have noted that it told of the first one: then it tells of both.
        const told = /4801247\.vnc (was taken over from you by|\(taken over by) Dave/;
        await workbench.notification(told).waitFor();
    });
});
