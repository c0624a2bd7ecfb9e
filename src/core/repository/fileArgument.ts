import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { foldPath, relativeToRepository } from '../base/repositoryPath';

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

/** The real path of the part that exists, with the rest as it is. */
async function resolveLinks(diskPath: string): Promise<string> {
    try {
        return await realpath(diskPath);
    } catch (error) {
        const parent = path.dirname(diskPath);
        // Some virtual drives have no real paths; then the path as it was typed has to do.
        rethrowUnlessSystemError(error);
        return parent === diskPath ? diskPath : path.join(await resolveLinks(parent), path.basename(diskPath));
    }
}
