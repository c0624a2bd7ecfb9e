import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { installDebianPackages, onPath } from './debianPackages';

/** Starts the Chromium, Chrome or Edge of this computer. */
export async function launchChromium(): Promise<Browser> {
    return chromium.launch(launchOptions());
}

/** The same with a profile in a folder, in which it keeps what it has loaded and compiled for the next page. */
export async function launchChromiumWithCache(
    profile: string,
    options: Parameters<typeof chromium.launchPersistentContext>[1],
): Promise<BrowserContext> {
    const args = [
        // Compiled code is else kept only from the third time on that a page is loaded.
        '--blink-settings=v8CacheOptions=4',
        // Code that comes in the background is parsed while it comes, and what is kept of it is not looked at. The other
        // two are Playwright's own: Chromium heeds the last list only.
        '--disable-features=BackgroundResourceFetch,PaintHolding,HttpsUpgrades',
    ];
    return chromium.launchPersistentContext(profile, { ...launchOptions(), ...options, args });
}

function launchOptions(): { executablePath: string; chromiumSandbox: boolean } {
    const executablePath = provideBrowser();
    if (executablePath === undefined) {
        throw new Error(
            'No browser was found: install Chromium, Chrome or Edge, or name one in CNC_CHECKOUT_CHROMIUM.',
        );
    }
    // Chromium refuses to run as root inside its sandbox.
    return { executablePath, chromiumSandbox: process.getuid?.() !== 0 };
}

/** The browser of this computer; where there is none and it can be installed, that is done, which takes a minute. */
export function provideBrowser(): string | undefined {
    const present = findBrowser();
    if (present !== undefined) return present;
    const packages = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];
    return installDebianPackages(packages, 'to show VS Code') ? findBrowser() : undefined;
}

function findBrowser(): string | undefined {
    const given = process.env['CNC_CHECKOUT_CHROMIUM'];
    return given ? given : browsers().find((file) => existsSync(file));
}

function browsers(): string[] {
    if (process.platform === 'win32') {
        return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
            .flatMap((name) => process.env[name] ?? [])
            .flatMap((folder) => [
                join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
                join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
            ]);
    }
    if (process.platform === 'darwin') {
        return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) =>
            join('/Applications', `${name}.app`, 'Contents', 'MacOS', name),
        );
    }
    const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
    return names.flatMap(onPath);
}
