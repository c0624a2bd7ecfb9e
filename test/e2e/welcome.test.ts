import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copySampleShop } from '../start/sampleShop';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { openSession, type Session } from './support/session';
import { entriesOf } from './support/treeRows';

describe('A window without a repository', function () {
    let outer: string;
    let session: Session;

    before(async () => {
        outer = await makeTemporaryFolder();
        await mkdir(join(outer, 'empty'));
        // What the extension says of it is what shows that the window is there: no file is in its Explorer.
        session = await openSession({ folder: join(outer, 'empty'), isEmpty: true });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('welcome-failed');
    });
    after(async () => {
        await session?.close();
        await removeFolder(outer);
    });

    it('offers to choose a repository in a folder that has none', async () => {
        const { workbench } = session;
        const folder = join(outer, 'empty');
        await workbench.openContainer('CNC Checkout');
        await workbench.welcome.getByText('No repository found').waitFor();
        await workbench.screenshot('welcome-no-repository');
        await workbench.welcome.getByRole('button', { name: 'Retry' }).waitFor();
        await workbench.welcome.getByRole('button', { name: 'Choose Repository Folder' }).click();
        await workbench.quickInput.waitFor();
        await workbench.screenshot('choose-repository');
        await workbench.quickInput.cancel();
        await copySampleShop(folder);
        await workbench.view.waitFor('fixtures');
    });

    it('offers to open a folder if none is open', async () => {
        const { workbench } = session;
        await goToNoFolder(session);
        await workbench.openContainer('CNC Checkout');
        await workbench.welcome.getByText("Open the folder that holds your shop's CAM files").waitFor();
        await workbench.screenshot('welcome-no-folder');
        await workbench.welcome.getByRole('button', { name: 'Open Folder' }).waitFor();
    });
});

describe('A window in Restricted Mode', function () {
    let outer: string;
    let session: Session;

    before(async () => {
        outer = await makeTemporaryFolder();
        const shop = join(outer, 'shop');
        await copySampleShop(shop);
        session = await openSession({ folder: shop, restricted: true, settings: { 'cncCheckout.userName': 'Maria' } });
    });
    after(async () => {
        await session?.close();
        await removeFolder(outer);
    });

    it('shows who has what, and offers no command that changes anything', async () => {
        const { workbench } = session;
        // VS Code's banner moves all else down when it comes, and a menu that is open closes.
        await workbench.page.getByText('Restricted Mode is intended for safe code browsing').waitFor();
        await workbench.openContainer('CNC Checkout');
        await workbench.view.expand('4801247 Bracket');
        await workbench.view.waitFor('4801247-op2.vnc', 'Maria');
        const menu = await workbench.view.openContextMenu('4801247-op2.vnc');
        await workbench.screenshot('restricted');
        const entries = await entriesOf(menu);
        assert.deepEqual(entries, [
            'Open',
            'Open to the Side',
            'Compare with Version at Check-Out',
            'Copy Lock Details',
            'Show History',
            'Reveal in Explorer View',
            'Copy Path',
            'Copy Link',
        ]);
    });
});

/** Opens no folder, in the same window. */
async function goToNoFolder({ workbench }: Session): Promise<void> {
    const address = new URL(workbench.page.url());
    address.searchParams.delete('folder');
    address.searchParams.set('ew', 'true');
    await workbench.open(address.href, true);
}
