import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD } from '../../unit/support/lockServer';
import { root } from '../root';

/** Runs the command line in a process of its own, as somebody who logs in to a lock server. @returns what it prints */
export async function atLockServer(
    user: string,
    address: string,
    folder: string,
    ...args: readonly string[]
): Promise<string> {
    const server = address.replace('//', `//${user}@`);
    // On the desktop this process is Electron, which then does as Node does.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', PGPASSWORD: PASSWORD };
    const all = [join(root, 'dist', 'cli.js'), ...args, '--root', folder, '--lock-server', server];
    return (await promisify(execFile)(process.execPath, all, { env })).stdout;
}
