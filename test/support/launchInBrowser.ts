import { appendFileSync } from 'node:fs';
import { format } from 'node:util';
import type { BrowserVSCode } from './browserVSCode';
import { launchChromium } from './chromium';
import type { HostLaunch } from './hostLaunch';
import { watchWindow } from './hungWindow';
import { startServer, writeServerSettings } from './vscodeServer';

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
        let watch: ReturnType<typeof watchWindow> | undefined;
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
            watch = watchWindow(page.context(), launch.doing);
            await page.goto(
                server.address(launch.workspaceFolder, [
                    ['extensionDevelopmentPath', `vscode-remote://remote${launch.extensionFolder}`],
                    ['extensionTestsPath', `vscode-remote://remote${launch.testsModule}`],
                ]),
            );
            return await Promise.race([ended, watch.hung]);
        } finally {
            watch?.stop();
            await browser.close();
        }
    } finally {
        await server.stop();
    }
}
