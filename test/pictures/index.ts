/** Takes the pictures of README and docs anew, on the sample shop, so that they show the version that they stand in. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { provideBrowser } from '../support/chromium';
import { packExtension } from '../e2e/support/packExtension';
import { root } from '../support/root';
import { copySampleShop } from '../start/sampleShop';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { openSession, type SessionOptions } from '../e2e/support/session';
import { endVSCode } from '../e2e/support/vscode';
import type { Scene } from './scene';
import { BRACKET, scenes } from './scenes';

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
                    await page.mouse.move(0, 0);
                    await page.evaluate(() => document.fonts.ready);
                    await page.screenshot({
                        path: join(root, 'media', 'readme', `${name}.png`),
                        animations: 'disabled',
                        // It would hide what is below it, and may name a folder of this computer.
                        style: '.monaco-hover { visibility: hidden !important; }',
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
