import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { copySampleShop } from '../start/sampleShop';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { colleague } from './support/colleague';
import { checkColours } from './support/colours';
import { assertPlain, wouldBeLinks } from './support/plainText';
import { openSession, type Session } from './support/session';
import { type Theme, themes } from './support/workbench';

const mine = '4801247-op2.vnc';
const heldByDave = '4801310-op3.vnc';
const available = '4801310-op1.vnc';
const missing = '4801298-op1.vnc';
/** Held with a message that looks like links and markup. */
const typed = '4801389 Valve Block/4801389-op1.vnc';

describe('What the sample shop looks like', function () {
    let outer: string;
    let shop: string;
    let session: Session;

    before(async () => {
        outer = await makeTemporaryFolder();
        shop = join(outer, 'shop');
        await copySampleShop(shop);
        await colleague('Eve', shop, 'check-out', typed, '--message', wouldBeLinks);
        // All rows in view: VS Code draws no others.
        const viewport = { width: 1280, height: 1200 };
        session = await openSession({ folder: shop, settings: { 'cncCheckout.userName': 'Maria' }, viewport });
        const { workbench } = session;
        await workbench.openExplorer();
        for (const folder of ['repo', '4801247 Bracket', '4801310 Manifold']) await workbench.explorer.expand(folder);
        await workbench.explorer.waitForBadge(mine, '✎');
        // By then every folder was read and the tree is stable: a click during a redraw is lost.
        await workbench.openContainer('CNC Checkout');
        for (const folder of ['4801247 Bracket', '4801310 Manifold']) await workbench.view.expand(folder);
        await workbench.view.waitFor(heldByDave, 'Dave');
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('appearance-failed');
    });
    after(async () => {
        await session?.close();
        await removeFolder(outer);
    });

    for (const theme of Object.keys(themes) as Theme[]) {
        it(`shows distinct, readable states in the theme ${themes[theme].name}`, async () => {
            const { workbench } = session;
            await workbench.setTheme(theme);
            await workbench.openContainer('CNC Checkout');
            assert.match((await workbench.view.read(mine)).description, /^Maria · 1\d min ago · Rev C/);
            assert.match((await workbench.view.read(heldByDave)).description, /^Dave · 2 days ago · M14 taps/);
            assert.match((await workbench.view.read(missing)).description, /^missing · Ingrid · 12 days ago · /);
            assert.equal((await workbench.view.read(available)).description, '');
            await workbench.screenshot('shop-tree');
            await checkColours(workbench.view, [mine, heldByDave, available, missing]);
            await workbench.openExplorer();
            await workbench.explorer.waitForBadge(heldByDave, 'Da');
            assert.equal(await workbench.explorer.badge(available), '');
            await workbench.screenshot('shop-explorer');
            await checkColours(workbench.explorer, [mine, heldByDave, available]);
        });
    }

    it('shows all details of a held file in the hover of its row', async () => {
        const { workbench } = session;
        await workbench.setTheme('dark');
        await workbench.openContainer('CNC Checkout');
        const hover = await workbench.showHover(workbench.view.row(heldByDave), 'Checked out by Dave');
        await workbench.screenshot('shop-hover');
        const text = await hover.innerText();
        for (const part of ['2 days ago', 'Computer: CAM-PC-01', 'M14 taps breaking', 'Size: ']) {
            assert.ok(text.includes(part), text);
        }
    });

    it('stays readable in a narrow window', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.page.mouse.move(600, 400);
        await workbench.hover.waitFor({ state: 'hidden' });
        await workbench.page.setViewportSize({ width: 700, height: 600 });
        await workbench.view.waitFor(mine, 'Maria');
        await workbench.screenshot('shop-narrow');
        await workbench.statusBarItem('2 checked out').waitFor();
        assert.match((await workbench.view.read(mine)).ariaLabel, /checked out, Maria/);
    });

    it('has room for the messages in a wide side bar', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.page.setViewportSize({ width: 1440, height: 900 });
        await workbench.view.row(available).click();
        await workbench.editorTab(available).waitFor();
        await widenSideBar(session, 720);
        await workbench.page.mouse.move(900, 600);
        await workbench.screenshot('shop-wide');
        const description = workbench.view.row(heldByDave).locator('.monaco-icon-label-container');
        const [width, needed] = await description.evaluate((element) => [element.clientWidth, element.scrollWidth]);
        assert.ok((needed ?? 0) <= (width ?? 0), `${needed} pixels in ${width}`);
    });

    it('lists my files in the tooltip of the status bar and in My Check-Outs', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        const item = workbench.statusBarItem('2 checked out');
        await workbench.showHover(item, 'You have 2 files checked out');
        await workbench.screenshot('shop-status-bar');
        await item.click();
        await workbench.quickInput.waitFor('My Check-Outs');
        await workbench.quickInput.item(mine).waitFor();
        await workbench.screenshot('shop-my-check-outs');
        assert.deepEqual(await workbench.quickInput.labels(), ['Check In All…', mine, '4801247.mcam']);
        await workbench.quickInput.cancel();
        // The status bar has the focus again, and with it the tooltip stays.
        await workbench.view.row(available).click();
        await workbench.hover.waitFor({ state: 'hidden' });
        // It opens the file, which takes the focus: not from the next test's palette.
        await workbench.page.locator('.monaco-editor.focused').waitFor();
    });

    it('finds a file by part of its number, and shows who has it', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Find File in Repository…');
        await workbench.quickInput.item(mine).waitFor();
        await workbench.quickInput.type('4801310');
        await workbench.quickInput.item(heldByDave).waitFor();
        await workbench.screenshot('shop-find-file');
        assert.match(await workbench.quickInput.item(heldByDave).innerText(), /4801310 Manifold · Dave · 2 days ago/);
        await workbench.quickInput.cancel();
    });

    it('shows only checked-out files, as a flat list with folders', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.runCommand('CNC: Show Checked-Out Files');
        await workbench.view.waitForNo(available);
        const message = workbench.viewMessage('Showing checked-out files only.');
        await message.waitFor();
        await workbench.screenshot('shop-checked-out');
        const rows = await workbench.view.readAll();
        assert.equal(rows.length, 8);
        assert.match(rows.find(({ label }) => label === heldByDave)?.description ?? '', /VF-4 · 4801310 Manifold$/);
        await workbench.runCommand('CNC: Show All Files');
        await workbench.view.waitFor(available);
        await message.waitFor({ state: 'hidden' });
    });

    it("shows a colleague's message as plain text in the hover of a row", async () => {
        const { workbench } = session;
        const [folder = '', file = ''] = typed.split('/');
        await workbench.openContainer('CNC Checkout');
        await workbench.view.expand(folder);
        await workbench.view.waitForBadge(file, 'Ev');
        const hover = await workbench.showHover(workbench.view.row(file), 'Click me');
        await workbench.screenshot('typed-tree');
        await assertPlain(hover, wouldBeLinks);
    });

    it('says that the share is unreachable, and recovers on its own', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        const away = join(outer, 'unplugged');
        await rename(shop, away);
        await workbench.statusBarItem('Share unreachable').waitFor();
        await workbench.page.locator('.sidebar').getByText('The share is unreachable').first().waitFor();
        await workbench.page.locator('.sidebar').getByText('Last updated').first().waitFor();
        await workbench.screenshot('shop-unreachable');
        // What was last known stays in view.
        assert.match((await workbench.view.read(heldByDave)).description, /^Dave · /);
        await rename(away, shop);
        await workbench.statusBarItem('2 checked out').waitFor();
        await workbench.page
            .locator('.sidebar')
            .getByText('The share is unreachable')
            .first()
            .waitFor({ state: 'hidden' });
        await workbench.screenshot('shop-reachable-again');
    });
});

/** Drags the edge of the side bar to the right. */
async function widenSideBar({ workbench: { page } }: Session, to: number): Promise<void> {
    const bar = await page.locator('.part.sidebar').boundingBox();
    assert.ok(bar);
    const [edge, middle] = [bar.x + bar.width, bar.y + bar.height / 2];
    await page.mouse.move(edge, middle);
    await page.mouse.down();
    await page.mouse.move(to, middle, { steps: 5 });
    await page.mouse.up();
}
