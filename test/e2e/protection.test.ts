import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { colleague } from './support/colleague';
import { assertPlain, wouldBeLinks } from './support/plainText';
import { openSession, type Session } from './support/session';

const file = '4801247.vnc';
/** In a browser VS Code saves by itself unless it is told not to; on the desktop it does not. */
const settings = {
    'cncCheckout.userName': 'Maria',
    'cncCheckout.jobSets': 'never',
    // What is saved without a check-out here would be asked about at the next one.
    'cncCheckout.warnAboutOutsideChanges': false,
    'files.autoSave': 'off',
};

describe('Editing safely', function () {
    let session: Session;

    before(async () => {
        session = await openSession({ settings });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('protection-failed');
    });
    after(() => session?.close());

    const onDisk = (): Promise<string> => readFile(join(session.folder, 'repo', file), 'utf8');
    const editors = (): Locator => session.workbench.page.locator('.editor-instance .monaco-editor');
    const firstLine = (): Locator => editors().first().locator('.view-line').first();

    /** Waits until the first line begins so: what is typed is drawn a moment later. */
    async function waitForLine(beginning: RegExp): Promise<void> {
        await firstLine().filter({ hasText: beginning }).waitFor();
    }

    async function openFile(): Promise<void> {
        await session.workbench.openContainer('CNC Checkout');
        await session.workbench.view.row(file).click();
        await session.workbench.editorTab(file).waitFor();
    }

    /** Presses keys at the beginning of the text. */
    async function typeInEditor(text: string): Promise<void> {
        await firstLine().click();
        await session.workbench.page.keyboard.press('ControlOrMeta+Home');
        await session.workbench.page.keyboard.type(text);
    }

    /** What an input method does: it shows letters that are not final, and then enters what was chosen. */
    async function compose(text: string): Promise<void> {
        const { page } = session.workbench;
        const developer = await page.context().newCDPSession(page);
        await developer.send('Input.imeSetComposition', {
            text,
            selectionStart: text.length,
            selectionEnd: text.length,
        });
        await developer.send('Input.insertText', { text });
        await developer.detach();
    }

    /** The padlock on the active tab. */
    const padlock = (): Locator =>
        session.workbench.page
            .locator('.tab.active .monaco-decoration-badge:not(.monaco-decoration-text-badge)')
            .first();

    const unsavedTab = (): Locator => session.workbench.page.locator('.tab.dirty').first();

    async function save(): Promise<void> {
        await unsavedTab().waitFor();
        await session.workbench.page.keyboard.press('ControlOrMeta+S');
    }

    /** Types a letter, waits for the question that this raises, and answers it. */
    async function typeAndAnswer(answer: string, screenshot: string): Promise<void> {
        const { workbench } = session;
        await typeInEditor('G');
        await workbench.dialog(/4801247\.vnc is not checked out/).waitFor();
        await workbench.screenshot(screenshot);
        await workbench.clickDialogButton(answer);
    }

    /**
     * Sets the protection for the folder, without reloading the window. Nothing shows that VS Code has seen it, so
     * that the title of the window has to say it.
     */
    async function protect(mode: 'prompt' | 'off'): Promise<void> {
        const folder = join(session.folder, '.vscode');
        const title = `Protection ${mode}`;
        await mkdir(folder, { recursive: true });
        const changed = { 'cncCheckout.editProtection': mode, 'window.title': title };
        await writeFile(join(folder, 'settings.json'), JSON.stringify(changed));
        await session.workbench.waitForTitle(title);
    }

    /** A closed dialog or box gives the focus back a moment later; keys pressed before would go nowhere. */
    const focusedEditor = (): Locator => session.workbench.page.locator('.monaco-editor.focused').first();

    async function checkOut(message: string): Promise<void> {
        const { workbench } = session;
        // Without its title the palette, which is about to close, would take the answer.
        await workbench.quickInput.waitFor('Check Out 4801247.vnc');
        await workbench.quickInput.answer(message);
        await workbench.statusBarItem('1 checked out').waitFor();
        await focusedEditor().waitFor();
    }

    /** VS Code's own message at the cursor. */
    const readOnlyMessage = (): Locator =>
        session.workbench.page
            .locator('.monaco-editor.focused .monaco-editor-overlaymessage')
            .filter({ hasText: 'Editor is read-only' });

    /** The line above the text that says who has the file. */
    const holderLens = (): Locator => session.workbench.page.locator('.codelens-decoration').first();

    /** Attempts to change the text in one way, and sees that VS Code says so and nothing was changed. */
    async function isRefused(attempt: () => Promise<unknown>, what: string): Promise<void> {
        const before = await firstLine().innerText();
        await firstLine().click();
        await session.workbench.page.keyboard.press('ControlOrMeta+Home');
        await attempt();
        await readOnlyMessage().waitFor();
        assert.equal(await firstLine().innerText(), before, what);
        await session.workbench.page.keyboard.press('Escape');
        await readOnlyMessage().waitFor({ state: 'detached' });
    }

    it('blocks every way to type before check-out, and VS Code says so at the cursor', async () => {
        const { workbench } = session;
        const { keyboard } = workbench.page;
        await openFile();
        await padlock().waitFor();
        await holderLens().filter({ hasText: 'Read-only: nobody has this checked out' }).waitFor();
        await workbench.page.evaluate(() => navigator.clipboard.writeText('G99'));
        await isRefused(() => keyboard.type('a'), 'a letter');
        await isRefused(() => keyboard.type('ä'), 'an umlaut');
        await isRefused(() => keyboard.press('ControlOrMeta+V'), 'a paste');
        await isRefused(() => compose('に'), 'an input method');
        await isRefused(() => keyboard.press('Delete'), 'the key Delete');
        await isRefused(() => keyboard.press('Enter'), 'the key Enter');
        assert.deepEqual(await workbench.notificationTexts(), []);
    });

    it('checks the file out by the link in that message, and allows typing then', async () => {
        const { workbench } = session;
        await typeInEditor('G');
        await readOnlyMessage().waitFor();
        await workbench.screenshot('protection-typed');
        await readOnlyMessage().getByRole('link').click();
        await workbench.quickInput.waitFor('Check Out 4801247.vnc');
        await workbench.quickInput.answer('Feed');
        await workbench.statusBarItem('1 checked out').waitFor();
        await padlock().waitFor({ state: 'detached' });
        await typeInEditor('(MINE)');
        await waitForLine(/^\(MINE\)/);
        await save();
        await unsavedTab().waitFor({ state: 'detached' });
        assert.match(await onDisk(), /^\(MINE\)/);
        await holderLens().filter({ hasText: 'You have this checked out' }).waitFor();
        await workbench.screenshot('protection-checked-out');
    });

    it('is read-only again after the check-in', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Check In');
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await padlock().waitFor();
        await isRefused(() => workbench.page.keyboard.type('AGAIN'), 'typing');
        assert.match(await firstLine().innerText(), /^\(MINE\)/);
    });

    it('says who has a file that someone else checked out, in every editor group', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', file, '--message', 'New holder on T3');
        await workbench.view.waitFor(file, 'Dave');
        await workbench.runCommand('View: Split Editor Right');
        await editors().nth(1).waitFor();
        for (const group of [0, 1]) {
            // VS Code's message stays under the pointer: further up it would lie over the palette.
            await editors().nth(group).locator('.view-line').nth(6).click();
            await workbench.page.keyboard.type('NO');
            await readOnlyMessage().waitFor();
            assert.match((await firstLine().innerText()).trim(), /^\(MINE\)/);
            if (group > 0) continue;
            // It is as wide as two editors, and would lie over the link in the next one.
            await workbench.page.keyboard.press('Escape');
            await readOnlyMessage().waitFor({ state: 'detached' });
        }
        await holderLens().filter({ hasText: 'Read-only: checked out by Dave' }).waitFor();
        await readOnlyMessage().getByRole('link').click();
        const text = workbench.notification(/by Dave/);
        await text.waitFor();
        assert.match(await text.innerText(), /New holder on T3.*Ask Dave to check it in\./);
        await workbench.screenshot('protection-held');
        await workbench.clearNotifications();
        await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Why Is This' }).first().click();
        await text.waitFor();
        await workbench.clearNotifications();
    });

    it('still blocks typing after the window is reloaded', async () => {
        const { workbench } = session;
        await workbench.reload();
        await workbench.editorTab(file).waitFor();
        await padlock().waitFor();
        await isRefused(() => workbench.page.keyboard.type('NO'), 'typing');
        assert.match(await firstLine().innerText(), /^\(MINE\)/);
    });

    it('asks at the first change in the mode prompt, and Undo reverts it', async () => {
        const { workbench, folder } = session;
        await workbench.clearNotifications();
        await colleague('Dave', folder, 'check-in', file);
        await workbench.view.waitForNo(file, 'Dave');
        await protect('prompt');
        await padlock().waitFor({ state: 'detached' });
        await typeAndAnswer('Undo', 'protection-prompt');
        await unsavedTab().waitFor({ state: 'detached' });
        await waitForLine(/^\(MINE\)/);
        assert.match(await onDisk(), /^\(MINE\)/);
    });

    it('keeps the change and does not ask again after Edit Anyway', async () => {
        const { workbench } = session;
        await typeAndAnswer('Edit Anyway', 'protection-prompt-edit-anyway');
        await focusedEditor().waitFor();
        await workbench.page.keyboard.type('54');
        await waitForLine(/^G54\(MINE\)/);
        await save();
        await unsavedTab().waitFor({ state: 'detached' });
        await typeInEditor('N');
        await waitForLine(/^NG54/);
        // A question would hold this up: it is put before anything is saved.
        await save();
        await unsavedTab().waitFor({ state: 'detached' });
        assert.equal(await workbench.dialog(/./).count(), 0);
        assert.match(await onDisk(), /^NG54\(MINE\)/);
    });

    it('asks again after the check-in, and checks out from the question', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Check Out…');
        await checkOut('Feed');
        await workbench.runCommand('CNC: Check In');
        await workbench.quickInput.waitFor('No changes since check-out');
        await workbench.quickInput.pick('Release');
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await typeAndAnswer('Check Out…', 'protection-prompt-again');
        await checkOut('Now mine');
        await waitForLine(/^GNG54/);
        await save();
        await unsavedTab().waitFor({ state: 'detached' });
        await workbench.runCommand('CNC: Check In');
        await workbench.statusBarItem('No files checked out by you').waitFor();
    });

    it('asks before saving a file that someone else holds, even with protection off', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', file, '--message', wouldBeLinks);
        await protect('off');
        await workbench.page.locator('.tab.active .monaco-decoration-text-badge').first().waitFor();
        const before = await onDisk();
        await typeInEditor('(OVER)');
        await save();
        await workbench.dialog(/by Dave/).waitFor();
        await workbench.screenshot('protection-save');
        await assertPlain(workbench.dialog(/by Dave/), wouldBeLinks);
        await workbench.clickDialogButton('Cancel');
        assert.equal(await onDisk(), before);
        await unsavedTab().waitFor();
        await save();
        await workbench.dialog(/by Dave.*the last save overwrites the other person’s work/s).waitFor();
        await workbench.clickDialogButton('Save Anyway');
        await unsavedTab().waitFor({ state: 'detached' });
        assert.equal(await onDisk(), `(OVER)${before}`);
    });

    it('does not auto-save a file that someone else holds, says so once, and keeps my edits', async () => {
        const { workbench } = session;
        const before = await onDisk();
        await workbench.runCommand('File: Toggle Auto Save');
        await typeInEditor('(BY ITSELF)');
        await workbench.notification(/Your edits were not auto-saved\. They stay in the editor/).waitFor();
        await workbench.screenshot('protection-auto-save');
        await typeInEditor('(MORE)');
        await waitForLine(/^\(MORE\)\(BY\sITSELF\)/);
        assert.equal(await onDisk(), before);
        assert.equal((await workbench.notificationTexts()).length, 1);
        await workbench.runCommand('File: Toggle Auto Save');
        // The tab itself does not tell: with auto save VS Code counts every change as saved.
        await workbench.runCommand('File: Revert File');
        await waitForLine(/^\(OVER\)/);
        assert.equal(await onDisk(), before);
    });
});
