import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { browserObstacle, installBrowserVSCode } from '../support/browserVSCode';
import { isInstalled } from '../support/installed';
import { calmSettings, writeSettings } from '../support/vscodeSettings';
import { endingSignals, endProgramsWith, exitCodeOf } from '../support/processes';
import { root } from '../support/root';
import { copySampleShop } from './sampleShop';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { startServer, writeServerSettings } from '../support/vscodeServer';

/** VS Code's own data lives in a folder that goes away afterwards: nothing of the user's is read or changed. */
const settings = { ...calmSettings, 'security.workspace.trust.enabled': false };

/** Opens the view and a program in the window, and says there what to click. */
const opener = join(root, 'test', 'fixtures', 'startExtension');

const whatToClick = `
Start here: click Check Out, the pencil at the top right of the editor, and change the program. Then save it, and check
it in. The tree beside it shows who has what.`;

/** Opens the extension on a sample shop, until the window is closed or Ctrl-C is pressed. */
export async function start(): Promise<boolean> {
    const ended = interrupted();
    const scratch = await makeTemporaryFolder();
    try {
        const sample = join(scratch, 'sample');
        await timed('Copying the sample shop', () => copySampleShop(sample));
        const dataFolder = join(scratch, 'data');
        const desktop = process.env['CNC_CHECKOUT_VSCODE'] !== 'browser' && isInstalled('code');
        await (desktop ? onDesktop : inBrowser)(sample, dataFolder, ended);
        return true;
    } finally {
        await removeFolder(scratch);
    }
}

async function onDesktop(sample: string, dataFolder: string, ended: Promise<void>): Promise<void> {
    await writeSettings(join(dataFolder, 'User'), settings);
    console.log('Opening it in desktop VS Code. Close its window or press Ctrl-C here to end it.');
    console.log(whatToClick);
    const args = [
        '--wait',
        '--new-window',
        `--user-data-dir=${dataFolder}`,
        `--extensions-dir=${join(dataFolder, 'extensions')}`,
        `--extensionDevelopmentPath=${root}`,
        `--extensionDevelopmentPath=${opener}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        sample,
    ];
    const onWindows = process.platform === 'win32';
    // There `code` is a batch file, which takes a shell, and to a shell only what is quoted is one word.
    const words = onWindows ? args.map((argument) => `"${argument}"`) : args;
    const running = exitCodeOf('code', words, { shell: onWindows });
    const code = await Promise.race([running, ended]);
    if (code === undefined) {
        // The command started the window on its own and would leave it open.
        endProgramsWith(dataFolder);
        await running;
    } else if (code !== 0) {
        throw new Error(`VS Code ended with exit code ${code}.`);
    }
}

async function inBrowser(sample: string, dataFolder: string, ended: Promise<void>): Promise<void> {
    const obstacle = browserObstacle();
    if (obstacle !== undefined) throw new Error(`Install VS Code with its \`code\` command. ${obstacle}`);
    const vscode = await timed('Getting VS Code for the browser', () => installBrowserVSCode('current'));
    await putExtensions(join(dataFolder, 'extensions'));
    await writeServerSettings(dataFolder, settings);
    const options = { dataFolder, options: ['--disable-workspace-trust'] };
    const server = await timed('Starting VS Code', () => startServer(vscode, options));
    try {
        const address = server.address(sample);
        console.log(`\nThe sample is open at\n\n    ${address}\n${whatToClick}\n\nPress Ctrl-C to end it.`);
        await openAddress(address);
        await Promise.race([ended, server.ended]);
    } finally {
        await server.stop();
    }
}

/** Where VS Code finds them at its start: to pack and install them would take longer than all else. */
async function putExtensions(folder: string): Promise<void> {
    const ours = join(folder, 'cnc-checkout');
    for (const name of ['package.json', 'dist', 'media'])
        await cp(join(root, name), join(ours, name), { recursive: true });
    await cp(opener, join(folder, 'start'), { recursive: true });
}

/** Says what is done, and then how long it took. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    console.log(`${what} …`);
    const began = performance.now();
    const result = await work();
    console.log(`  ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return result;
}

/** Resolves at Ctrl-C and its like. One may come twice: from the terminal, and through the process that started this one. */
async function interrupted(): Promise<void> {
    return new Promise((resolve) => {
        for (const name of endingSignals) process.on(name, () => resolve());
    });
}

async function openAddress(address: string): Promise<void> {
    // On Linux without a display xdg-open would take a text browser, in this very terminal.
    const shown = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
    if (!shown) return;
    const { default: open } = await import('open');
    // The address is on the screen: whoever has no opener can click it.
    await open(address).then(
        (opener) => opener.on('error', () => undefined),
        () => undefined,
    );
}
