import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Frame, FrameLocator } from 'playwright-core';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';
import { type Theme, themes } from './support/workbench';

const part = '4801247.mcam';
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** What VS Code calls a theme in a page. */
const kinds: Readonly<Record<Theme, string>> = {
    dark: 'vscode-dark',
    light: 'vscode-light',
    highContrast: 'vscode-high-contrast',
    highContrastLight: 'vscode-high-contrast-light',
};
const typed = 'Rev C <img src=x onerror=alert(1)> [x](command:x)';

describe('The editor of a part', function () {
    let session: Session;
    const page = (): FrameLocator =>
        session.workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
    const says = (text: string | RegExp): Promise<void> => page().getByText(text).first().waitFor();
    const press = (name: string): Promise<void> => page().getByRole('button', { name }).click();

    /** The frame that has the page itself: VS Code puts it into another one. */
    async function frameOfPage(): Promise<Frame> {
        const handle = await page().locator('main').elementHandle();
        const frame = await handle?.ownerFrame();
        assert.ok(frame);
        return frame;
    }

    before(async () => {
        session = await openSession({ settings: { 'cncCheckout.userName': 'Maria', 'cncCheckout.jobSets': 'never' } });
        // No content is read: VS Code itself opens no file of that size.
        await truncate(join(session.folder, 'repo', part), 2 ** 36);
        const { workbench } = session;
        await workbench.openExplorer();
        await workbench.explorer.expand('repo');
        await workbench.explorer.row(part).click();
        await says('Available: nobody has it checked out.');
        await truncate(join(session.folder, 'repo', part), 1000);
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('part-editor-failed');
    });
    after(() => session?.close());

    it('shows at once that a colleague checks it out, why, and offers no check-out', async () => {
        await page().getByRole('button', { name: 'Check Out…' }).waitFor();
        await colleague('Dave', session.folder, 'check-out', part, '--message', typed);
        await says('Checked out by Dave. You can look at it, but do not save it.');
        await says(typed);
        await says(/\(just now\)$/);
        assert.deepEqual(await page().getByRole('button').allInnerTexts(), ['Open in Mastercam', 'Show History']);
        assert.match((await page().getByRole('status').innerText()).trim(), /^Checked out by Dave\./);
    });

    for (const theme of Object.keys(themes) as Theme[]) {
        it(`has nothing that axe finds fault with in the theme ${themes[theme].name}`, async () => {
            const { workbench } = session;
            await workbench.setTheme(theme);
            await page().locator(`body[data-vscode-theme-kind="${kinds[theme]}"]`).waitFor();
            await workbench.screenshot('part-editor');
            const frame = await frameOfPage();
            await frame.evaluate(axe);
            const { violations, passes } = await frame.evaluate<AxeResults>('axe.run()');
            const faults = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
            assert.deepEqual(faults, []);
            assert.ok(passes.some(({ id }) => id === 'color-contrast'));
        });
    }

    it('fits into a window of 700 pixels', async () => {
        const { workbench } = session;
        await workbench.setTheme('light');
        await workbench.page.setViewportSize({ width: 700, height: 800 });
        await says('Checked out by Dave.');
        await workbench.screenshot('part-editor-narrow');
        const frame = await frameOfPage();
        const over = await frame.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(over <= 0, `${over} pixels are out of sight.`);
        await workbench.page.setViewportSize({ width: 1280, height: 800 });
    });

    it('checks it out and in by its buttons, with the keyboard too, and shows the revisions', async () => {
        const { workbench } = session;
        await workbench.setTheme('dark');
        await colleague('Dave', session.folder, 'check-in', part);
        await says('Available: nobody has it checked out.');
        await press('Check Out…');
        await workbench.quickInput.waitFor(`Check Out ${part}`);
        await workbench.quickInput.answer('Pocket 3');
        await says('Checked out by you.');
        await says('Pocket 3');
        await truncate(join(session.folder, 'repo', part), 2000);
        await page().getByRole('button', { name: 'Check In' }).focus();
        await workbench.page.keyboard.press('Enter');
        await says(/^Revision \d · Maria · just now/);
        await says('Available: nobody has it checked out.');
        await workbench.screenshot('part-editor-revisions');
    });

    it('shows the history', async () => {
        await press('Show History');
        await session.workbench.history.waitFor(/Maria/);
    });
});

describe('The editor of a part in Restricted Mode', function () {
    let session: Session;
    before(async () => (session = await openSession({ restricted: true })));
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('part-restricted-failed');
    });
    after(() => session?.close());

    it('shows who has it, and changes nothing', async () => {
        const { workbench, folder } = session;
        await colleague('Dave', folder, 'check-out', part);
        await workbench.openExplorer();
        await workbench.explorer.expand('repo');
        // Both move the rows: what VS Code says at the top of the window, and the locks file, which came.
        await workbench.page.getByText('Restricted Mode is intended for safe code browsing').waitFor();
        await workbench.explorer.waitFor('locks.json');
        await workbench.explorer.waitForBadge(part, 'Da');
        await workbench.explorer.row(part).click();
        const page = workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
        await page.getByText('Checked out by Dave.').waitFor();
        await page.getByText('This workspace is in Restricted Mode, so you can look').waitFor();
        await colleague('Dave', folder, 'check-in', part);
        await page.getByText('Available: nobody has it checked out.').waitFor();
        assert.deepEqual(await page.getByRole('button').allInnerTexts(), ['Open in Mastercam', 'Show History']);
    });
});
