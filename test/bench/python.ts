import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../support/root';
import { run } from './measure';

const program = join(root, 'test', 'bench', 'twoLocks.py');

/** Python 3 as it is called here, or undefined where there is none. */
export const python = (process.platform === 'win32' ? ['python', 'py'] : ['python3']).find((name) =>
    spawnSync(name, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('Python 3'),
);

/** Runs the tutorial's way to do it; what it printed. */
export async function runTutorial(...args: readonly string[]): Promise<string> {
    return run(python!, [program, ...args]);
}
