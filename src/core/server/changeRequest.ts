import { foldPath } from '../base/repositoryPath';
import { movedPath } from '../history/renamedFile';
import type { FileContent, HistoryEvent } from '../history/historyEvent';
import { sameUser } from '../locks/holder';
import type { Lock, LockEntry } from '../locks/lockEntry';
import type { LockTable } from '../locks/lockTable';

/** The lock that a file is expected to have; null for none. */
interface Expected {
    readonly holder: string;
    readonly since: string;
}

/** One file of a change, as the function `cnc.change` takes it. */
interface FileRequest {
    readonly path: string;
    readonly folded: string;
    readonly expect: Expected | null;
    readonly set: 'take' | 'renew' | 'release' | 'move' | 'stay';
    readonly message?: string;
    readonly content?: FileContent;
    readonly to?: string;
    readonly toFolded?: string;
}

/** One line of the history, as the function `cnc.change` takes it; who and when is said by the server. */
interface EventRequest {
    readonly action: string;
    readonly path: string;
    readonly folded: string;
    readonly from?: string;
    readonly fromFolded?: string;
    readonly message: string;
    readonly detail: Partial<HistoryEvent>;
}

/** A change as it is sent to the server. */
export interface ChangeRequest {
    readonly files: readonly FileRequest[];
    readonly events: readonly EventRequest[];
}

/** What a rule made of a table, and what the history is to say of it, as a request to make the same change. */
export function requestOf(before: LockTable, after: LockTable, events: readonly HistoryEvent[]): ChangeRequest {
    const files = new Map<string, FileRequest>();
    const { removed, added } = differenceOf(before, after);
    const contents = new Map(events.flatMap(({ file, after: now }) => (file && now ? [[foldPath(file), now]] : [])));
    const renames = events.filter(({ action }) => action === 'rename');
    for (const [folded, { path, lock, source }] of added) {
        const there = removed.get(folded);
        const isMoved =
            (there === undefined || there.source === source) &&
            renames.some(({ file, from }) => movedPath(path!, file!, from!) !== undefined);
        if (lock === undefined || isMoved) continue;
        const content = contents.get(folded);
        const isRenewed = there?.lock !== undefined && sameUser(there.lock.user, lock.user);
        files.set(folded, {
            path: path!,
            folded,
            expect: expected(before.find(path!)?.lock),
            set: isRenewed && there.path === path ? 'renew' : 'take',
            message: lock.message,
            ...(content && { content }),
        });
    }
    for (const [folded, { path, lock }] of removed) {
        if (files.has(folded)) continue;
        const to = renames.map(({ file, from }) => movedPath(path!, from!, file!)).find((one) => one !== undefined);
        const moved = to === undefined ? {} : { to, toFolded: foldPath(to) };
        files.set(folded, {
            path: path!,
            folded,
            expect: expected(lock),
            set: to === undefined ? 'release' : 'move',
            ...moved,
        });
    }
    const moves = [...files.values()].flatMap(({ to }) => to ?? []);
    const fetched = new Map(
        events.flatMap(({ file, after: now, isFetched }) => (isFetched && file && now ? [[foldPath(file), now]] : [])),
    );
    const named = events.flatMap(({ file, from }) => [...(file ? [file] : []), ...(from ? [from] : [])]);
    for (const path of [...moves, ...named]) {
        const folded = foldPath(path);
        if (files.has(folded)) continue;
        const content = fetched.get(folded);
        files.set(folded, {
            path,
            folded,
            expect: expected(before.find(path)?.lock),
            set: 'stay',
            ...(content && { content }),
        });
    }
    return { files: [...files.values()], events: events.map(eventRequest) };
}

/** What is expected of files, without a change. */
export function expectationsOf(table: LockTable, paths: readonly string[]): readonly FileRequest[] {
    const files = new Map(paths.map((path) => [foldPath(path), path]));
    return [...files].map(([folded, path]) => ({
        path,
        folded,
        expect: expected(table.find(path)?.lock),
        set: 'stay',
    }));
}

/** A line of the history as it is sent. */
export function eventRequest({ action, file = '', from, message, ...detail }: HistoryEvent): EventRequest {
    const renamed = from === undefined ? {} : { from, fromFolded: foldPath(from) };
    return { action, path: file, folded: foldPath(file), ...renamed, message, detail };
}

function expected(lock: Lock | undefined): Expected | null {
    return lock === undefined ? null : { holder: lock.user, since: lock.timestamp };
}

/** The entries that one of two tables has alone, by their folded paths. Most of both is the same, in the same order. */
function differenceOf(before: LockTable, after: LockTable) {
    const [old, now] = [before.entries, after.entries];
    let start = 0;
    while (start < old.length && old[start] === now[start]) start++;
    let end = 0;
    while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
    const [gone, come] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
    const [isOld, isNew] = [new Set(gone), new Set(come)];
    return {
        removed: byFile(gone.filter((entry) => !isNew.has(entry))),
        added: byFile(come.filter((entry) => !isOld.has(entry))),
    };
}

function byFile(entries: readonly LockEntry[]): Map<string, LockEntry> {
    return new Map(
        entries.flatMap((entry) => (entry.path === undefined ? [] : [[foldPath(entry.path), entry] as const])),
    );
}
