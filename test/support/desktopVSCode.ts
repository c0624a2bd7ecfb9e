import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { installOnce } from './cacheFolder';
import { onPath } from './debianPackages';

export interface DesktopVSCode {
    readonly kind: 'desktop';
    readonly version: string;
    readonly executable: string;
    readonly hasDisplay: boolean;
}

const releasesAddress = 'https://update.code.visualstudio.com/api/releases/stable';

/** Finds the newest release, or the newest of `series` such as `1.100`; fails quickly where the download cannot be reached. */
export async function findDesktopRelease(series?: string): Promise<string> {
    const answer = await fetch(releasesAddress, { signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error(`The list of VS Code releases answered ${answer.status}.`);
    const versions = (await answer.json()) as string[];
    const version = versions.find((candidate) => series === undefined || candidate.startsWith(`${series}.`));
    if (version === undefined) throw new Error(`There is no release of VS Code ${series ?? ''}.`);
    return version;
}

/** Says in one sentence why no window can be opened here, or nothing when one can. */
export function displayObstacle(): string | undefined {
    if (process.platform !== 'linux' || hasDisplay() || isInstalled('xvfb-run')) return undefined;
    return 'There is no display, and no xvfb-run to stand in for one.';
}

export async function installDesktopVSCode(version: string): Promise<DesktopVSCode> {
    const record = 'executable.txt';
    const folder = await installOnce(`desktop-${version}`, async (unfinished) => {
        const executable = await downloadAndUnzipVSCode({ version, cachePath: unfinished });
        await writeFile(join(unfinished, record), relative(unfinished, executable));
    });
    const executable = join(folder, await readFile(join(folder, record), 'utf8'));
    return { kind: 'desktop', version, executable, hasDisplay: process.platform !== 'linux' || hasDisplay() };
}

export function isInstalled(program: string): boolean {
    const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
    return names.some((name) => onPath(name).length > 0);
}

function hasDisplay(): boolean {
    return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}
