import { join } from 'node:path';
import { findPython } from '../support/installed';
import { root } from '../support/root';
import { run } from './measure';

const program = join(root, 'test', 'bench', 'twoLocks.py');

/** Python 3 as it is called here, or undefined where there is none. */
export const python = findPython();

/** Runs the tutorial's way to do it; what it printed. */
export async function runTutorial(...args: readonly string[]): Promise<string> {
    return run(python!, [program, ...args]);
}
