import { spawnSync } from 'node:child_process';

let found: string | undefined;

/** What Python 3 is called here; undefined where there is none. */
export function findPython(): string | undefined {
    found ??= ['python3', 'python', 'py'].find(
        (command) => spawnSync(command, ['-c', 'import sys; assert sys.version_info >= (3, 7)']).status === 0,
    );
    return found;
}
