import { nameOf, pathIn } from '../core/base/repositoryPath';
import type { RepositoryFile, Snapshot } from '../core/repository/snapshot';
import type { RepositorySession } from '../model/repositorySession';
import type { Grouping } from './rowGroups';

/** A list of rows: the folders or files of a folder, or the flat list of a filter. */
export type ListKind = 'folders' | 'files' | 'checkedOut' | 'mine';

/** A list, or one of its groups. */
export interface RowList {
    readonly session: RepositorySession;
    /** The folder that the list belongs to. */
    readonly path: string;
    readonly of: ListKind;
    /** How its files are grouped. */
    readonly by: Grouping;
    /** The key of the group; without it the list itself. */
    readonly group?: string;
}

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The order of rows: by name, numbers as numbers; the path decides between names that differ only in case. */
export function byName(one: string, other: string): number {
    return order.compare(nameOf(one), nameOf(other)) || (one < other ? -1 : Number(one > other));
}

const sorted = {
    folders: new WeakMap<object, readonly string[]>(),
    files: new WeakMap<object, readonly string[]>(),
    checkedOut: new WeakMap<object, readonly string[]>(),
    mine: new WeakMap<object, readonly string[]>(),
};

/** The paths of a list in the order of its rows: cached, and the same array as long as the list does not change. */
export function rowsOf(snapshot: Snapshot, folder: string, kind: ListKind): readonly string[] {
    if (kind === 'checkedOut') return once(kind, snapshot, () => pathsOf(snapshot.held()));
    if (kind === 'mine') return once(kind, snapshot, () => pathsOf(snapshot.heldByMe()));
    const found = snapshot.folder(folder);
    if (found === undefined) return [];
    const { listing, missing } = found;
    const there = once(kind, listing[kind], () => [...listing[kind].keys()].map((name) => pathIn(folder, name)));
    return kind === 'folders' || missing.length === 0 ? there : once(kind, missing, () => [...there, ...missing]);
}

function pathsOf(files: readonly RepositoryFile[]): string[] {
    return files.map(({ path }) => path);
}

function once(kind: ListKind, source: object, paths: () => string[]): readonly string[] {
    let rows = sorted[kind].get(source);
    if (rows === undefined) sorted[kind].set(source, (rows = paths().sort(byName)));
    return rows;
}
