import type { ViewportSize } from 'playwright-core';
import { calmSettings } from '../../support/hostLaunch';
import { makeTemporaryWorkspace } from '../../support/temporaryWorkspace';
import { startVSCode } from './vscode';
import { type Theme, themes, Workbench } from './workbench';

export interface SessionOptions {
    /** The folder to open; without it a fresh temporary workspace. */
    readonly folder?: string;
    /** The folder has nothing that the Explorer would show. */
    readonly isEmpty?: boolean;
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

/** Opens a folder in a VS Code with the packed extension, as a user would. One at a time. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
    const undo: (() => Promise<unknown>)[] = [];
    const close = async (): Promise<void> => {
        for (const step of undo.toReversed()) await step();
        undo.length = 0;
    };
    try {
        const vscode = await startVSCode(options.restricted === true);
        let { folder } = options;
        if (folder === undefined) {
            const workspace = await makeTemporaryWorkspace(options.locks);
            undo.push(() => workspace.remove());
            ({ folder } = workspace);
        }
        const theme = options.theme ?? 'dark';
        const all = (settings: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
            ...calmSettings,
            'cncCheckout.pollInterval': 0.25,
            'security.workspace.trust.startupPrompt': 'never',
            'workbench.colorTheme': themes[theme].name,
            ...settings,
        });
        const page = await vscode.openPage(all(options.settings));
        undo.push(() => page.close());
        await page.setViewportSize(options.viewport ?? { width: 1280, height: 800 });
        const workbench = new Workbench(page);
        const address = vscode.address(folder);
        await workbench.open(address, options.isEmpty);
        await workbench.waitForTheme(theme);
        const setSettings = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
            await vscode.writeSettings(all(settings));
            await workbench.open(address);
        };
        return { workbench, folder, setSettings, close };
    } catch (error) {
        await close();
        throw error;
    }
}
