import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import type { BrowserVSCode } from './browserVSCode';
import { launchChromium } from './chromium';
import type { HostLaunch } from './hostLaunch';
import { PacedWatch } from './pace';
import { root } from './root';
import { startServer, writeServerSettings } from './vscodeServer';

/** Of a quiet machine, for which the tests in the window may neither begin nor end one. */
const LONGEST_SILENCE_MS = 180_000;

/** Runs a tests module in VS Code in the browser and returns its exit code. */
export async function launchInBrowser(vscode: BrowserVSCode, launch: HostLaunch): Promise<number> {
    await writeServerSettings(launch.dataFolder, launch.settings);
    const server = await startServer(vscode, {
        dataFolder: launch.dataFolder,
        // Only with the smoke test driver does the server's page read the payload.
        options: ['--enable-smoke-test-driver', ...(launch.restricted ? [] : ['--disable-workspace-trust'])],
        environment: launch.environment,
    });
    try {
        const browser = await launchChromium();
        let watching: NodeJS.Timeout | undefined;
        try {
            const page = await browser.newPage({
                permissions: ['clipboard-read', 'clipboard-write'],
                // Nobody looks at it, and without a graphics card the processor draws it.
                viewport: { width: 900, height: 600 },
                reducedMotion: 'reduce',
            });
            const ended = new Promise<number>((resolve, reject) => {
                // VS Code's page calls these two, when they are there, with what the extension host logs and how it ended.
                void page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) =>
                    appendFileSync(launch.consoleFile, `${type}: ${format(...values)}\n`),
                );
                void page.exposeFunction('codeAutomationExit', resolve);
                page.once('crash', () => reject(new Error('The browser page of VS Code crashed.')));
            });
            const hung = new Promise<number>((_, reject) => {
                const silence = new PacedWatch();
                let seen = launch.doing();
                watching = setInterval(() => {
                    if (launch.doing() !== seen) silence.reset();
                    seen = launch.doing();
                    if (silence.read() < LONGEST_SILENCE_MS) return;
                    clearInterval(watching);
                    takePicture(page).then((picture) => {
                        reject(new Error(`VS Code hung after "${seen}". ${picture} shows its window.`));
                    }, reject);
                }, 1000);
            });
            hung.catch(() => undefined);
            await page.goto(
                server.address(launch.workspaceFolder, [
                    ['extensionDevelopmentPath', `vscode-remote://remote${launch.extensionFolder}`],
                    ['extensionTestsPath', `vscode-remote://remote${launch.testsModule}`],
                ]),
            );
            return await Promise.race([ended, hung]);
        } finally {
            clearInterval(watching);
            await browser.close();
        }
    } finally {
        await server.stop();
    }
}

async function takePicture(page: Page): Promise<string> {
    const path = join(root, 'test', 'e2e', 'screenshots', 'hung.png');
    await page.screenshot({ path });
    return path;
}
