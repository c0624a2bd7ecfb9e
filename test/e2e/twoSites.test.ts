import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atLockServer } from '../support/postgres/atLockServer';
import { skipUnless } from '../support/skips';
import { makeTemporaryWorkspace } from '../support/temporaryWorkspace';
import { LockServer, PASSWORD } from '../unit/support/lockServer';
import { openSession, type Session } from './support/session';
import { entriesOf } from './support/treeRows';
import type { Workbench } from './support/workbench';

const wide = { width: 1280, height: 800 };
const narrow = { width: 700, height: 800 };

describe('Two sites with one lock server', function () {
    let server: LockServer;
    let repository = '';
    let address = '';
    let north: Session;
    let south: Session;
    const undo: (() => Promise<unknown>)[] = [];

    before(async function () {
        skipUnless(this, 'postgres');
        skipUnless(this, 'stoppedPrograms');
        server = await LockServer.start();
        undo.push(() => server.remove());
        repository = await server.makeRepository();
        address = server.addressOf(repository);
        const sites = [await makeTemporaryWorkspace(), await makeTemporaryWorkspace()] as const;
        for (const site of sites) {
            undo.push(() => site.remove());
            await atLockServer('otto', address, site.folder, 'server', 'import');
        }
        const [atNorth, atSouth] = sites;
        // What IT has put beside the programs of the south.
        await mkdir(join(atSouth.folder, '.vscode'));
        await writeFile(
            join(atSouth.folder, '.vscode', 'settings.json'),
            JSON.stringify({ 'cncCheckout.lockServer': address }),
        );
        north = await openSession({ folder: atNorth.folder, settings: { 'cncCheckout.userName': 'Snake' } });
        undo.push(() => north.close());
        south = await openSession({ folder: atSouth.folder, computer: 'other' });
        undo.push(() => south.close());
    });
    afterEach(async function () {
        if (!this.currentTest?.isFailed()) return;
        await north?.workbench.screenshotOfFailure('failed-north');
        await south?.workbench.screenshotOfFailure('failed-south');
    });
    after(async () => {
        for (const step of undo.toReversed()) await step();
    });

    /** Pictures in both themes, as wide as a desk has it and as narrow as half a screen. */
    async function pictures(workbench: Workbench, name: string): Promise<void> {
        for (const [size, viewport] of [
            ['wide', wide],
            ['narrow', narrow],
        ] as const) {
            await workbench.page.setViewportSize(viewport);
            await workbench.screenshot(`two-sites-${name}-${size}`);
        }
        await workbench.page.setViewportSize(wide);
    }

    it('tells a window on the old file where the locks went, and sets the server up from there', async () => {
        const { workbench, folder } = north;
        await workbench.openContainer('CNC Checkout');
        await workbench.welcome.getByText('were moved to a lock server').waitFor();
        await workbench.statusBarItem('Check-outs moved').waitFor();
        await pictures(workbench, 'moved');
        await workbench.welcome.getByRole('button', { name: 'Use Lock Server' }).click();
        const dialog = workbench.dialog(/Use the lock server 127\.0\.0\.1/);
        await dialog.waitFor();
        assert.match(await dialog.innerText(), /the note in the place of .*locks\.json, and new to this VS Code\./);
        await pictures(workbench, 'confirm');
        await workbench.clickDialogButton('Use This Server');
        await workbench.quickInput.waitFor('Your name at the lock server');
        await pictures(workbench, 'name');
        await workbench.quickInput.answer('ulla');
        await workbench.quickInput.waitFor('Password of ulla');
        await workbench.quickInput.answer(PASSWORD);
        await workbench.view.waitFor('job12');
        await workbench.statusBarItem('No files checked out by you').waitFor();
        const settings = JSON.parse(await readFile(join(folder, '.vscode', 'settings.json'), 'utf8'));
        assert.equal(settings['cncCheckout.lockServer'], address);
        assert.ok(!JSON.stringify(settings).includes(PASSWORD));
        await workbench.clearNotifications();
    });

    it('asks about a server that a settings file names, and again for a password that was wrong', async () => {
        const { workbench } = south;
        await workbench.setTheme('light');
        await workbench.openContainer('CNC Checkout');
        await workbench.welcome.getByText('that this VS Code has not used before').waitFor();
        await pictures(workbench, 'unconfirmed');
        await workbench.welcome.getByRole('button', { name: 'Confirm Lock Server' }).click();
        await workbench.dialog(/It is named by the settings in .*settings\.json/).waitFor();
        await pictures(workbench, 'confirm');
        await workbench.clickDialogButton('Use This Server');
        await workbench.quickInput.waitFor('Your name at the lock server');
        await workbench.quickInput.cancel();
        await workbench.welcome.getByText('are recorded on a lock server').waitFor();
        await workbench.statusBarItem('Not signed in').waitFor();
        await pictures(workbench, 'signed-out');
        await workbench.welcome.getByRole('button', { name: 'Sign In to Lock Server' }).click();
        await workbench.quickInput.waitFor('Your name at the lock server');
        await workbench.quickInput.answer('alice');
        await workbench.quickInput.waitFor('Password of alice');
        await workbench.quickInput.answer('guessed');
        await workbench.quickInput.waitFor('did not accept the password of alice: it is wrong, or it has expired.');
        await pictures(workbench, 'wrong-password');
        await workbench.quickInput.answer(PASSWORD);
        await workbench.view.waitFor('job12');
        await workbench.clearNotifications();
    });

    it('shows the other site at once who has what, and refuses it there', async () => {
        await north.workbench.view.pickFromContextMenu('4801247.vnc', 'Check Out…');
        await north.workbench.quickInput.waitFor('Check out the rest of job 4801247, too?');
        await north.workbench.quickInput.pick('4801247.vnc Only');
        await north.workbench.quickInput.waitFor('What are you going to change?');
        await north.workbench.quickInput.answer('Rev C');
        await north.workbench.statusBarItem('1 checked out').waitFor();
        await south.workbench.view.waitFor('4801247.vnc', 'ulla · just now · Rev C');
        await south.workbench.view.waitForBadge('4801247.vnc', 'Ul');
        await pictures(south.workbench, 'seen');
        await south.workbench.view.row('4801247.vnc').click();
        await south.workbench.editorTab(/4801247\.vnc/).waitFor();
        await south.workbench.runCommand('CNC: Check Out…');
        await south.workbench
            .notification(/was checked out by ulla on .*: “Rev C”\. Ask ulla to check it in/)
            .waitFor();
        await pictures(south.workbench, 'refused');
        await south.workbench.clearNotifications();
    });

    it('says as whom one is signed in, where, and what one may do', async () => {
        const { workbench } = north;
        const hover = await workbench.showHover(
            workbench.statusBarItem('1 checked out'),
            'Signed in to the lock server',
        );
        assert.match(
            await hover.innerText(),
            /as ulla \(user\)\. The setting cncCheckout\.userName is not used there\./,
        );
        await workbench.screenshot('two-sites-hover');
        await workbench.page.mouse.move(400, 300);
    });

    it('takes a check-in here for a check-out there', async () => {
        await north.workbench.view.pickFromContextMenu('4801247.vnc', 'Check In');
        await north.workbench.quickInput.waitFor('No changes since check-out');
        await north.workbench.quickInput.pick('Release');
        await north.workbench.statusBarItem('No files checked out by you').waitFor();
        await south.workbench.view.waitForNo('4801247.vnc', 'ulla');
        await north.workbench.view.expand('job12');
        await north.workbench.view.pickFromContextMenu('op1.vnc', 'Check Out…');
        await north.workbench.quickInput.waitFor('What are you going to change?');
        await north.workbench.quickInput.answer('Slower feed');
        await south.workbench.view.expand('job12');
        await south.workbench.view.waitFor('op1.vnc', 'ulla · just now · Slower feed');
    });

    it('asks what to do while the newest content is on its way, and takes each answer', async () => {
        const at = (site: Session): string => join(site.folder, 'repo', '4801247.vnc');
        const newest = 'G0 X1\nM30\n';
        // What was there is kept as revision 1 with the first check-in, and the south has that.
        const old = await readFile(at(south));
        await north.workbench.view.pickFromContextMenu('4801247.vnc', 'Check Out…');
        await north.workbench.quickInput.pick('4801247.vnc Only');
        await north.workbench.quickInput.waitFor('What are you going to change?');
        await north.workbench.quickInput.answer('Rev D');
        await north.workbench.statusBarItem('2 checked out').waitFor();
        await writeFile(at(north), newest);
        await north.workbench.view.pickFromContextMenu('4801247.vnc', 'Check In');
        await north.workbench.statusBarItem('1 checked out').waitFor();
        const { workbench } = south;
        const checkOut = async (answer: string): Promise<void> => {
            await workbench.view.waitForNo('4801247.vnc', 'ulla');
            await workbench.view.pickFromContextMenu('4801247.vnc', 'Check Out…');
            await workbench.quickInput.pick('4801247.vnc Only');
            const dialog = workbench.dialog('The newest content of 4801247.vnc has not arrived at this site yet.');
            await dialog.waitFor();
            assert.match(await dialog.innerText(), /It is revision 2 of ulla, .* What is here is still revision 1\./);
            if (answer === 'Wait') await pictures(workbench, 'not-arrived');
            await workbench.clickDialogButton(answer);
            await workbench.quickInput.waitFor('What are you going to change?');
            await workbench.quickInput.answer('Rev E');
        };
        const release = async (): Promise<void> => {
            await workbench.statusBarItem('1 checked out').waitFor();
            await workbench.view.pickFromContextMenu('4801247.vnc', 'Check In');
            await workbench.quickInput.pick('Release');
            await workbench.statusBarItem('No files checked out by you').waitFor();
        };
        await checkOut('Check Out As It Is');
        await release();
        assert.deepEqual(await readFile(at(south)), old);
        await checkOut('Wait');
        await workbench.notification(/Waiting until revision 2 of 4801247\.vnc by ulla has arrived here\./).waitFor();
        await pictures(workbench, 'waiting');
        await workbench.statusBarItem('No files checked out by you').waitFor();
        await writeFile(at(south), newest);
        await workbench.notification('4801247.vnc has arrived, and is checked out by you now.').waitFor();
        await release();
        await workbench.clearNotifications();
        await writeFile(at(south), old);
        await checkOut('Fetch from Lock Server');
        // The lock comes first, and the editor shows the content once it is there.
        await workbench.page
            .locator('.view-line')
            .filter({ hasText: /^G0\sX1$/ })
            .waitFor();
        assert.equal(await readFile(at(south), 'utf8'), newest);
        await release();
    });

    it('lets a foreman take over, and tells whose it was', async () => {
        const { workbench } = south;
        await workbench.view.pickFromContextMenu('op1.vnc', 'Take Over…');
        await workbench.dialog('Take over op1.vnc from ulla?').waitFor();
        await pictures(workbench, 'take-over');
        await workbench.clickDialogButton('Take Over');
        await workbench.quickInput.waitFor('Why do you take over');
        await workbench.quickInput.answer('Machine 3 waits');
        await workbench.view.waitForBadge('op1.vnc', '✎');
        await north.workbench.notification(/job12\/op1\.vnc was taken over from you by alice/).waitFor();
        await north.workbench.view.waitFor('op1.vnc', 'alice · just now · Machine 3 waits');
        await pictures(north.workbench, 'taken-over');
        await north.workbench.clearNotifications();
    });

    it('says to a plain user that only a foreman may', async () => {
        const { workbench } = north;
        await workbench.view.pickFromContextMenu('op1.vnc', 'Take Over…');
        await workbench.notification(/lets only a foreman do this \(take-over\), and ulla is none/).waitFor();
        await pictures(workbench, 'not-a-foreman');
        await workbench.clearNotifications();
        await workbench.view.waitFor('op1.vnc', 'alice');
    });

    it('goes on by itself when the server dies and its standby takes its place', async () => {
        await server.primary.kill();
        for (const { workbench } of [north, south]) {
            await workbench.statusBarItem('Lock server unreachable').waitFor();
            await workbench.page
                .locator('.sidebar')
                .getByText('The lock server is unreachable. Last updated')
                .waitFor();
            await pictures(workbench, 'away');
        }
        await north.workbench.view.pickFromContextMenu('op2.vnc', 'Check Out…');
        await north.workbench.notification(/Nothing was changed, and what you see may be old/).waitFor();
        await pictures(north.workbench, 'away-refused');
        await north.workbench.clearNotifications();
        await server.standby!.promote();
        await north.workbench.statusBarItem('No files checked out by you').waitFor();
        await south.workbench.statusBarItem('1 checked out').waitFor();
        await south.workbench.view.waitFor('op1.vnc', 'alice');
        await north.workbench.view.pickFromContextMenu('op2.vnc', 'Check Out…');
        await north.workbench.quickInput.waitFor('What are you going to change?');
        await north.workbench.quickInput.answer('New holder on T3');
        await south.workbench.view.waitFor('op2.vnc', 'ulla · just now · New holder on T3');
        await pictures(south.workbench, 'back');
    });

    it('shows a viewer all, and no command that changes anything', async () => {
        const { workbench } = north;
        await workbench.runCommand('CNC: Sign Out of Lock Server');
        await workbench.welcome.getByText('are recorded on a lock server').waitFor();
        await workbench.runCommand('CNC: Sign In to Lock Server…');
        await workbench.quickInput.waitFor('Your name at the lock server');
        await workbench.quickInput.answer('victor');
        await workbench.quickInput.waitFor('Password of victor');
        await workbench.quickInput.answer(PASSWORD);
        await workbench.view.waitFor('job12');
        await workbench.view.expand('job12');
        await workbench.view.waitFor('op2.vnc', 'ulla');
        const menu = await workbench.view.openContextMenu('op1.vnc');
        const entries = await entriesOf(menu);
        await pictures(workbench, 'viewer');
        await workbench.page.keyboard.press('Escape');
        assert.deepEqual(entries, [
            'Open',
            'Open to the Side',
            'Copy Lock Details',
            'Show History',
            'Reveal in Explorer View',
            'Copy Path',
            'Copy Link',
        ]);
        const commands = await workbench.commandsFor('CNC: Check');
        assert.ok(!commands.some((label) => label.startsWith('CNC: Check')), commands.join());
    });
});
