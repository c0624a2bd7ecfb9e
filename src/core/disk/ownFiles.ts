import * as path from 'node:path';
import { isOwnName } from '../base/ownNames';
import { identityOf, isWithin, resolveLinks } from './realPath';

/**
 * Whether a file is a locks file or belongs to one, by whatever path it is named: it lies beside it under a name of ours, or in
 * a folder that does. It need not be there.
 * @param named absolute path
 * @param locksFile absolute path
 */
export async function isOwnFile(named: string, locksFile: string): Promise<boolean> {
    const file = path.join(await resolveLinks(path.dirname(named)), path.basename(named));
    const real = await resolveLinks(locksFile);
    for (const locks of [locksFile, real]) {
        const folder = await resolveLinks(path.dirname(locks));
        const [name = ''] = isWithin(file, folder) ? path.relative(folder, file).split(path.sep) : [];
        if (name !== '' && isOwnName(name, locks)) return true;
    }
    const [one, own] = await Promise.all([identityOf(file), identityOf(real)]);
    return one !== undefined && one === own;
}
