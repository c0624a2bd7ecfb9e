import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder, makeTemporaryWorkspace, removeFolder } from '../support/temporaryWorkspace';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';

describe('A window with the repositories of two halls', function () {
    let session: Session;
    let folders: readonly string[];
    const undo: (() => Promise<void>)[] = [];

    before(async () => {
        const [milling, turning, outer] = await Promise.all([
            makeTemporaryWorkspace(),
            makeTemporaryWorkspace(),
            makeTemporaryFolder(),
        ]);
        undo.push(
            () => milling.remove(),
            () => turning.remove(),
            () => removeFolder(outer),
        );
        folders = [milling.folder, turning.folder];
        const workspace = join(outer, 'halls.code-workspace');
        const names = ['Milling', 'Turning'];
        const text = JSON.stringify({ folders: folders.map((path, index) => ({ path, name: names[index] })) });
        await writeFile(workspace, text);
        const settings = { 'cncCheckout.userName': 'Maria', 'files.autoSave': 'off' };
        // A loaded machine's window may ask for the file before its server answers, and asks again only when it changes.
        session = await openSession({ folder: workspace, settings, isEmpty: true });
        await writeFile(workspace, `${text}\n`);
        await session.workbench.explorer.element.getByRole('treeitem').first().waitFor();
        await session.workbench.waitUntilTrusted();
        await session.workbench.openContainer('CNC Checkout');
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('failed-several-folders');
    });
    after(async () => {
        await session?.close();
        for (const step of undo) await step();
    });

    it('shows each as a root of its own', async () => {
        const { view } = session.workbench;
        await view.waitFor('Milling');
        await view.waitFor('Turning');
        await view.row('4801247.vnc').waitFor();
        await session.workbench.screenshot('several-folders');
        const labels = (await view.readAll()).map(({ label }) => label);
        assert.equal(labels.filter((label) => label === '4801247.vnc').length, 2);
    });

    it('checks a file out only in the repository where it was clicked', async () => {
        const { workbench } = session;
        const [milling = '', turning = ''] = folders;
        await colleague('Dave', turning, 'check-out', '4801247.vnc', '--message', 'On the lathe');
        await workbench.view.waitFor('4801247.vnc', 'Dave');
        await workbench.view.pickFromContextMenu('4801247.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check out the rest of job 4801247, too?');
        await workbench.quickInput.pick('4801247.vnc Only');
        await workbench.quickInput.waitFor('What are you going to change?');
        await workbench.quickInput.answer('Rev C');
        await workbench.view.waitFor('4801247.vnc', 'Maria · just now · Rev C');
        const holder = async (folder: string): Promise<unknown> =>
            JSON.parse(await readFile(join(folder, 'locks.json'), 'utf8'))['4801247.vnc'].user;
        assert.deepEqual([await holder(milling), await holder(turning)], ['Maria', 'Dave']);
    });

    it('allows editing the file that I hold, marks the change, and protects the file of the same name', async () => {
        const { workbench } = session;
        const { page } = workbench;
        const firstLine = page.locator('.editor-instance .view-line').first();
        const open = async (holder: string, hall: string): Promise<void> => {
            await workbench.view.row('4801247.vnc', holder).click();
            await page.locator('.breadcrumbs-control').getByText(hall).first().waitFor();
            await firstLine.click();
            await page.keyboard.press('ControlOrMeta+Home');
        };
        await open('Maria', 'Milling');
        await page.keyboard.type('(MINE)');
        await firstLine.filter({ hasText: '(MINE)' }).waitFor();
        await page.keyboard.press('ControlOrMeta+S');
        await workbench.view.waitFor('4801247.vnc', 'modified');
        await page.locator('.dirty-diff-glyph').first().waitFor();
        await open('Dave', 'Turning');
        // VS Code opens an editor before anybody can make it read-only; what is typed by then is only warned of.
        await page.locator('.tab.active .monaco-decoration-badge:not(.monaco-decoration-text-badge)').first().waitFor();
        await page.keyboard.type('NO');
        await page.locator('.monaco-editor-overlaymessage').waitFor();
        assert.equal(await firstLine.innerText(), '%');
        await workbench.screenshot('several-folders-protected');
        await workbench.clearNotifications();
    });

    it('says which locks file is damaged, keeps showing the other, and restores the right one', async () => {
        const { workbench } = session;
        await writeFile(join(folders[1] ?? '', 'locks.json'), '{');
        await workbench.view.waitFor('Turning', 'locks file damaged');
        await workbench.view.waitFor('4801247.vnc', 'Maria');
        await workbench.statusBarItem('Locks file damaged').waitFor();
        await workbench.screenshot('several-folders-one-damaged');
        await workbench.view.pickFromContextMenu('Turning', 'Restore Last Good Locks File…');
        await workbench.dialog(/Restore the last good copy.*4801247\.vnc \(Dave\)/s).waitFor();
        await workbench.clickDialogButton('Restore');
        await workbench.view.waitFor('4801247.vnc', 'Dave');
    });
});
