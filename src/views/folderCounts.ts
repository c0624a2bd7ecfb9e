import { folderOf, pathIn } from '../core/base/repositoryPath';
import type { FileState, Snapshot } from '../core/repository/snapshot';

/** What a closed folder says of what is below it, at any depth. */
interface FolderCount {
    /** Undefined where a folder below it was not listed yet. */
    readonly files: number | undefined;
    readonly held: number;
    /** Those of its files, each once: what the commands of its row apply to. */
    readonly states: readonly FileState[];
}

interface Held {
    readonly mine: number;
    readonly others: number;
    /** Those of them that are not there. */
    readonly missing: number;
}

const heldIn = new WeakMap<Snapshot, ReadonlyMap<string, Held>>();
const filesIn = new WeakMap<Snapshot, Map<string, number | undefined>>();

/** Counts the files below a folder, and those that somebody has. Cheap: each snapshot is counted once. */
export function countBelow(snapshot: Snapshot, folder: string): FolderCount {
    const files = filesBelow(snapshot, folder);
    const { mine = 0, others = 0, missing = 0 } = heldBelow(snapshot).get(folder) ?? {};
    const held = mine + others;
    const states: FileState[] = [];
    if (files === undefined || files > held - missing) states.push('available');
    if (mine > 0) states.push('heldByMe');
    if (others > 0) states.push('heldByOthers');
    return { files, held, states };
}

function filesBelow(snapshot: Snapshot, folder: string): number | undefined {
    const known = filesIn.get(snapshot) ?? new Map<string, number | undefined>();
    filesIn.set(snapshot, known);
    if (!known.has(folder)) known.set(folder, countFiles(snapshot, folder));
    return known.get(folder);
}

function countFiles(snapshot: Snapshot, folder: string): number | undefined {
    const listing = snapshot.listings.get(folder);
    if (listing === undefined) return undefined;
    let files = listing.files.size;
    for (const name of listing.folders.keys()) {
        const below = filesBelow(snapshot, pathIn(folder, name));
        if (below === undefined) return undefined;
        files += below;
    }
    return files;
}

function heldBelow(snapshot: Snapshot): ReadonlyMap<string, Held> {
    const known = heldIn.get(snapshot);
    if (known !== undefined) return known;
    const counts = new Map<string, Held>();
    for (const { path, state, missing: isMissing } of snapshot.held()) {
        for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
            const { mine, others, missing } = counts.get(folder) ?? { mine: 0, others: 0, missing: 0 };
            const isMine = state === 'heldByMe';
            counts.set(folder, {
                mine: mine + Number(isMine),
                others: others + Number(!isMine),
                missing: missing + Number(isMissing),
            });
        }
    }
    heldIn.set(snapshot, counts);
    return counts;
}
