import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { browserObstacle, installBrowserVSCode } from '../support/browserVSCode';
import { isInstalled } from '../support/installed';
import { endProgramsWith, exitCodeOf } from '../support/processes';
import { root } from '../support/root';
import { startServer, writeServerSettings, type VSCodeServer } from '../support/vscodeServer';
import { calmSettings, writeSettings } from '../support/vscodeSettings';
import { timed } from './timed';

/** A VS Code with the extension, on a folder. */
export interface SampleWindow {
    /** What is open in it, at the beginning of a sentence. */
    readonly what: string;
    readonly folder: string;
    /** Where it keeps its own data: nothing of the user's is read or changed. */
    readonly dataFolder: string;
    readonly environment?: NodeJS.ProcessEnv;
}

const settings = { ...calmSettings, 'security.workspace.trust.enabled': false };

/** Opens the view and a program in the window, and says there what to click. */
const opener = join(root, 'test', 'fixtures', 'startExtension');

/**
 * Opens windows, in desktop VS Code where that is installed, else in the browser, until they are closed.
 * @param ended resolves when they are to be ended
 */
export async function openWindows(
    windows: readonly SampleWindow[],
    whatToClick: string,
    ended: Promise<void>,
): Promise<void> {
    const desktop = process.env['CNC_CHECKOUT_VSCODE'] !== 'browser' && isInstalled('code');
    await (desktop ? onDesktop : inBrowser)(windows, whatToClick, ended);
}

async function onDesktop(windows: readonly SampleWindow[], whatToClick: string, ended: Promise<void>): Promise<void> {
    for (const { dataFolder } of windows) await writeSettings(join(dataFolder, 'User'), settings);
    const close = windows.length === 1 ? 'Close its window' : 'Close its windows';
    console.log(`Opening it in desktop VS Code. ${close} or press Ctrl-C here to end it.`);
    console.log(whatToClick);
    const running = Promise.all(windows.map(runDesktop));
    const codes = await Promise.race([running, ended]);
    if (codes === undefined) {
        // The command started the windows on its own and would leave them open.
        for (const { dataFolder } of windows) endProgramsWith(dataFolder);
        await running;
        return;
    }
    const failed = codes.find((code) => code !== 0);
    if (failed !== undefined) throw new Error(`VS Code ended with exit code ${failed}.`);
}

function runDesktop({ folder, dataFolder, environment }: SampleWindow): Promise<number> {
    const args = [
        '--wait',
        '--new-window',
        `--user-data-dir=${dataFolder}`,
        `--extensions-dir=${join(dataFolder, 'extensions')}`,
        `--extensionDevelopmentPath=${root}`,
        `--extensionDevelopmentPath=${opener}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        folder,
    ];
    const onWindows = process.platform === 'win32';
    // There `code` is a batch file, which takes a shell, and to a shell only what is quoted is one word.
    const words = onWindows ? args.map((argument) => `"${argument}"`) : args;
    return exitCodeOf('code', words, { shell: onWindows, env: { ...process.env, ...environment } });
}

async function inBrowser(windows: readonly SampleWindow[], whatToClick: string, ended: Promise<void>): Promise<void> {
    const obstacle = browserObstacle();
    if (obstacle !== undefined) throw new Error(`Install VS Code with its \`code\` command. ${obstacle}`);
    const vscode = await timed('Getting VS Code for the browser', () => installBrowserVSCode('current'));
    const servers: VSCodeServer[] = [];
    try {
        await timed('Starting VS Code', async () => {
            for (const { dataFolder, environment = {} } of windows) {
                await putExtensions(join(dataFolder, 'extensions'));
                await writeServerSettings(dataFolder, settings);
                const options = { dataFolder, options: ['--disable-workspace-trust'], environment };
                servers.push(await startServer(vscode, options));
            }
        });
        const addresses = windows.map(({ folder }, at) => servers[at]!.address(folder));
        for (const [at, { what }] of windows.entries()) console.log(`\n${what} is open at\n\n    ${addresses[at]}`);
        console.log(`${whatToClick}\n\nPress Ctrl-C to end it.`);
        for (const address of addresses) await openAddress(address);
        await Promise.race([ended, ...servers.map((server) => server.ended)]);
    } finally {
        await Promise.all(servers.map((server) => server.stop()));
    }
}

/** Where VS Code finds them at its start: to pack and install them would take longer than all else. */
async function putExtensions(folder: string): Promise<void> {
    const ours = join(folder, 'cnc-checkout');
    for (const name of ['package.json', 'dist', 'media'])
        await cp(join(root, name), join(ours, name), { recursive: true });
    await cp(opener, join(folder, 'start'), { recursive: true });
}

async function openAddress(address: string): Promise<void> {
    // On Linux without a display xdg-open would take a text browser, in this very terminal.
    const shown = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
    if (!shown) return;
    const { default: open } = await import('open');
    // The address is on the screen: whoever has no opener can click it.
    await open(address).then(
        (opened) => opened.on('error', () => undefined),
        () => undefined,
    );
}
