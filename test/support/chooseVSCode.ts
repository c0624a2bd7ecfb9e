import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { type Age, type BrowserVSCode, installBrowserVSCode, oldestVersion } from './browserVSCode';
import { cacheFolder } from './cacheFolder';
import { isInstalled } from './installed';

/** VS Code as its makers publish it. */
export interface DesktopVSCode {
    readonly kind: 'desktop';
    readonly executable: string;
    /** Whether a window can be opened without a screen in its place. */
    readonly hasDisplay: boolean;
}

/** Where the download does not answer within this time, it is taken for out of reach. */
const ANSWER_MS = 10_000;

/** Takes desktop VS Code where it can be had and VS Code in the browser otherwise, and says which and why. */
export async function chooseVSCode(age: Age): Promise<DesktopVSCode | BrowserVSCode> {
    const forced = process.env['CNC_CHECKOUT_VSCODE'];
    if (forced !== undefined && forced !== 'desktop' && forced !== 'browser') {
        throw new Error(`CNC_CHECKOUT_VSCODE is "${forced}", but can only be "desktop" or "browser".`);
    }
    let reason = 'CNC_CHECKOUT_VSCODE asks for it.';
    if (forced !== 'browser') {
        try {
            return await desktopVSCode(age === 'oldest' ? oldestVersion : 'stable');
        } catch (error) {
            if (forced === 'desktop') throw error;
            reason = (error as Error).message;
        }
    }
    const vscode = await installBrowserVSCode(age);
    console.log(`VS Code ${vscode.version} in the browser. ${reason}`);
    return vscode;
}

async function desktopVSCode(version: string): Promise<DesktopVSCode> {
    const hasDisplay =
        process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
    if (!hasDisplay && !isInstalled('xvfb-run')) {
        throw new Error('Desktop VS Code needs a display, or xvfb-run to stand in for one.');
    }
    const cachePath = join(cacheFolder(), 'desktop');
    await mkdir(cachePath, { recursive: true });
    const options = { version, cachePath, timeout: ANSWER_MS, reporter: new SilentReporter() };
    const executable = await downloadAndUnzipVSCode(options).catch((error: unknown) => {
        throw new Error('Desktop VS Code cannot be downloaded.', { cause: error });
    });
    console.log(`VS Code (${version}) on the desktop, because it can be downloaded and shown here.`);
    return { kind: 'desktop', executable, hasDisplay };
}
