import { type BrowserVSCode, installBrowserVSCode } from './browserVSCode';
import { type DesktopVSCode, displayObstacle, findDesktopRelease, installDesktopVSCode } from './desktopVSCode';

export type Age = 'current' | 'oldest';

/** The series that `engines.vscode` names as the floor. */
const oldestSeries = '1.100';

/** Takes desktop VS Code where it can be had and VS Code in the browser otherwise, and says which and why. */
export async function chooseVSCode(age: Age): Promise<DesktopVSCode | BrowserVSCode> {
    const forced = process.env['CNC_CHECKOUT_VSCODE'];
    if (forced !== undefined && forced !== 'desktop' && forced !== 'browser') {
        throw new Error(`CNC_CHECKOUT_VSCODE is "${forced}", but can only be "desktop" or "browser".`);
    }
    if (forced === 'browser') return inBrowser(age, 'CNC_CHECKOUT_VSCODE asks for it');
    const obstacle = displayObstacle();
    if (obstacle !== undefined) {
        if (forced === 'desktop') throw new Error(`Desktop VS Code cannot be run. ${obstacle}`);
        return inBrowser(age, `desktop VS Code cannot be run (${obstacle})`);
    }
    let version: string;
    try {
        version = await findDesktopRelease(age === 'oldest' ? oldestSeries : undefined);
    } catch (error) {
        if (forced === 'desktop') throw new Error('Desktop VS Code cannot be downloaded.', { cause: error });
        return inBrowser(age, 'the download of desktop VS Code cannot be reached');
    }
    console.log(`VS Code ${version} on the desktop, because it can be downloaded and shown here.`);
    return installDesktopVSCode(version);
}

async function inBrowser(age: Age, reason: string): Promise<BrowserVSCode> {
    const vscode = await installBrowserVSCode(age);
    console.log(`VS Code ${vscode.version} in the browser, because ${reason}.`);
    return vscode;
}
