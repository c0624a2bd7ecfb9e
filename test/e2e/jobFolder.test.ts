import assert from 'node:assert/strict';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../support/temporaryWorkspace';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';

describe("A window that shows a job's folder, through a link", function () {
    let shop: TemporaryWorkspace;
    let session: Session;

    before(async () => {
        shop = await makeTemporaryWorkspace();
        const link = join(shop.folder, '..', 'my job');
        await symlink(join(shop.folder, 'repo', 'job12'), link, 'junction');
        await colleague('Dave', shop.folder, 'check-out', 'job12/op1.vnc', '--message', 'Chatter marks');
        session = await openSession({ folder: link, settings: { 'cncCheckout.userName': 'Maria' } });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('job-folder-failed');
    });
    after(async () => {
        await session?.close();
        await shop.remove();
    });

    const holders = async (): Promise<Record<string, string>> => {
        const locks = JSON.parse(await readFile(join(shop.folder, 'locks.json'), 'utf8')) as Record<
            string,
            { user: string }
        >;
        return Object.fromEntries(Object.entries(locks).map(([key, { user }]) => [key, user]));
    };

    it('shows in the Explorer who has its files, and the whole repository in the tree', async () => {
        const { workbench } = session;
        await workbench.openExplorer();
        await workbench.explorer.waitForBadge('op1.vnc', 'Da');
        await workbench.screenshot('job-folder-explorer');
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor('job13');
        await workbench.view.expand('job12');
        await workbench.view.waitFor('op1.vnc', 'Dave');
    });

    it('checks its files out from the Explorer, in the locks file that everyone uses', async () => {
        const { workbench } = session;
        await workbench.openExplorer();
        await workbench.explorer.pickFromContextMenu('op2.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check Out op2.vnc');
        await workbench.quickInput.answer('Slower feed');
        await workbench.explorer.waitForBadge('op2.vnc', '✎');
        assert.deepEqual(await holders(), { 'job12/op1.vnc': 'Dave', 'job12/op2.vnc': 'Maria' });
        assert.deepEqual((await readdir(join(shop.folder, 'repo', 'job12'))).sort(), [
            'fixture plate.mcam',
            'op1.vnc',
            'op2.vnc',
        ]);
    });
});
