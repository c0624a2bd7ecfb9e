import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../support/root';

const run = promisify(execFile);

/** A colleague on another computer: the command line under another name. */
export async function colleague(user: string, folder: string, ...args: string[]): Promise<void> {
    await run(process.execPath, [join(root, 'dist', 'cli.js'), ...args, '--root', folder, '--user', user]);
}
