import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { foldPath, relativeToRepository } from '../base/repositoryPath';
import { isFolder, resolveLinks } from '../disk/realPath';
import { placesCovering, usualAround } from './locksPlaces';

/**
 * The paths inside the repository that a person may mean by a file argument, the likeliest first. A relative argument
 * counts from the current folder if that is a folder of the repository, then from the repository; from elsewhere the
 * repository comes first. The file need not exist. Links, short names and other spellings of a folder are resolved.
 * @param argument a path inside the repository or on disk
 * @param repository absolute path
 * @param currentFolder absolute path, or undefined when there is none (it can be removed while a program runs)
 * @returns no path at all when the argument can only mean something outside the repository
 */
export async function fileCandidates(
    argument: string,
    repository: string,
    currentFolder: string | undefined,
): Promise<string[]> {
    const realRepository = await resolveLinks(repository);
    const inside = async (diskPath: string): Promise<string | undefined> =>
        // A link that leads out of the repository still has a name inside, under which somebody may hold it.
        relativeToRepository(realRepository, await resolveLinks(diskPath)) ??
        relativeToRepository(repository, diskPath);

    const bases = [repository];
    if (currentFolder !== undefined && !path.isAbsolute(argument)) {
        const insideFirst = (await inside(currentFolder)) !== undefined;
        bases.splice(insideFirst ? 0 : 1, 0, currentFolder);
    }
    const candidates = new Map<string, string>();
    for (const base of bases) {
        const candidate = await inside(path.resolve(base, argument));
        if (candidate !== undefined && !candidates.has(foldPath(candidate))) {
            candidates.set(foldPath(candidate), candidate);
        }
    }
    return [...candidates.values()];
}

/**
 * Where to begin to look for the repository of a file that is named by its path on disk: in its folder, if that lies in a
 * repository.
 * @param argument a path inside a repository or on disk
 * @param currentFolder absolute path, or undefined when there is none
 * @returns undefined where the argument tells nothing; then the current folder has to tell
 * @throws CheckoutError `locationRefused`, `repositoryUnreachable`
 */
export async function rootOfArgument(argument: string, currentFolder: string | undefined): Promise<string | undefined> {
    if (currentFolder === undefined && !path.isAbsolute(argument)) return undefined;
    const folder = path.dirname(path.resolve(currentFolder ?? '', argument));
    return folder !== currentFolder && (await isInRepository(folder)) ? folder : undefined;
}

async function isInRepository(folder: string): Promise<boolean> {
    try {
        if (!(await isFolder(folder))) return false;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
    return usualAround(await resolveLinks(folder)) !== undefined || (await placesCovering(folder)).length > 0;
}
