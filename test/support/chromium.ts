import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { installDebianPackages, onPath } from './installed';

/** Starts the Chromium, Chrome or Edge of this computer. */
export async function launchChromium(): Promise<Browser> {
    return chromium.launch(launchOptions());
}

/** How it is started. @throws when there is none */
export function launchOptions(): LaunchOptions {
    const browser = provideBrowser();
    if (browser === undefined) {
        throw new Error('No browser was found: install Chromium or Chrome, or name one in CNC_CHECKOUT_CHROMIUM.');
    }
    // Chromium refuses to run as root inside its sandbox.
    return { ...browser, chromiumSandbox: process.getuid?.() !== 0 };
}

/** The browser of this computer; where there is none and it can be installed, that is done, which takes a minute. */
export function provideBrowser(): Pick<LaunchOptions, 'executablePath' | 'channel'> | undefined {
    const executablePath = process.env['CNC_CHECKOUT_CHROMIUM'] ?? findOnLinux();
    if (executablePath !== undefined) return { executablePath };
    // Playwright finds there what it brings to everybody, or nearly so.
    if (process.platform === 'win32') return { channel: 'msedge' };
    if (process.platform === 'darwin') return { channel: 'chrome' };
    const packages = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];
    const installed = installDebianPackages(packages, 'to show VS Code') ? findOnLinux() : undefined;
    return installed === undefined ? undefined : { executablePath: installed };
}

function findOnLinux(): string | undefined {
    if (process.platform !== 'linux') return undefined;
    const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
    return names.flatMap(onPath)[0];
}
