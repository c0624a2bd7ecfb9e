import type { ViewportSize } from 'playwright-core';
import { installBrowserVSCode } from '../../support/browserVSCode';
import { launchChromium } from '../../support/chromium';
import { calmSettings } from '../../support/hostLaunch';
import { vsixFile } from '../../support/packExtension';
import { makeTemporaryFolder, makeTemporaryWorkspace, removeFolder } from '../../support/temporaryWorkspace';
import { installExtension, startServer, writeServerSettings } from '../../support/vscodeServer';
import { type Theme, themes, Workbench } from './workbench';

export interface SessionOptions {
    /** The folder to open; without it a fresh temporary workspace. */
    readonly folder?: string;
    /** The text of the fresh workspace's `locks.json`. */
    readonly locks?: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Dark without it. */
    readonly theme?: Theme;
    readonly viewport?: ViewportSize;
    /** Leaves workspace trust on and the folder untrusted. */
    readonly restricted?: boolean;
}

export interface Session {
    readonly workbench: Workbench;
    readonly folder: string;
    /** Replaces the user's settings, the calm ones aside, and loads the window anew, which alone reads them. */
    setSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
}

/** Installs the packed extension into a fresh VS Code and opens a folder in it, as a user would. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
    const undo: (() => Promise<unknown>)[] = [];
    const close = async (): Promise<void> => {
        for (const step of undo.toReversed()) await step();
        undo.length = 0;
    };
    try {
        const vscode = await installBrowserVSCode('current');
        const dataFolder = await makeTemporaryFolder();
        undo.push(() => removeFolder(dataFolder));
        let { folder } = options;
        if (folder === undefined) {
            const workspace = await makeTemporaryWorkspace(options.locks);
            undo.push(() => workspace.remove());
            ({ folder } = workspace);
        }
        const trust = options.restricted ? [] : ['--disable-workspace-trust'];
        const serverOptions = { dataFolder, options: trust };
        const theme = options.theme ?? 'dark';
        const write = (settings: Readonly<Record<string, unknown>> = {}): Promise<void> =>
            writeServerSettings(dataFolder, {
                ...calmSettings,
                'cncCheckout.pollInterval': 0.25,
                'security.workspace.trust.startupPrompt': 'never',
                'workbench.colorTheme': themes[theme].name,
                ...settings,
            });
        await Promise.all([installExtension(vscode, serverOptions, vsixFile), write(options.settings)]);
        const server = await startServer(vscode, serverOptions);
        undo.push(() => server.stop());
        const browser = await launchChromium();
        undo.push(() => browser.close());
        const context = await browser.newContext({
            viewport: options.viewport ?? { width: 1280, height: 800 },
            permissions: ['clipboard-read', 'clipboard-write'],
        });
        context.setDefaultTimeout(15_000);
        // Long enough for a busy machine, short enough that ten failures do not fill CI's time.
        context.setDefaultTimeout(15_000);
        const workbench = new Workbench(await context.newPage());
        const address = server.address(folder);
        await workbench.open(address);
        await workbench.waitForTheme(theme);
        const setSettings = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
            await write(settings);
            await workbench.open(address);
        };
        return { workbench, folder, setSettings, close };
    } catch (error) {
        await close();
        throw error;
    }
}
