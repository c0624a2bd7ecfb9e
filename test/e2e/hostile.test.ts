import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandsToTerminals, keysThatLeadAway, keysThatTrouble } from '../unit/support/attacks';
import { assertPlain, wouldBeLinks } from './support/plainText';
import { openSession, type Session } from './support/session';

/** A name that would end the text of a badge, and the style sheet's rule around it. */
const user = '" }';
const message = `${wouldBeLinks} ${commandsToTerminals}\n2026-11-23 12:00:00.000 [error] not from here`;
/** The name of a file that would be an icon and look like a link. */
const odd = '$(flame) [x](y).vnc';

describe('A hostile locks file, in the workbench', function () {
    let session: Session;

    const text = (holder: string): object => ({
        user: holder,
        timestamp: new Date().toISOString(),
        message,
        host: message,
    });
    const entries = (): [string, object][] => [
        ['4801247.vnc', text(user)],
        ['job12/op1.vnc', text('Maria')],
        ...[...keysThatLeadAway, ...keysThatTrouble].map((key): [string, object] => [key, text('Eve')]),
    ];
    const locks = (): string =>
        `{${entries()
            .map(([key, lock]) => `${JSON.stringify(key)}: ${JSON.stringify(lock)}`)
            .join(',\n')}}`;
    const file = (): string => join(session.folder, 'locks.json');

    before(async () => {
        // Room for every row: the tree has a notice for each entry that names no file.
        const viewport = { width: 1280, height: 1400 };
        session = await openSession({ locks: locks(), settings: { 'cncCheckout.userName': 'Maria' }, viewport });
        await writeFile(join(session.folder, 'repo', odd), '%\n');
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('hostile-failed');
    });
    after(() => session?.close());

    it('does not break the Explorer', async () => {
        const { workbench } = session;
        await workbench.statusBarItem('1 checked out').waitFor();
        await workbench.explorer.expand('repo');
        await workbench.explorer.waitForBadge('4801247.vnc', '?');
        await workbench.explorer.expand('job12');
        await workbench.explorer.waitForBadge('op1.vnc', '✎');
        const labels = (await workbench.explorer.readAll()).map(({ label }) => label);
        for (const name of ['job12', 'op1.vnc', '4801247.mcam', '4801247.vnc', odd, 'notes.txt']) {
            assert.ok(labels.includes(name), `${name} is not among ${labels.join()}`);
        }
        await workbench.screenshot('hostile-explorer');
    });

    it('is text in the tree, one line a row', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor('4801247.vnc', '[Click me](command:');
        await workbench.view.waitFor(odd);
        await workbench.screenshot('hostile-tree');
        await assertPlain(workbench.view.row('4801247.vnc'), wouldBeLinks.replace(/ https.*/, ''));
        const rows = await workbench.view.readAll();
        assert.ok(rows.length > 6);
        for (const { label, description, ariaLabel } of rows) {
            assert.doesNotMatch(`${label}${description}`, /\p{Cc}|\p{Bidi_Control}/u);
            assert.doesNotMatch(ariaLabel.replaceAll('\n', ''), /\p{Cc}|\p{Bidi_Control}/u);
        }
        assert.ok(!rows.some(({ label }) => label.includes('outside') && label.includes('\\')));
        const all = workbench.view.element;
        assert.equal(await all.locator('a[href], img, strong, .codicon-flame').count(), 0);
    });

    it('is text in the refusal, where no link runs a command', async () => {
        const { workbench } = session;
        await workbench.view.row('4801247.vnc').click();
        await workbench.editorTab('4801247.vnc').waitFor();
        await workbench.runCommand('CNC: Check Out…');
        const refusal = workbench.notification('by " }');
        await refusal.waitFor();
        await workbench.screenshot('hostile-refusal');
        assert.match(await refusal.innerText(), /\[Click me\] \(command:.* \*\*bold\*\* <img src=x>/s);
        assert.equal(await refusal.locator('a[href], img, strong, .codicon-flame').count(), 0);
        assert.deepEqual(await workbench.notificationButtons('by " }'), [
            'Open Read-Only',
            'Copy Lock Details',
            'Take Over…',
        ]);
        await workbench.clearNotifications();
    });

    it('is text in a list of files and in the status bar', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Find File in Repository…');
        await workbench.quickInput.type('4801247.vnc');
        const held = workbench.quickInput.item('4801247.vnc');
        await held.waitFor();
        await workbench.screenshot('hostile-find');
        // A space keeps the list from drawing an icon.
        const shown = wouldBeLinks.replace('$(', '$ (').replace('https://example.invalid', 'https://example.invali…');
        await assertPlain(held, shown);
        await workbench.quickInput.cancel();
        await workbench.openContainer('CNC Checkout');
        await workbench.view.row(odd).click();
        await workbench.editorTab('[x](y).vnc').waitFor();
        await workbench.runCommand('CNC: Check Out…');
        await workbench.quickInput.waitFor('Check Out $(flame) [x](y).vnc');
        await workbench.quickInput.answer(message);
        await workbench.statusBarItem('Checked out $ (flame) [x](y).vnc').waitFor();
        await workbench.screenshot('hostile-status-bar');
        assert.equal(await workbench.page.locator('.statusbar .codicon-flame').count(), 0);
        const item = workbench.statusBarItem('2 checked out');
        await workbench.showHover(item, 'You have 2 files checked out');
        await workbench.screenshot('hostile-status-bar-hover');
        await assertPlain(workbench.hover, '[Click me](command:');
        await item.click();
        await workbench.quickInput.waitFor('My Check-Outs');
        await workbench.screenshot('hostile-my-check-outs');
        await assertPlain(workbench.quickInput.element.locator('.quick-input-list'), '$ (flame) [x](y).vnc');
        await workbench.quickInput.cancel();
    });

    it('is text in the question before a restore, which restores only what was shown', async () => {
        const { workbench } = session;
        const before = await readFile(file(), 'utf8');
        await writeFile(file(), before.slice(0, -3));
        await workbench.statusBarItem('Locks file damaged').waitFor();
        await workbench.runCommand('CNC: Restore Last Good Locks File…');
        const dialog = workbench.dialog('Restore the last good copy');
        await dialog.waitFor();
        await workbench.screenshot('hostile-restore');
        assert.equal(await dialog.locator('a[href], img, strong, .codicon-flame').count(), 0);
        assert.match(await dialog.innerText(), /4801247\.vnc \(" }\)/);
        // Meanwhile someone repairs it, and someone checks out.
        const repaired = before.replace('"4801247.vnc"', '"4801247.mcam"');
        await writeFile(file(), repaired);
        await workbench.clickDialogButton('Restore');
        const outdated = workbench.notification('changed while you were deciding, so nothing was restored');
        await outdated.waitFor();
        await workbench.screenshot('hostile-restore-outdated');
        assert.equal(await readFile(file(), 'utf8'), repaired);
        // Asked again, it tells what would change now.
        await workbench.clickNotificationButton('changed while you were deciding', 'Restore Last Good Copy');
        await dialog.getByText('The locks file is intact').waitFor();
        const shown = await dialog.innerText();
        assert.match(shown, /These locks would come back:\s+4801247\.vnc \(" }\)/);
        assert.match(shown, /These locks would be lost:\s+4801247\.mcam \(" }\)/);
        await workbench.screenshot('hostile-restore-again');
        await workbench.clickDialogButton('Cancel');
        assert.equal(await readFile(file(), 'utf8'), repaired);
    });
});
