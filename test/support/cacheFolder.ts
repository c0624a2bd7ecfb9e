import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded VS Codes are kept: outside `node_modules`, which `npm ci` empties. */
export function cacheFolder(): string {
    const given = process.env['CNC_CHECKOUT_CACHE'];
    if (given) return given;
    return join(userCacheFolder(), 'cnc-checkout');
}

function userCacheFolder(): string {
    if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
    if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
    return process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
}

/**
 * Returns the cache's folder of that name, filled by `install` when it is not there yet.
 * A rename puts it in place, so that no run ever sees half an installation; of two runs at once the first wins.
 */
export async function installOnce(
    name: string,
    install: (folder: string) => Promise<void>,
    cache = cacheFolder(),
): Promise<string> {
    const folder = join(cache, name);
    if (existsSync(folder)) return folder;
    await mkdir(cache, { recursive: true });
    const unfinished = await mkdtemp(`${folder}.unfinished-`);
    try {
        await install(unfinished);
        await rename(unfinished, folder);
    } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        if (!existsSync(folder)) throw error;
    }
    return folder;
}
