import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { colleague } from '../e2e/support/colleague';
import type { SessionOptions } from '../e2e/support/session';
import { age, change, colourOf, nextFrame, openProgram, raiseHistory, type Scene, type, widenSideBar } from './scene';

export const BRACKET = '4801247 Bracket';
const MANIFOLD = '4801310 Manifold';
/** Room for two programs side by side: where there is less, VS Code shows one below the other. */
const WIDER = { width: 1440, height: 760 };

/** A program that was changed three times, and labelled; revision 2 is shown beside the file as it is now. */
async function showHistory(scene: Scene): Promise<void> {
    const { workbench, folder } = scene.session;
    const name = '4801310-op1.vnc';
    const file = `${MANIFOLD}/${name}`;
    await widenSideBar(scene, 480);
    await change(scene, file, 'Tomáš', 'Slower in the corner', [/F[0-9.]+/, 'F120.']);
    await change(scene, file, 'Dave', 'New holder on T3', [/S[0-9]+/, 'S4500']);
    await change(scene, file, 'Ingrid', 'Z of T3 on the DNM 5700', [/Z3\./, 'Z2.5']);
    await colleague('Dave', folder, 'label', `${file}@2`, 'ECO 1182');
    await age(scene, [40, 40, 40, 12.2, 12.1, 2.3, 2.2, 2]);
    await openProgram(scene, MANIFOLD, name);
    await workbench.view.pickFromContextMenu(name, 'Show History');
    await workbench.history.waitFor(/^4 · Ingrid · 2 days ago/);
    await raiseHistory(scene, 40);
    await workbench.history.pickFromContextMenu(/^2 · /, 'Compare with File Now');
    await workbench.page.locator('.monaco-diff-editor .original .view-line').first().waitFor();
    await scene.take('history');
    await workbench.history.pickFromContextMenu(/^2 · /, 'Restore This Revision…');
    await workbench.dialog(/Check out 4801310-op1\.vnc/).waitFor();
    await workbench.clickDialogButton('Check Out…');
    await workbench.quickInput.answer('Back to ECO 1182');
    await workbench.dialog(/Restore revision 2/).waitFor();
    await workbench.view.waitForBadge(name, '✎');
    await scene.take('restore');
    await workbench.clickDialogButton('Cancel');
}

/** A program that somebody changed at the machine, while nobody had it checked out. */
async function showOutsideChange(scene: Scene): Promise<void> {
    const { workbench } = scene.session;
    const name = '4801310-op1.vnc';
    const file = `${MANIFOLD}/${name}`;
    await widenSideBar(scene, 480);
    await change(scene, file, 'Dave', 'New holder on T3', [/S[0-9]+/, 'S4500']);
    await age(scene, [2.2, 2.2, 2.1]);
    await writeFile(scene.onDisk(file), (await readFile(scene.onDisk(file), 'utf8')).replace(/F[0-9.]+/, 'F290.'));
    await workbench.view.expand(MANIFOLD);
    await workbench.view.waitFor(name, 'changed outside');
    await workbench.runCommand('Problems: Focus on Problems View');
    await workbench.page
        .locator('.markers-panel')
        .getByText(/Changed outside/)
        .first()
        .waitFor();
    await workbench.view.pickFromContextMenu(name, 'Check Out…');
    await workbench.dialog(/changed outside/).waitFor();
    await scene.take('changed-outside');
    await workbench.clickDialogButton('Cancel');
}

/** Every picture, by the window that it is taken in. */
export const scenes: readonly (readonly [SessionOptions, (scene: Scene) => Promise<void>])[] = [
    [
        {},
        async (scene) => {
            const { workbench } = scene.session;
            await widenSideBar(scene, 560);
            await workbench.view.expand(BRACKET);
            await openProgram(scene, MANIFOLD, '4801310-op1.vnc');
            await workbench.view.waitFor('4801310-op3.vnc', 'Dave');
            await scene.take('tree');
            await openProgram(scene, MANIFOLD, '4801310-op3.vnc');
            await type(scene, '(');
            await workbench.page.locator('.monaco-editor-overlaymessage').waitFor();
            await scene.take('protection');
            await workbench.view.pickFromContextMenu('4801310-op3.vnc', 'Take Over…');
            await workbench.dialog(/Dave/).waitFor();
            await scene.take('take-over');
            await workbench.clickDialogButton('Cancel');
            await workbench.runCommand('CNC: Group by Job');
            await workbench.view.expand('4801247');
            await scene.take('by-job');
            await workbench.runCommand('CNC: Group by Folder');
            await workbench.view.pickFromContextMenu('4801310-op1.vnc', 'Check Out…');
            await workbench.quickInput.element.getByText('4801310').first().waitFor();
            await scene.take('job');
            await workbench.quickInput.cancel();
        },
    ],
    [
        { theme: 'light', viewport: { width: 700, height: 560 } },
        async (scene) => {
            const { workbench } = scene.session;
            await workbench.openExplorer();
            await widenSideBar(scene, 330);
            await workbench.explorer.expand('repo');
            await workbench.explorer.expand(BRACKET);
            await workbench.explorer.waitFor('4801247-op2.vnc');
            await scene.take('explorer');
        },
    ],
    [
        { settings: { 'cncCheckout.jobSets': 'never' }, viewport: WIDER },
        async (scene) => {
            const { workbench, folder } = scene.session;
            await widenSideBar(scene, 430);
            await workbench.view.expand(BRACKET);
            // Checked out on this computer, so that it knows what was in them.
            const held = ['4801247-op2.vnc', '4801247.mcam'];
            const paths = held.map((name) => `${BRACKET}/${name}`);
            await colleague('Maria', folder, 'check-in', ...paths, '--from-other-computer', '--no-revision');
            for (const name of ['4801247-op1.vnc', ...held]) {
                await workbench.view.waitForNo(name, 'Maria');
                await workbench.view.pickFromContextMenu(name, 'Check Out…');
                await workbench.quickInput.answer('Rev C: soft jaws moved to the left stop');
                await workbench.view.waitFor(name, 'Maria');
            }
            await openProgram(scene, BRACKET, '4801247-op1.vnc');
            await type(scene, '(SOFT JAWS AT THE LEFT STOP)\n');
            await workbench.page.keyboard.press('ControlOrMeta+S');
            await workbench.view.waitFor('4801247-op1.vnc', 'modified');
            await scene.take('modified');
            await workbench.view.pickFromContextMenu('4801247-op1.vnc', 'Compare with Version at Check-Out');
            await workbench.page.locator('.monaco-diff-editor .original .view-line').first().waitFor();
            await scene.take('compare');
            await workbench.view.pickFromContextMenu('4801247-op1.vnc', 'Undo Check-Out…');
            await workbench.dialog(/4801247-op1\.vnc/).waitFor();
            await scene.take('undo');
            await workbench.clickDialogButton('Cancel');
            await openProgram(scene, BRACKET, '4801247-op2.vnc');
            await type(scene, '(NOT SAVED YET)');
            await workbench.runCommand('CNC: Check In All My Files');
            await workbench.quickInput.item(/4801247-op2\.vnc.*unsaved/s).waitFor();
            await workbench.quickInput.item(/4801247\.mcam.*unchanged/is).waitFor();
            await scene.take('end-of-shift');
            await workbench.quickInput.cancel();
        },
    ],
    [{ settings: { 'cncCheckout.jobSets': 'never' }, viewport: WIDER }, showHistory],
    [{ settings: { 'cncCheckout.jobSets': 'never' }, theme: 'light' }, showOutsideChange],
    [
        { settings: { 'cncCheckout.jobSets': 'never' } },
        async (scene) => {
            const { workbench } = scene.session;
            const part = '4801310.mcam';
            const onDisk = scene.onDisk(`${MANIFOLD}/${part}`);
            await workbench.view.expand(MANIFOLD);
            const before = new Date(Date.now() - 47 * 3_600_000);
            for (const name of ['4801310-op1.vnc', '4801310-op2.vnc']) {
                await utimes(scene.onDisk(`${MANIFOLD}/${name}`), before, before);
            }
            const changed = new Date();
            await utimes(onDisk, changed, changed);
            await widenSideBar(scene, 480);
            await workbench.view.waitFor('4801310-op1.vnc', /older|posted/i);
            await workbench.runCommand('Problems: Focus on Problems View');
            await scene.take('stale');
            await workbench.runCommand('View: Hide Panel');
            await workbench.view.pickFromContextMenu(part, 'Check Out…');
            await workbench.quickInput.answer('Pocket 1 mm deeper');
            await workbench.view.waitFor(part, 'Maria');
            await writeFile(onDisk, Buffer.concat([await readFile(onDisk), Buffer.alloc(4096)]));
            await workbench.view.waitFor(part, 'modified');
            await workbench.view.pickFromContextMenu(part, 'Compare with Version at Check-Out');
            await workbench.page.locator('.monaco-diff-editor .original .view-line').nth(2).waitFor();
            await scene.take('part');
        },
    ],
    [
        {},
        async (scene) => {
            const { workbench, folder } = scene.session;
            await widenSideBar(scene, 560);
            await workbench.view.expand(BRACKET);
            await workbench.view.expand(MANIFOLD);
            await workbench.view.waitFor('4801247-op2.vnc', 'Maria');
            const name = '4801247-op2.vnc';
            const green = await colourOf(scene, name);
            const repository = join(folder, 'repo');
            await rename(repository, join(folder, 'away'));
            await workbench.runCommand('CNC: Refresh');
            await workbench.page.getByText('The share is unreachable. Last updated').waitFor();
            // VS Code asks for the colours of rows later than for the rows.
            while ((await colourOf(scene, name)) === green) await nextFrame(scene);
            await scene.take('offline');
            await rename(join(folder, 'away'), repository);
        },
    ],
];
