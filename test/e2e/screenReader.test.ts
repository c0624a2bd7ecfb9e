import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, type Session } from './support/session';

describe('With a screen reader and the keyboard alone', function () {
    let session: Session;

    before(async () => {
        session = await openSession({
            settings: { 'cncCheckout.userName': 'Maria', 'editor.accessibilitySupport': 'on' },
            // As a window of 1280 by 800 pixels at a zoom of 200 %.
            viewport: { width: 640, height: 400 },
        });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('screen-reader-failed');
    });
    after(() => session?.close());

    /** What the screen reader was given to read out, and is still there. */
    const readOut = (text: string): Promise<void> =>
        session.workbench.page
            .locator('.monaco-aria-container > *')
            .filter({ hasText: text })
            .first()
            .waitFor({ state: 'attached' });

    it('a file is found and checked out, and that is read out', async () => {
        const { workbench } = session;
        const { keyboard } = workbench.page;
        await workbench.runCommand('CNC: Find File in Repository…');
        await workbench.quickInput.waitFor('Find File');
        await workbench.quickInput.type('job12 op1');
        await workbench.quickInput.item('op1.vnc').waitFor();
        await keyboard.press('Enter');
        await workbench.editorTab('op1.vnc').waitFor();
        await workbench.page.locator('.monaco-editor.focused').waitFor();
        await workbench.screenshot('zoom-200');
        await workbench.runCommand('CNC: Check Out…');
        await workbench.quickInput.waitFor('Check Out op1.vnc');
        await workbench.quickInput.answer('Slower feed');
        await readOut('Checked out op1.vnc');
        const locks = JSON.parse(await readFile(join(session.folder, 'locks.json'), 'utf8'));
        assert.equal(locks['job12/op1.vnc'].user, 'Maria');
    });
});
