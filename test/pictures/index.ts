/** Takes the pictures of README and docs anew, on the sample shop, so that they show the version that they stand in. */

import { mkdir, rename, utimes, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provideBrowser } from '../support/chromium';
import { packExtension } from '../e2e/support/packExtension';
import { root } from '../support/root';
import { copySampleShop } from '../start/sampleShop';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { colleague } from '../e2e/support/colleague';
import { openSession, type Session, type SessionOptions } from '../e2e/support/session';
import { endVSCode } from '../e2e/support/vscode';

interface Scene {
    readonly session: Session;
    /** A file of the sample's repository on disk. */
    readonly onDisk: (file: string) => string;
    readonly take: (name: string) => Promise<void>;
}

const BRACKET = '4801247 Bracket';
const MANIFOLD = '4801310 Manifold';
const SETTINGS = {
    'cncCheckout.userName': 'Maria',
    'files.autoSave': 'off',
    'editor.minimap.enabled': false,
};
const WIDE = { width: 1280, height: 720 };

/** Opens the sample shop in a window of its own, plays a scene in it, and closes it. */
async function play(options: SessionOptions, scene: (scene: Scene) => Promise<void>): Promise<void> {
    const folder = await makeTemporaryFolder();
    const shop = join(folder, 'shop');
    try {
        await mkdir(shop);
        await copySampleShop(shop);
        const settings = { ...SETTINGS, ...options.settings };
        const session = await openSession({ viewport: WIDE, ...options, settings, folder: shop });
        try {
            await session.workbench.openContainer('CNC Checkout');
            await session.workbench.view.waitFor(BRACKET);
            await scene({
                session,
                onDisk: (file) => join(shop, 'repo', ...file.split('/')),
                take: async (name) => {
                    const { page } = session.workbench;
                    await page.evaluate(() => document.fonts.ready);
                    await page.screenshot({
                        path: join(root, 'media', 'readme', `${name}.png`),
                        animations: 'disabled',
                    });
                    console.log(`${name}.png`);
                },
            });
        } finally {
            await session.close();
        }
    } finally {
        await removeFolder(folder);
    }
}

/** Drags the edge of the side bar until the rows have room for their holders. */
async function widenSideBar({ session }: Scene, width: number): Promise<void> {
    const { page } = session.workbench;
    const box = await page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('The window has no side bar.');
    const [edge, middle] = [box.x + box.width, box.y + box.height / 2];
    await page.mouse.move(edge, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + width, middle, { steps: 5 });
    await page.mouse.up();
}

async function openProgram({ session }: Scene, folder: string, name: string): Promise<void> {
    const { workbench } = session;
    await workbench.view.expand(folder);
    await workbench.view.row(name).click();
    await workbench.editorTab(new RegExp(name)).waitFor();
    await workbench.page.locator('.editor-instance .view-line').first().waitFor();
}

async function type({ session }: Scene, text: string): Promise<void> {
    const { page } = session.workbench;
    await page.locator('.editor-instance .view-line').nth(6).click();
    await page.keyboard.press('Home');
    await page.keyboard.type(text);
}

/** A program that was changed twice, and labelled; its first revision is shown beside the file as it is now. */
async function showHistory(scene: Scene): Promise<void> {
    const { workbench, folder } = scene.session;
    const file = `${MANIFOLD}/4801310-op1.vnc`;
    const onDisk = scene.onDisk(file);
    const change = async (user: string, message: string, from: RegExp, to: string): Promise<void> => {
        await colleague(user, folder, 'check-out', file, '--message', message);
        await writeFile(onDisk, (await readFile(onDisk, 'utf8')).replace(from, to));
        await colleague(user, folder, 'check-in', file, '--message', message);
    };
    await widenSideBar(scene, 480);
    await change('Tomáš', 'Slower in the corner', /F[0-9.]+/, 'F120.');
    await change('Dave', 'New holder on T3', /S[0-9]+/, 'S4500');
    await colleague('Dave', folder, 'label', `${file}@2`, 'ECO 1182');
    await openProgram(scene, MANIFOLD, '4801310-op1.vnc');
    await workbench.view.pickFromContextMenu('4801310-op1.vnc', 'Show History');
    await workbench.history.element.getByRole('treeitem').nth(2).waitFor();
    await workbench.history.pickFromContextMenu(/^1 · /, 'Compare with File Now');
    await workbench.page.locator('.monaco-diff-editor .original .view-line').first().waitFor();
    await scene.take('history');
}

const scenes: readonly (readonly [SessionOptions, (scene: Scene) => Promise<void>])[] = [
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
            await workbench.notification(/Dave/).waitFor();
            await scene.take('protection');
            await workbench.clearNotifications();
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
        { settings: { 'cncCheckout.jobSets': 'never' } },
        async (scene) => {
            const { workbench } = scene.session;
            await widenSideBar(scene, 400);
            await workbench.view.expand(BRACKET);
            for (const [name, message] of [['4801247-op1.vnc', 'Rev C: soft jaws moved to the left stop']] as const) {
                await workbench.view.pickFromContextMenu(name, 'Check Out…');
                await workbench.quickInput.answer(message);
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
            await scene.take('end-of-shift');
            await workbench.quickInput.cancel();
            await workbench.view.pickFromContextMenu('4801247-op1.vnc', 'Check In');
        },
    ],
    [{ settings: { 'cncCheckout.jobSets': 'never' }, viewport: { width: 1280, height: 760 } }, showHistory],
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
            await openProgram(scene, MANIFOLD, '4801310-op3.vnc');
            await workbench.view.waitFor('4801247-op2.vnc', 'Maria');
            const repository = join(folder, 'repo');
            await rename(repository, join(folder, 'away'));
            await workbench.runCommand('CNC: Refresh');
            await workbench.statusBarItem(/unreachable|cannot be reached/i).waitFor();
            await scene.take('offline');
            await rename(join(folder, 'away'), repository);
        },
    ],
];

async function takeAll(): Promise<void> {
    packExtension();
    provideBrowser();
    try {
        for (const [options, scene] of scenes) await play(options, scene);
    } finally {
        await endVSCode();
    }
}

takeAll().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
