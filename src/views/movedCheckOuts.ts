import type { HistoryEvent } from '../core/history/historyEvent';
import { foldPath } from '../core/base/repositoryPath';
import { plainLine, plainName } from '../core/base/plainText';
import { nameBefore } from '../core/history/renamedFile';
import { sameUser } from '../core/locks/holder';
import type { Lock } from '../core/locks/lockEntry';
import type { CheckOutVersions } from '../model/checkOutVersions';
import type { RepositorySession } from '../model/repositorySession';
import { commandIds } from '../commandIds';
import { listed } from '../ui/heldFiles';
import { showMessage } from '../ui/messages';

/** How many entries of the history are searched for what was done to files: weeks of a busy shop. */
const MAX_EVENTS = 10_000;

/** The locks, or the missing file, may be seen a moment before the history says why. */
const HISTORY_LAG_MS = 3000;

/** A check-out as it was seen before: its path and the time in its lock. */
export interface SeenCheckOut {
    readonly path: string;
    readonly timestamp: string;
}

interface Moved {
    readonly from: string;
    readonly path: string;
    readonly lock: Lock;
    readonly event: HistoryEvent;
}

/**
 * Has the versions at check-out go along with files that were renamed, wherever that was done, and tells the user of those
 * that somebody else renamed.
 * @param gone check-outs whose path has no lock any more
 * @param appeared check-outs under paths that had none before
 */
export async function followMoved(
    session: RepositorySession,
    gone: readonly SeenCheckOut[],
    appeared: readonly SeenCheckOut[],
    versions: CheckOutVersions,
    isSecondLook = false,
): Promise<void> {
    const moved: Moved[] = [];
    const unclear: SeenCheckOut[] = [];
    const events = await recentEvents(session);
    for (const { path, timestamp } of appeared) {
        const candidates = gone.filter((one) => one.timestamp === timestamp);
        const lock = session.file(path)?.lock;
        if (candidates.length === 0 || lock === undefined) continue;
        const found = events.flatMap((event) => {
            const before = nameBefore(event, path);
            const from = candidates.find(
                (one) => before !== undefined && foldPath(one.path) === foldPath(before),
            )?.path;
            return from === undefined ? [] : { from, path, lock, event };
        });
        if (found[0] === undefined) unclear.push({ path, timestamp });
        else moved.push(found[0]);
    }
    if (unclear.length > 0 && !isSecondLook) {
        setTimeout(() => void followMoved(session, gone, unclear, versions, true), HISTORY_LAG_MS);
    }
    if (moved.length > 0) versions.noteRename(session, moved);
    const byOthers = moved.filter(({ event }) => !isMine(event, session));
    // A folder is one event for all files below it.
    const renames = new Map(byOthers.map(({ event }) => [JSON.stringify(event), event]));
    for (const [name, event] of renames)
        tell(
            event,
            byOthers.filter((one) => JSON.stringify(one.event) === name),
            session,
        );
}

/** Tells the user that somebody else deleted files that they have checked out. @param missing their paths */
export async function tellDeleted(
    session: RepositorySession,
    missing: readonly SeenCheckOut[],
    isSecondLook = false,
): Promise<void> {
    const unclear: SeenCheckOut[] = [];
    const events = await recentEvents(session);
    const byWhom = new Map<string, string[]>();
    for (const { path, timestamp } of missing) {
        const event = events.find(
            ({ action, file, checkedOut }) =>
                action === 'delete' &&
                file !== undefined &&
                foldPath(file) === foldPath(path) &&
                checkedOut?.time === timestamp,
        );
        if (event === undefined) unclear.push({ path, timestamp });
        if (event === undefined || isMine(event, session)) continue;
        byWhom.set(event.user, [...(byWhom.get(event.user) ?? []), path]);
    }
    if (unclear.length > 0 && !isSecondLook) {
        setTimeout(() => void tellDeleted(session, unclear, true), HISTORY_LAG_MS);
    }
    for (const [user, paths] of byWhom) {
        const files = paths.length === 1 ? 'your checked-out file' : `${paths.length} of your checked-out files:`;
        showMessage('warning', `${plainName(user)} deleted ${files} ${listed(paths.map(plainLine))}.`, [
            { title: 'Show History', command: commandIds.showHistory, arguments: [session.uriOf(paths[0]!)] },
        ]);
    }
}

function tell({ user, from = '', file = '' }: HistoryEvent, moved: readonly Moved[], session: RepositorySession): void {
    const [first] = moved;
    if (first === undefined) return;
    const isFolder = foldPath(first.path) !== foldPath(file);
    const what = isFolder
        ? `the folder ${from} to ${file}. You have ${moved.length === 1 ? first.path : `${moved.length} files in it`} checked out.`
        : `your checked-out file ${from} to ${file}.`;
    showMessage('warning', `${plainName(user)} renamed ${what}`, [
        { title: 'Show History', command: commandIds.showHistory, arguments: [session.uriOf(first.path)] },
    ]);
}

/** Whether the user did it themselves, here or in another window of this computer. */
function isMine({ user, host }: HistoryEvent, { settings }: RepositorySession): boolean {
    return sameUser(user, settings.user) && (host === undefined || sameUser(host, settings.host));
}

async function recentEvents({ repository }: RepositorySession): Promise<readonly HistoryEvent[]> {
    return repository.history({ limit: MAX_EVENTS }).then(
        ({ events }) => events,
        () => [], // Without a history nobody can tell.
    );
}
