import { foldPath } from '../base/repositoryPath';

/** Deeper folders are looked for among all files. */
const DEEPEST = 16;

/** Something for each file, by its folded path. It follows the renames of files and folders. */
export class PathMap<V extends object | true> {
    private readonly values = new Map<string, V>();
    /** The paths of all that is below a folder. */
    private readonly folders = new Map<string, Set<string>>();

    get(folded: string): V | undefined {
        return this.values.get(folded);
    }

    has(folded: string): boolean {
        return this.values.has(folded);
    }

    set(folded: string, value: V): void {
        if (!this.values.has(folded)) {
            for (const folder of foldersAbove(folded)) {
                const paths = this.folders.get(folder);
                if (paths === undefined) this.folders.set(folder, new Set([folded]));
                else paths.add(folded);
            }
        }
        this.values.set(folded, value);
    }

    delete(folded: string): void {
        if (!this.values.delete(folded)) return;
        for (const folder of foldersAbove(folded)) {
            const paths = this.folders.get(folder)!;
            paths.delete(folded);
            if (paths.size === 0) this.folders.delete(folder);
        }
    }

    /**
     * Moves what belongs to a file, or to all below a folder. What was in its new place before is replaced.
     * @returns what was moved
     */
    rename(from: string, to: string): readonly V[] {
        const [before, after] = [foldPath(from), foldPath(to)];
        const moved: { readonly path: string; readonly value: V }[] = [];
        for (const path of [before, ...this.below(before)]) {
            const value = this.values.get(path);
            if (value === undefined) continue;
            moved.push({ path: `${after}${path.slice(before.length)}`, value });
            this.delete(path);
        }
        for (const { path, value } of moved) this.set(path, value);
        return moved.map(({ value }) => value);
    }

    entries(): IterableIterator<[string, V]> {
        return this.values.entries();
    }

    private below(folder: string): Iterable<string> {
        if (folder.split('/').length <= DEEPEST) return this.folders.get(folder) ?? [];
        return [...this.values.keys()].filter((path) => path.startsWith(`${folder}/`));
    }
}

/** The folders that a path lies in, from the highest. */
function foldersAbove(path: string): string[] {
    const folders: string[] = [];
    for (let end = path.indexOf('/'); end >= 0 && folders.length < DEEPEST; end = path.indexOf('/', end + 1)) {
        folders.push(path.slice(0, end));
    }
    return folders;
}
