import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { openSession, type Session } from './support/session';

const file = '4801247.vnc';
const settings = { 'cncCheckout.userName': 'Maria', 'cncCheckout.jobSets': 'never', 'files.autoSave': 'off' };

describe('The History view, in the workbench', function () {
    let session: Session;
    let original = '';

    before(async () => {
        session = await openSession({ settings });
        original = await onDisk();
        await session.workbench.openContainer('CNC Checkout');
        await session.workbench.view.waitFor(file);
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('revisions-failed');
    });
    after(() => session?.close());

    const onDisk = (): Promise<string> => readFile(join(session.folder, 'repo', file), 'utf8');
    const editor = (): Locator => session.workbench.page.locator('.editor-instance .view-line').first();
    const side = (name: 'original' | 'modified', text: string): Locator =>
        session.workbench.page.locator(`.monaco-diff-editor .${name} .view-line`).filter({ hasText: text }).first();

    /** Checks the file out, types at its beginning, and checks it in. */
    async function change(text: string): Promise<void> {
        const { workbench } = session;
        const { page } = workbench;
        await workbench.view.pickFromContextMenu(file, 'Check Out…');
        await workbench.quickInput.waitFor(`Check Out ${file}`);
        await workbench.quickInput.answer(text);
        await workbench.view.waitFor(file, 'Maria');
        await workbench.view.row(file).click();
        await workbench.editorTab(/^4801247\.vnc/).waitFor();
        await editor().click();
        await page.keyboard.press('ControlOrMeta+Home');
        await page.keyboard.type(text);
        await editor().filter({ hasText: text }).waitFor();
        await page.keyboard.press('ControlOrMeta+S');
        await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
        await workbench.view.pickFromContextMenu(file, 'Check In');
        await workbench.view.waitForNo(file, 'Maria');
    }

    it('shows what was checked in, and what was there before', async () => {
        const { workbench } = session;
        await change('(ONE)');
        await change('(TWO)');
        await workbench.view.pickFromContextMenu(file, 'Show History');
        await workbench.history.waitFor(/^3 · Maria/, '(TWO)');
        await workbench.history.waitFor(/^1 · found by Maria/, 'before the first check-in');
        await workbench.screenshot('revisions');
    });

    it('opens a revision read-only by a click', async () => {
        const { workbench } = session;
        await workbench.history.row(/^1 · /).click();
        await workbench.editorTab(/4801247 \(revision 1\)\.vnc/).waitFor();
        await editor().filter({ hasNotText: '(ONE)' }).waitFor();
        await workbench.page.keyboard.press('ControlOrMeta+Home');
        await workbench.screenshot('revision');
    });

    it('compares it with the file now', async () => {
        const { workbench } = session;
        await workbench.history.pickFromContextMenu(/^1 · /, 'Compare with File Now');
        await workbench.editorTab('4801247.vnc (Revision 1 ↔ Now)').waitFor();
        await side('modified', '(TWO)(ONE)').waitFor();
        await workbench.screenshot('revision-compare');
    });

    it('restores it, after a check-out and a question', async () => {
        const { workbench } = session;
        await workbench.history.pickFromContextMenu(/^1 · /, 'Restore This Revision…');
        await workbench.dialog(/Check out 4801247\.vnc to restore revision 1\?/).waitFor();
        await workbench.clickDialogButton('Check Out…');
        await workbench.quickInput.waitFor(`Check Out ${file}`);
        await workbench.quickInput.answer('Back to the first');
        await workbench.dialog(/Restore revision 1 of 4801247\.vnc\?/).waitFor();
        await workbench.screenshot('revision-restore');
        await workbench.clickDialogButton('Restore');
        await workbench.statusBarItem('Restored a revision of 4801247.vnc').waitFor();
        assert.equal(await onDisk(), original);
        await workbench.view.pickFromContextMenu(file, 'Check In');
        await workbench.history.waitFor(/^4 · Maria/, 'restored from 1');
        await workbench.screenshot('revision-restored');
    });

    it('shows what happened in the repository, by day, with the newest day open', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Show Repository History');
        const day = workbench.history.element.getByRole('treeitem').first();
        await day.filter({ hasText: '8 events' }).waitFor();
        await workbench.history.waitFor(`Maria restored ${file}`, 'from revision 1');
        await workbench.screenshot('repository-history');
        await workbench.history.pickFromContextMenu(`Maria restored ${file}`, 'Show History');
        await workbench.history.waitFor(/^4 · Maria/);
    });

    it('says where there are no revisions yet', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu('4801247.mcam', 'Show History');
        await workbench.welcome.filter({ hasText: 'There are no revisions of this file yet.' }).waitFor();
        await workbench.screenshot('no-revisions');
    });
});
