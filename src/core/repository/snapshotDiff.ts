import { type Names } from '../base/fileNames';
import { foldPath, pathIn } from '../base/repositoryPath';
import { entryNotices } from '../locks/entryNotices';
import type { Snapshot } from './snapshot';

const NO_NAMES: Names = new Map();

/** What changed between two snapshots: paths inside the repository of files and of folders. */
export interface SnapshotDifference {
    readonly files: ReadonlySet<string>;
    readonly folders: ReadonlySet<string>;
}

/** What a view must draw again to get from one snapshot to the next. */
export function snapshotDiff(before: Snapshot, after: Snapshot): SnapshotDifference {
    const files = new Set<string>();
    const folders = new Set<string>();
    if (before.table !== after.table) {
        const [old, now] = [before, after].map(
            (snapshot) => new Map(snapshot.table.held().map(({ path, source }) => [foldPath(path), { path, source }])),
        ) as [Map<string, { path: string; source: string }>, Map<string, { path: string; source: string }>];
        const add = (path: string): void => {
            const located = [...after.locateAll(path), ...before.locateAll(path)];
            for (const file of located.length > 0 ? located : [path]) files.add(file);
        };
        for (const [folded, { path, source }] of old) if (now.get(folded)?.source !== source) add(path);
        for (const [folded, { path, source }] of now) if (old.get(folded)?.source !== source) add(path);
    }
    // The tree says at its top what no file can show.
    const [saidBefore, saidNow] = [before, after].map(({ table }) => entryNotices(table).join(' '));
    if (saidBefore !== saidNow) folders.add('');
    for (const file of files) {
        // A missing file is a row of its folder only while somebody holds it.
        for (const snapshot of [before, after]) {
            if (snapshot.isMissing(file)) folders.add(snapshot.nearestFolder(file));
        }
    }
    for (const folder of new Set([...before.listings.keys(), ...after.listings.keys()])) {
        const [old, now] = [before.listings.get(folder), after.listings.get(folder)];
        if (old === now) continue;
        const changed = changedNames(old?.files, now?.files);
        const isSame = old !== undefined && now !== undefined && changed.length === 0;
        const isElse = changedNames(old?.folders, now?.folders).length > 0 || !sameKeys(old?.unusable, now?.unusable);
        if (!isSame || isElse) folders.add(folder);
        for (const name of changed) {
            const file = pathIn(folder, name);
            if (after.isHeld(file)) files.add(file);
        }
    }
    for (const folder of new Set([...before.unreadable.keys(), ...after.unreadable.keys()])) {
        if (before.unreadable.get(folder) !== after.unreadable.get(folder)) folders.add(folder);
    }
    return { files, folders };
}

/** The names that only one of two listings has. */
function changedNames(old: Names = NO_NAMES, now: Names = NO_NAMES): string[] {
    const names: string[] = [];
    for (const name of old.keys()) if (!now.has(name)) names.push(name);
    for (const name of now.keys()) if (!old.has(name)) names.push(name);
    return names;
}

function sameKeys(old: ReadonlyMap<string, string> | undefined, now: ReadonlyMap<string, string> | undefined): boolean {
    return old?.size === now?.size && [...(old?.keys() ?? [])].every((name) => now?.has(name));
}
