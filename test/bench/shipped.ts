import * as path from 'node:path';
import { root } from '../support/root';
import { run } from './measure';

/**
 * Builds what people install: minified, as it is packed. What lies in `dist` may be for debugging.
 * @param folder where to, absolute
 * @returns the folder
 */
export async function buildAsShipped(folder: string): Promise<string> {
    await run(process.execPath, [path.join(root, 'esbuild.mjs'), '--minify', `--outdir=${folder}`], {}, root);
    return folder;
}
