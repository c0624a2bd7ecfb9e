import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { colleague } from './support/colleague';
import { openSession, type Session } from './support/session';

const file = '4801247.vnc';
const settings = {
    'cncCheckout.userName': 'Maria',
    'cncCheckout.jobSets': 'never',
    'files.autoSave': 'off',
    'cncCheckout.keepRevisionsOfPrograms': '1',
};
const ofDave = '%\nO1247 (REV B)\nG1 X1. F900\nM30\n%\n';
const ofTheMachine = '%\nO1247 (REV B)\nG1 X1. F700\nM30\n%\n';

describe('A file that was changed outside, in the workbench', function () {
    let session: Session;

    before(async () => {
        session = await openSession({ settings });
        const { workbench } = session;
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor(file);
        await colleague('Dave', session.folder, 'check-out', file);
        await writeFile(onDisk(), ofDave);
        await colleague('Dave', session.folder, 'check-in', file);
        await writeFile(onDisk(), ofTheMachine);
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('changed-outside-failed');
    });
    after(() => session?.close());

    const onDisk = (): string => join(session.folder, 'repo', file);

    it('is marked in the tree', async () => {
        const { workbench } = session;
        await workbench.view.waitFor(file, 'changed outside');
        await workbench.screenshot('changed-outside');
    });

    it('is compared with its latest revision before it is checked out', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(file, 'Check Out…');
        await workbench.dialog(/4801247\.vnc was changed outside since revision 2 of Dave/).waitFor();
        await workbench.screenshot('changed-outside-question');
        await workbench.clickDialogButton('Compare');
        await workbench.editorTab(/4801247\.vnc \(Revision 2 ↔ Now\)/).waitFor();
        const diff = workbench.page.locator('.monaco-diff-editor');
        await diff.locator('.original .view-line').filter({ hasText: 'F900' }).first().waitFor();
        await diff.locator('.modified .view-line').filter({ hasText: 'F700' }).first().waitFor();
        await workbench.screenshot('changed-outside-compare');
    });

    it('is checked out then, and the check-in tells the number above what was found', async () => {
        const { workbench } = session;
        await workbench.clickNotificationButton(/is not checked out yet/, 'Check Out…');
        await workbench.quickInput.answer('Feed of the machine');
        await workbench.view.waitFor(file, 'Maria');
        await workbench.view.waitForNo(file, 'changed outside');
        await writeFile(onDisk(), `${ofTheMachine}(CHECKED)\n`);
        await workbench.view.waitFor(file, 'modified');
        await workbench.view.pickFromContextMenu(file, 'Check In');
        await workbench.page.getByText('Checked in 4801247.vnc as revision 4').first().waitFor();
        const found = await readFile(join(session.folder, 'locks.revisions', file, 'r3.vnc.gz'));
        assert.equal(gunzipSync(found).toString(), ofTheMachine);
    });

    it('has old revisions that are removed after a question, and never the latest and the first', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Tidy Up Revisions…');
        await workbench.dialog(/Remove 2 old revisions with 68 bytes of contents\?/).waitFor();
        await workbench.screenshot('tidy-revisions');
        await workbench.clickDialogButton('Remove');
        await workbench.notification(/Removed 2 old revisions/).waitFor();
        assert.deepEqual(await readdir(join(session.folder, 'locks.revisions', file)), ['r1.vnc.gz', 'r4.vnc.gz']);
    });

    it('is checked in without a revision on request, where none can be kept', async () => {
        const { workbench } = session;
        await workbench.view.pickFromContextMenu(file, 'Check Out…');
        await workbench.quickInput.answer('Once more');
        await workbench.view.waitFor(file, 'Maria');
        const revisions = join(session.folder, 'locks.revisions');
        await rm(revisions, { recursive: true });
        await writeFile(revisions, 'in the way');
        try {
            await writeFile(onDisk(), ofDave);
            await workbench.view.waitFor(file, 'modified');
            await workbench.view.pickFromContextMenu(file, 'Check In');
            const message = /No revision of 4801247\.vnc could be kept/;
            await workbench.notification(message).waitFor();
            const [told] = await workbench.notificationTexts();
            assert.ok(told !== undefined && !told.includes('--no-revision'), told);
            await workbench.screenshot('check-in-without-revision');
            await workbench.clickNotificationButton(message, 'Check In Without Revision');
            await workbench.view.waitForNo(file, 'Maria');
        } finally {
            await rm(revisions);
            await mkdir(revisions);
        }
    });
});
