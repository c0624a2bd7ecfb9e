import { foldCase, foldPath, folderOf } from '../core/base/repositoryPath';
import { foldUser } from '../core/locks/holder';
import type { RepositorySession } from '../model/repositorySession';

/** How the tree groups files. */
export type Grouping = 'folder' | 'job' | 'holder';

/** Files that are one row until it is expanded. */
export interface Group {
    /** Identifies it within its list. */
    readonly key: string;
    /** The job or the holder, as spelled for the first of the files. */
    readonly name: string;
    /** In the order of their list. */
    readonly paths: readonly string[];
}

/** The groups of a list of files. */
export interface Groups {
    /** A path for each row: the first of a group, or a file in no group. */
    readonly heads: readonly string[];
    readonly byHead: ReadonlyMap<string, Group>;
    readonly byKey: ReadonlyMap<string, Group>;
    readonly byPath: ReadonlyMap<string, Group>;
}

const known = new WeakMap<readonly string[], Map<object, Groups>>();

/**
 * Groups the files of a list by job (files in one folder, at least two) or by holder (the user first). Cached as long as
 * the list does not change.
 * @param paths in order; the same array as long as nothing changes
 */
export function groupsOf(session: RepositorySession, paths: readonly string[], by: 'job' | 'holder'): Groups {
    const source = by === 'job' ? session.jobs : session.repository.snapshot.table;
    const ofList = known.get(paths) ?? new Map<object, Groups>();
    known.set(paths, ofList);
    let groups = ofList.get(source);
    if (groups === undefined) {
        groups = by === 'job' ? byJob(session, paths) : byHolder(session, paths);
        ofList.set(source, groups);
    }
    return groups;
}

function byJob(session: RepositorySession, paths: readonly string[]): Groups {
    const jobs = session.jobs.jobsOf(paths);
    const found = collect(paths, (path, index) => {
        const job = jobs[index];
        return job === undefined ? undefined : [`${foldPath(folderOf(path))}/${foldCase(job)}`, job];
    });
    return groupsFrom(
        paths,
        found.filter((group) => group.paths.length > 1),
    );
}

function byHolder(session: RepositorySession, paths: readonly string[]): Groups {
    const { snapshot } = session.repository;
    const groups = collect(paths, (path) => {
        const file = snapshot.file(path);
        if (file === undefined || file.state === 'available') return undefined;
        // No holder's name is empty.
        return file.lock === undefined ? ['', 'Holder cannot be read'] : [foldUser(file.lock.user), file.lock.user];
    });
    const me = foldUser(snapshot.user);
    const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    groups.sort(
        (one, other) => Number(other.key === me) - Number(one.key === me) || order.compare(one.name, other.name),
    );
    return groupsFrom(
        groups.flatMap((group) => group.paths),
        groups,
    );
}

function collect(
    paths: readonly string[],
    keyOf: (path: string, index: number) => readonly [key: string, name: string] | undefined,
): Group[] {
    const groups = new Map<string, { key: string; name: string; paths: string[] }>();
    for (const [index, path] of paths.entries()) {
        const [key, name] = keyOf(path, index) ?? [];
        if (key === undefined || name === undefined) continue;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { key, name, paths: [path] });
        else group.paths.push(path);
    }
    return [...groups.values()];
}

function groupsFrom(paths: readonly string[], groups: readonly Group[]): Groups {
    const byPath = new Map(groups.flatMap((group) => group.paths.map((path) => [path, group] as const)));
    return {
        heads: paths.filter((path) => (byPath.get(path)?.paths[0] ?? path) === path),
        byHead: new Map(groups.map((group) => [group.paths[0]!, group])),
        byKey: new Map(groups.map((group) => [group.key, group])),
        byPath,
    };
}
