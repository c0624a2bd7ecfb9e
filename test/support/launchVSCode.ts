import { appendFileSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import type { BrowserVSCode } from './browserVSCode';
import type { DesktopVSCode } from './chooseVSCode';
import { launchChromium } from './chromium';
import { exitCodeOf } from './processes';
import { startServer, writeServerSettings } from './vscodeServer';
import { writeSettings } from './vscodeSettings';
import { watchWindow } from './watchdog';

/** What a launcher needs to run a tests module in the extension host of a VS Code. */
export interface HostLaunch {
    readonly extensionFolder: string;
    readonly testsModule: string;
    readonly workspaceFolder: string;
    /** An empty folder for what VS Code keeps: settings, extensions, logs. */
    readonly dataFolder: string;
    /** Where VS Code's own console goes: too many words about itself to show them while all is well. */
    readonly consoleFile: string;
    /** What the tests did last, in a few words. */
    readonly doing: () => string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly restricted: boolean;
    readonly environment: NodeJS.ProcessEnv;
}

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

/**
 * Runs a tests module in desktop VS Code and returns its exit code. `runTests` of test-electron always switches
 * workspace trust off, so the Restricted Mode suites could not run through it.
 */
export async function launchOnDesktop(vscode: DesktopVSCode, launch: HostLaunch): Promise<number> {
    await writeSettings(join(launch.dataFolder, 'User'), launch.settings);
    const output = openSync(launch.consoleFile, 'a');
    const [command, before] = vscode.hasDisplay ? [vscode.executable, []] : ['xvfb-run', ['-a', vscode.executable]];
    return exitCodeOf(
        command,
        [
            ...before,
            launch.workspaceFolder,
            `--extensionDevelopmentPath=${launch.extensionFolder}`,
            `--extensionTestsPath=${launch.testsModule}`,
            `--user-data-dir=${launch.dataFolder}`,
            `--extensions-dir=${join(launch.dataFolder, 'extensions')}`,
            ...(launch.restricted ? [] : ['--disable-workspace-trust']),
            '--disable-updates',
            '--skip-welcome',
            '--skip-release-notes',
            '--disable-telemetry',
            // Electron's sandbox needs rights that containers and root do not have.
            ...(process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu-sandbox'] : []),
        ],
        {
            env: withoutVSCode({ ...process.env, ...launch.environment }),
            stdio: ['ignore', output, output],
            doing: launch.doing,
        },
    );
}

/** A terminal inside VS Code has variables that would make the new one a part of the old. */
function withoutVSCode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
    return Object.fromEntries(kept);
}
