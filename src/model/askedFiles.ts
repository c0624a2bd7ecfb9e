/** Paths of files that may have changed on disk, or all files of a repository. */
export type Asked = ReadonlySet<string> | 'all';

/** What was asked about since it was taken last, for each repository. Any number of events costs in proportion to their number. */
export class AskedFiles<Repository> {
    private asked = new Map<Repository, Set<string> | 'all'>();

    /** Adds files, or all of them. */
    add(repository: Repository, paths: Iterable<string> | 'all'): void {
        const before = this.asked.get(repository);
        if (paths === 'all' || before === 'all') this.asked.set(repository, 'all');
        else if (before === undefined) this.asked.set(repository, new Set(paths));
        else for (const path of paths) before.add(path);
    }

    /** Hands on what was asked about, and begins anew. */
    take(): readonly (readonly [Repository, Asked])[] {
        const taken = [...this.asked];
        this.asked = new Map();
        return taken;
    }
}
