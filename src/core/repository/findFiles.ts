import { foldPath, folderOf, isRepositoryPath, nameOf } from '../base/repositoryPath';
import type { CheckOutRequest } from '../locks/rules';
import type { LiveSnapshot } from './liveSnapshot';
import type { RepositoryFolders } from './repositoryFolders';

/**
 * Finds files as they are spelled on disk. Folders that may hold one are listed again, so that a file that came a moment
 * ago is found, and one that is gone is not.
 * @param live shows what is listed on the way
 * @param paths inside the repository
 * @param signal once aborted, the rest of the paths is left out
 * @returns one for each path, in order
 * @throws CheckoutError `repositoryMissing` or `repositoryUnreachable`
 */
export async function findFiles(
    live: LiveSnapshot,
    folders: RepositoryFolders,
    paths: readonly string[],
    signal?: AbortSignal,
): Promise<CheckOutRequest[]> {
    const found: CheckOutRequest[] = [];
    const listed = new Set<string>();
    const wantedIn = new Map<string, number>();
    for (const path of paths) wantedIn.set(folderOf(path), (wantedIn.get(folderOf(path)) ?? 0) + 1);
    for (const path of paths) {
        if (signal?.aborted) break;
        const isThere = await isKnownToBeThere(live, folders, path, wantedIn.get(folderOf(path)) ?? 1);
        if (!isThere) await listTowards(live, folders, path, listed);
        const located = isRepositoryPath(path) ? live.snapshot.locate(path) : undefined;
        const unusable = located === undefined ? whyUnusableAt(live, path) : undefined;
        found.push({ path: located ?? path, present: located !== undefined, ...(unusable && { unusable }) });
    }
    return found;
}

async function isKnownToBeThere(
    live: LiveSnapshot,
    folders: RepositoryFolders,
    path: string,
    siblings: number,
): Promise<boolean> {
    const known = isRepositoryPath(path) ? live.snapshot.locate(path) : undefined;
    return known !== undefined && folders.isStillThere(live.snapshot, known, siblings);
}

/** Lists each folder on the way to a file, as far as there are such. @param listed those that were listed a moment ago */
async function listTowards(
    live: LiveSnapshot,
    folders: RepositoryFolders,
    path: string,
    listed: Set<string>,
): Promise<void> {
    for (const folder of foldersTowards(path)) {
        const located = live.snapshot.locateFolder(folder);
        if (located === undefined) return;
        if (listed.has(foldPath(folder))) continue;
        listed.add(foldPath(folder));
        live.show(await folders.add(live.snapshot, located));
    }
}

/** Why a file, or a folder that it lies in, is listed as unusable. */
function whyUnusableAt({ snapshot }: LiveSnapshot, path: string): string | undefined {
    for (const part of [...foldersTowards(path).slice(1), path]) {
        const parent = snapshot.locateFolder(folderOf(part));
        if (parent === undefined) return undefined;
        const reason = snapshot.listings.get(parent)?.unusable?.get(nameOf(part));
        if (reason !== undefined) return reason;
    }
    return undefined;
}

/** The folders that a file lies in, the repository itself first. */
function foldersTowards(path: string): string[] {
    const folder = folderOf(path);
    if (folder === '') return [''];
    const parts = folder.split('/');
    return ['', ...parts.map((_, end) => parts.slice(0, end + 1).join('/'))];
}
