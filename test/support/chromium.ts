import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { installDebianPackages, onPath } from './debianPackages';

/** Starts the Chromium, Chrome or Edge of this computer. */
export async function launchChromium(): Promise<Browser> {
    const executablePath = provideBrowser();
    if (executablePath === undefined) {
        throw new Error(
            'No browser was found: install Chromium, Chrome or Edge, or name one in CNC_CHECKOUT_CHROMIUM.',
        );
    }
    // Chromium refuses to run as root inside its sandbox.
    const asRoot = process.getuid?.() === 0;
    return chromium.launch({ executablePath, chromiumSandbox: !asRoot });
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
