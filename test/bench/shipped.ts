import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { root } from '../support/root';

/**
 * Builds what people install: minified, as it is packed. What lies in `dist` may be for debugging.
 * @param folder where to, absolute
 * @returns the folder
 */
export function buildAsShipped(folder: string): string {
    const args = [path.join(root, 'esbuild.mjs'), '--minify', `--outdir=${folder}`];
    const { error, status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (error !== undefined || status !== 0) throw error ?? new Error(stderr);
    return folder;
}
