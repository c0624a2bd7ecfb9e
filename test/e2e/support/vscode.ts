import { execFile } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type BrowserVSCode, installBrowserVSCode } from '../../support/browserVSCode';
import { launchOptions } from '../../support/chromium';
import { explain } from '../../support/explain';
import { watchWindow } from '../../support/watchdog';
import { vsixFile } from './packExtension';
import { scaled } from '../../support/pace';
import { lastTold, toldVariable } from '../../support/runSuites';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';
import {
    serverArguments,
    type ServerOptions,
    startServer,
    type VSCodeServer,
    writeServerSettings,
} from '../../support/vscodeServer';

/**
 * A VS Code with the packed extension and a browser, which all sessions of a run share, one after the other: to load the
 * window costs most where the browser sees its code for the first time. Another computer has another one.
 */
export interface VSCode {
    address(folder: string): string;
    /** A page that finds nothing of what earlier ones have left, in the browser or with the server. */
    openPage(settings: Readonly<Record<string, unknown>>): Promise<Page>;
}

/** The longest that anything may take to be shown on a quiet machine. */
const LONGEST_WAIT_MS = 30_000;
/** Themes, icons of files, and what colours the locks file. */
const BUILT_IN = ['theme-defaults', 'theme-seti', 'json'];

/** A computer on which a session runs. */
export type Computer = 'own' | 'other';

const undo: (() => Promise<unknown>)[] = [];
const running = new Map<Computer, Promise<VSCode>>();

/** @param withAllBuiltIn whether it has all of its own extensions, also those that no test sees anything of */
export function startVSCode(withAllBuiltIn = false, computer: Computer = 'own'): Promise<VSCode> {
    const vscode = running.get(computer) ?? start(withAllBuiltIn);
    running.set(computer, vscode);
    return vscode;
}

/** Ends the VS Code of all sessions. Where mocha runs, it is done after the last test. */
export async function endVSCode(): Promise<void> {
    for (const step of undo.splice(0).toReversed()) await step();
    running.clear();
}

if ('after' in globalThis) after(endVSCode);

async function start(withAllBuiltIn: boolean): Promise<VSCode> {
    const vscode = await installBrowserVSCode('current');
    const folder = await makeTemporaryFolder();
    undo.push(() => removeFolder(folder));
    const [dataFolder, profile] = [join(folder, 'server'), join(folder, 'browser')];
    await installExtension(vscode, { dataFolder }, vsixFile);
    const options = withAllBuiltIn ? [] : await chosenBuiltIn(vscode, join(folder, 'built-in'));
    const server = await startServer(vscode, { dataFolder, options });
    undo.push(() => server.stop());
    const browser = await launchBrowser(profile);
    undo.push(() => browser.close());
    const setTimeouts = (): void => browser.setDefaultTimeout(scaled(LONGEST_WAIT_MS));
    setTimeouts();
    const timer = setInterval(setTimeouts, 1000);
    undo.push(async () => clearInterval(timer));
    if (process.env[toldVariable] !== undefined) {
        const watch = watchWindow(browser, () => lastTold() ?? 'its start');
        undo.push(async () => watch.stop());
        watch.hung.catch((error: unknown) => {
            console.error(explain(error));
            process.exit(1);
        });
    }
    return {
        address: (folder) => server.address(folder),
        openPage: async (settings) => {
            await forget(browser, server, dataFolder);
            await writeServerSettings(dataFolder, settings);
            return browser.newPage();
        },
    };
}

/** Starts a browser with a profile in a folder, in which it keeps what it has loaded and compiled for the next page. */
function launchBrowser(profile: string): Promise<BrowserContext> {
    const args = [
        // Compiled code is else kept only from the third time on that a page is loaded.
        '--blink-settings=v8CacheOptions=4',
        // Code that comes in the background is parsed while it comes, and what is kept of it is not looked at. The other
        // two are Playwright's own: Chromium heeds the last list only.
        '--disable-features=BackgroundResourceFetch,PaintHolding,HttpsUpgrades',
    ];
    return chromium.launchPersistentContext(profile, {
        ...launchOptions(),
        permissions: ['clipboard-read', 'clipboard-write'],
        reducedMotion: 'reduce',
        args,
    });
}

async function installExtension(vscode: BrowserVSCode, options: ServerOptions, vsix: string): Promise<void> {
    const args = [vscode.serverMain, ...serverArguments(options), '--install-extension', vsix, '--force'];
    // Its console is shown only at a failure: this server always complains that its optional native modules are missing.
    try {
        await promisify(execFile)(vscode.node, args);
    } catch (error) {
        throw new Error('VS Code could not install the packed extension.', { cause: error });
    }
}

/**
 * What has a server offer only those extensions of VS Code's own that these tests see something of. To find and start the
 * others takes as long as all else when a window is loaded; the tests in the extension host have them.
 */
async function chosenBuiltIn({ serverMain }: BrowserVSCode, folder: string): Promise<string[]> {
    await mkdir(folder);
    const all = join(dirname(dirname(serverMain)), 'extensions');
    for (const name of BUILT_IN) await symlink(join(all, name), join(folder, name));
    return ['--builtin-extensions-dir', folder];
}

async function forget(browser: BrowserContext, server: VSCodeServer, dataFolder: string): Promise<void> {
    await Promise.all(
        ['User', 'Machine'].map((name) => rm(join(dataFolder, 'data', name), { recursive: true, force: true })),
    );
    const [blank] = browser.pages();
    if (blank === undefined) throw new Error('The browser has no page left.');
    const developer = await browser.newCDPSession(blank);
    // All but the cache, which also holds the compiled code.
    const storageTypes = 'cookies,local_storage,indexeddb,service_workers,cache_storage';
    await developer.send('Storage.clearDataForOrigin', { origin: new URL(server.address('/')).origin, storageTypes });
    await developer.detach();
}
