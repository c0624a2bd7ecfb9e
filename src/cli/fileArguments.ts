import { folderOf } from '../core/base/repositoryPath';
import { fileCandidates } from '../core/repository/fileArgument';
import type { Repository } from '../core/repository/repository';

/**
 * The paths inside the repository that file arguments mean: of several that each may mean, the first that is there, or held,
 * or tells of something else that is known. One outside the repository is returned as it is.
 * @param currentFolder absolute path, or undefined where there is none
 * @param isKnownOtherwise asked where no file is there or held
 */
export async function pathsMeantBy(
    files: readonly string[],
    repository: Repository,
    currentFolder: string | undefined,
    isKnownOtherwise: (path: string) => Promise<boolean> = () => Promise.resolve(false),
): Promise<string[]> {
    // In parallel: for a hundred files this takes longer than a transaction.
    const candidates = await Promise.all(
        files.map((file) => fileCandidates(file, repository.options.root, currentFolder)),
    );
    const paths: string[] = [];
    for (const [index, file] of files.entries()) {
        const all = candidates[index]!;
        paths.push((await firstKnown(all, repository, isKnownOtherwise)) ?? all[0] ?? file);
    }
    repository.revisions.narrowTo(paths);
    return paths;
}

/**
 * The two paths inside the repository that a rename means. Of several that the first may mean, it is the first that is there,
 * also as a folder, or held; and the second counts from the same folder, or is the first that can be there.
 * @param currentFolder absolute path, or undefined where there is none
 */
export async function pathsOfRename(
    [from, to]: readonly [from: string, to: string],
    repository: Repository,
    currentFolder: string | undefined,
): Promise<readonly [from: string, to: string]> {
    const candidates = (file: string): Promise<string[]> =>
        fileCandidates(file, repository.options.root, currentFolder);
    const isFolder = (path: string): Promise<boolean> =>
        Promise.resolve(repository.snapshot.locateFolder(path) !== undefined);
    const [sources, targets] = [await candidates(from), await candidates(to)];
    const source = await firstKnown(sources, repository, isFolder);
    const target =
        sources.length === targets.length && source !== undefined
            ? targets[sources.indexOf(source)]
            : await firstKnown(targets, repository, (path) => isFolder(folderOf(path)));
    return [source ?? sources[0] ?? from, target ?? targets[0] ?? to];
}

async function firstKnown(
    candidates: readonly string[],
    repository: Repository,
    isKnownOtherwise: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
    if (candidates.length <= 1) return candidates[0];
    if (repository.state.kind === 'loading') await repository.refresh();
    for (const candidate of candidates) if (await isThereOrHeld(candidate, repository)) return candidate;
    repository.revisions.narrowTo(candidates);
    for (const candidate of candidates) if (await isKnownOtherwise(candidate)) return candidate;
    return undefined;
}

/** However its name is spelled. */
async function isThereOrHeld(path: string, repository: Repository): Promise<boolean> {
    const parts = folderOf(path).split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
        const folder = repository.snapshot.locateFolder(parts.slice(0, depth).join('/'));
        if (folder === undefined) break;
        if (!repository.snapshot.listings.has(folder)) await repository.look(folder);
    }
    return repository.snapshot.file(path) !== undefined;
}

/** The path of a file whose revisions are meant: it may be gone. @param currentFolder absolute path, or undefined */
export async function pathOfRevisions(
    file: string,
    repository: Repository,
    currentFolder: string | undefined,
): Promise<string> {
    const [path = file] = await pathsMeantBy([file], repository, currentFolder, async (candidate) => {
        return (await repository.revisions.list(candidate)).length > 0;
    });
    return path;
}
