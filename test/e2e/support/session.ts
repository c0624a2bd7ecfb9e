import type { ViewportSize } from 'playwright-core';
import { calmSettings } from '../../support/vscodeSettings';
import { makeTemporaryWorkspace } from '../../support/temporaryWorkspace';
import { type Computer, startVSCode } from './vscode';
import { type Theme, themes, Workbench } from './workbench';

export interface SessionOptions {
    /** The folder to open; without it a fresh temporary workspace. */
    readonly folder?: string;
    /** The folder has nothing that the Explorer would show. */
    readonly isEmpty?: boolean;
    /** The text of the fresh workspace's `locks.json`. */
    readonly locks?: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Default: the one that `CNC_CHECKOUT_THEME` names, or dark. */
    readonly theme?: Theme;
    readonly viewport?: ViewportSize;
    /** Leaves workspace trust on and the folder untrusted. */
    readonly restricted?: boolean;
    /** Where it runs; default: the own one. */
    readonly computer?: Computer;
    /** See `startVSCode`. */
    readonly withAllBuiltIn?: boolean;
}

export interface Session {
    readonly workbench: Workbench;
    readonly folder: string;
    close(): Promise<void>;
}

/** Opens a folder in a VS Code with the packed extension, as a user would. One at a time on each computer. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
    const undo: (() => Promise<unknown>)[] = [];
    const close = async (): Promise<void> => {
        for (const step of undo.toReversed()) await step();
        undo.length = 0;
    };
    try {
        const vscode = await startVSCode(options.withAllBuiltIn, options.computer);
        let { folder } = options;
        if (folder === undefined) {
            const workspace = await makeTemporaryWorkspace(options.locks);
            undo.push(() => workspace.remove());
            ({ folder } = workspace);
        }
        const theme = options.theme ?? themeOfRun();
        const page = await vscode.openPage({
            ...calmSettings,
            'cncCheckout.pollInterval': 0.25,
            // A busy machine may let one wait for the mutex for longer than a person would.
            'cncCheckout.mutexTimeout': 600,
            // An editor that opens late would take the focus from a question, and close it.
            'workbench.quickOpen.closeOnFocusLost': false,
            'security.workspace.trust.enabled': options.restricted === true,
            'security.workspace.trust.startupPrompt': 'never',
            'workbench.colorTheme': themes[theme].name,
            ...options.settings,
        });
        undo.push(() => page.close());
        await page.setViewportSize(options.viewport ?? { width: 1280, height: 800 });
        const workbench = new Workbench(page, theme);
        try {
            await workbench.open(vscode.address(folder), options.isEmpty);
            if (!options.isEmpty && !options.restricted) await workbench.waitUntilTrusted();
        } catch (error) {
            await workbench.screenshotOfFailure('not-opened');
            throw error;
        }
        return { workbench, folder, close };
    } catch (error) {
        await close();
        throw error;
    }
}

function themeOfRun(): Theme {
    const name = process.env['CNC_CHECKOUT_THEME'] ?? 'dark';
    if (!Object.hasOwn(themes, name))
        throw new Error(`CNC_CHECKOUT_THEME is none of ${Object.keys(themes).join(', ')}.`);
    return name as Theme;
}
