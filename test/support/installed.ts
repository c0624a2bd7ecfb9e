import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Installs Debian packages where that can be done without asking anybody: as root, on a system that has `apt-get`.
 * @param purpose what they are for, for the line that is printed: "to show VS Code"
 * @param options for `apt-get install`
 * @returns whether that could be tried here; they are installed then
 * @throws when it failed
 */
export function installDebianPackages(
    packages: readonly string[],
    purpose: string,
    options: readonly string[] = [],
): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0 || onPath('apt-get').length === 0) return false;
    console.log(`Installing ${packages.join(', ')}, ${purpose}.`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Another run of a package manager may hold the lock for a while.
    const apt = (...args: readonly string[]): boolean =>
        spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
            stdio: ['ignore', 'ignore', 'inherit'],
            env,
        }).status === 0;
    // Where it fails, what is known of the packages may do.
    apt('update');
    if (apt('install', '-y', ...options, ...packages)) return true;
    throw new Error(`${packages.join(', ')} could not be installed, ${purpose}: apt-get failed, as it says above.`);
}

/** The files of this name on the PATH that can be run, in its order. */
export function onPath(name: string): string[] {
    return (process.env['PATH'] ?? '')
        .split(delimiter)
        .map((folder) => join(folder, name))
        .filter(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

/** Whether a program can be started by its name. */
export function isInstalled(program: string): boolean {
    const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
    return names.some((name) => onPath(name).length > 0);
}

let python: string | undefined;

/** What Python 3 is called here; undefined where there is none. */
export function findPython(): string | undefined {
    python ??= ['python3', 'python', 'py'].find(
        (command) => spawnSync(command, ['-c', 'import sys; assert sys.version_info >= (3, 7)']).status === 0,
    );
    return python;
}
