import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';

const settings = {
    'cncCheckout.userName': 'Maria',
    'cncCheckout.jobSets': 'never',
    'files.autoSave': 'off',
};
const davesFile = '4801247.vnc';

describe('The Explorer', function () {
    let session: Session;
    before(async () => {
        session = await openSession({ settings });
        const { explorer } = session.workbench;
        await explorer.expand('repo');
        await explorer.expand('job12');
        await colleague('Dave', session.folder, 'check-out', davesFile, '--message', 'Chatter');
        await explorer.waitForBadge(davesFile, 'Da');
        // A file that comes has the Explorer draw its rows anew, and a click can go to the row below.
        await explorer.waitFor('locks.json');
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('explorer-failed');
    });
    after(() => session?.close());

    const inRepository = (path: string): string => join(session.folder, 'repo', path);
    const holders = async (): Promise<Record<string, string>> => {
        const locks = JSON.parse(await readFile(join(session.folder, 'locks.json'), 'utf8')) as Record<
            string,
            { user: string }
        >;
        return Object.fromEntries(Object.entries(locks).map(([path, { user }]) => [path, user]));
    };

    it('checks a pasted copy out for its maker', async () => {
        const { workbench } = session;
        await workbench.explorer.pickFromContextMenu('op1.vnc', 'Copy');
        await workbench.explorer.pickFromContextMenu('job12', 'Paste');
        await workbench.notification('op1 copy.vnc is new, and checked out by you').waitFor();
        assert.deepEqual(await holders(), { [davesFile]: 'Dave', 'job12/op1 copy.vnc': 'Maria' });
        await workbench.clearNotifications();
    });

    it('says who has a file that is renamed, takes the lock along, and can undo it', async () => {
        const { workbench } = session;
        // A click would open it, and the padlock of its editor would take the place of the badge.
        await workbench.explorer.pickFromContextMenu(davesFile, 'Rename...');
        const name = workbench.explorer.element.locator('input');
        await name.fill('4801248.vnc');
        await name.press('Enter');
        const told = /Dave.*You renamed it/;
        await workbench.notification(told).waitFor();
        await workbench.screenshot('explorer-renamed');
        assert.equal((await holders())['4801248.vnc'], 'Dave');
        await workbench.clickNotificationButton(told, 'Undo Rename');
        await workbench.explorer.waitForBadge(davesFile, 'Da');
        assert.equal((await holders())[davesFile], 'Dave');
        await workbench.clearNotifications();
    });

    it('says who has a file that an upload replaces, and can put it back', async () => {
        const { workbench } = session;
        const before = await readFile(inRepository(davesFile), 'utf8');
        const elsewhere = await makeTemporaryFolder();
        try {
            await writeFile(join(elsewhere, davesFile), 'from a memory stick\n');
            const chosen = workbench.page.waitForEvent('filechooser');
            await workbench.openExplorer();
            await workbench.explorer.pickFromContextMenu('repo', 'Upload...');
            await (await chosen).setFiles(join(elsewhere, davesFile));
            await workbench.clickDialogButton('Replace');
            const told = /Dave.*You replaced it/;
            await workbench.notification(told).waitFor();
            await workbench.screenshot('explorer-replaced');
            await workbench.clickNotificationButton(told, 'Undo Replace');
            // The upload has opened it.
            await workbench.page.locator('.view-line').filter({ hasText: 'BRACKET' }).first().waitFor();
        } finally {
            await removeFolder(elsewhere);
        }
        assert.equal(await readFile(inRepository(davesFile), 'utf8'), before);
        assert.equal((await holders())[davesFile], 'Dave');
    });
});
