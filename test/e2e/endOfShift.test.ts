import assert from 'node:assert/strict';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, type Session } from './support/session';

/** In a browser VS Code saves by itself unless it is told not to; on the desktop it does not. */
const settings = { 'cncCheckout.userName': 'Maria', 'files.autoSave': 'off' };
const DAY = 24 * 60 * 60_000;

describe('From a job to the end of the shift', function () {
    let session: Session;

    before(async () => {
        session = await openSession({ settings });
        const { workbench } = session;
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor('4801247.vnc');
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('shift-failed');
    });
    after(() => session?.close());

    const inRepository = (path: string): string => join(session.folder, 'repo', ...path.split('/'));
    const held = async (): Promise<string[]> => {
        const locks = JSON.parse(await readFile(join(session.folder, 'locks.json'), 'utf8')) as object;
        return Object.keys(locks).toSorted();
    };

    it('marks a program that is older than its part', async () => {
        const { workbench } = session;
        const posted = new Date(Date.now() - 2 * DAY - 60_000);
        await utimes(inRepository('4801247.vnc'), posted, posted);
        await workbench.view.waitFor('4801247.vnc', 'posted 2 days before 4801247.mcam was last changed');
        await workbench.runCommand('View: Toggle Problems');
        const panel = workbench.page.locator('.markers-panel');
        await panel.getByText('Posted 2 days before 4801247.mcam was last changed').waitFor();
        await workbench.screenshot('stale');
        await workbench.runCommand('View: Toggle Problems');
        await panel.waitFor({ state: 'hidden' });
    });

    it('offers the whole job at the check-out of one of its files', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu('4801247.mcam', 'Check Out…');
        await workbench.quickInput.waitFor('Check out the rest of job 4801247, too?');
        assert.deepEqual(await workbench.quickInput.labels(), [
            '4801247.mcam Only',
            'Both Files of Job 4801247',
            'Always the Whole Job',
            'Never: Only the Files That I Choose',
        ]);
        await workbench.screenshot('job-set');
        await workbench.quickInput.pick('Both Files of Job 4801247');
        await workbench.quickInput.waitFor('Check Out 2 files');
        await workbench.quickInput.answer('Rev C');
        await workbench.statusBarItem('2 checked out').waitFor();
        assert.deepEqual(await held(), ['4801247.mcam', '4801247.vnc']);
    });

    it('groups the tree by job and by holder', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Group by Job');
        await workbench.view.waitFor('4801247', '2 files · 2 checked out');
        await workbench.view.expand('4801247');
        await workbench.view.waitFor('4801247.mcam', 'Maria · just now · Rev C');
        await workbench.screenshot('group-job');
        await workbench.runCommand('CNC: Group by Holder');
        await workbench.view.waitFor('Maria', 'you · 2 files');
        const message = workbench.viewMessage('Checked-out files, grouped by holder.');
        await message.waitFor();
        await workbench.screenshot('group-holder');
        await workbench.runCommand('CNC: Group by Folder');
        await workbench.view.waitFor('job12');
        await message.waitFor({ state: 'hidden' });
        await workbench.view.expand('job12');
    });

    it('says at check-in that there are no changes', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu('op2.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check Out op2.vnc');
        await workbench.quickInput.answer('');
        await workbench.statusBarItem('3 checked out').waitFor();
        await workbench.view.pickFromContextMenu('op2.vnc', 'Check In');
        await workbench.quickInput.waitFor('No changes since check-out');
        await workbench.screenshot('nothing-changed');
        await workbench.quickInput.pick('Release');
        await workbench.statusBarItem('2 checked out').waitFor();
    });

    it('lists my files by state at the end of the shift, and checks in those that stay selected', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu('op1.vnc', 'Check Out…');
        await workbench.quickInput.waitFor('Check Out op1.vnc');
        await workbench.quickInput.answer('Slower feed');
        await workbench.statusBarItem('3 checked out').waitFor();
        await workbench.view.row('op1.vnc').click();
        await workbench.editorTab(/op1\.vnc/).waitFor();
        await workbench.page.locator('.editor-instance .view-line').first().click();
        await workbench.page.keyboard.press('ControlOrMeta+Home');
        await workbench.page.keyboard.type('(SLOWER)');
        await workbench.page.locator('.tab.dirty').first().waitFor();
        await writeFile(inRepository('4801247.vnc'), '%\nO1247 (POSTED AGAIN)\n%\n');
        await workbench.runCommand('CNC: Check In All My Files');
        await workbench.quickInput.waitFor('Check In All My Files');
        const { quickInput } = workbench;
        await quickInput.item(/op1\.vnc.*unsaved/s).waitFor();
        await quickInput.item(/4801247\.vnc.*modified/s).waitFor();
        await quickInput.item(/4801247\.mcam.*unchanged/s).waitFor();
        await workbench.screenshot('end-of-shift');
        await quickInput.tick('4801247.mcam');
        await quickInput.accept();
        await workbench.statusBarItem('1 checked out').waitFor();
        assert.deepEqual(await held(), ['4801247.mcam']);
        assert.match(await readFile(inRepository('job12/op1.vnc'), 'utf8'), /^\(SLOWER\)%/);
        await workbench.runCommand('CNC: Check In All My Files');
        await quickInput.item('4801247.mcam').waitFor();
        await workbench.screenshot('end-of-shift-last');
        await quickInput.accept();
        await workbench.statusBarItem('No files checked out by you').waitFor();
    });
});
