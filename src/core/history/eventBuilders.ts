import { formatTimestamp } from '../base/time';
import type { FileContent, HistoryAction, HistoryEvent, RevisionFacts } from './historyEvent';

// The events that changes of the locks leave in the history.

/** A check-out as its lock tells of it. */
interface CheckOut {
    readonly user: string;
    /** ISO 8601; `''` when nobody knows. */
    readonly timestamp: string;
    readonly message: string;
    readonly host?: string;
}

/** A check-out of a file. @param after what is in the file now, where that is known */
export function checkOutEvent(file: string, checkOut: CheckOut, after: FileContent | undefined): HistoryEvent {
    const { timestamp: time, user, host, message } = checkOut;
    return { time, action: 'check-out', file, user, ...(host && { host }), message, ...(after && { after }) };
}

/** A take-over: a check-out that ended somebody else's. */
export function takeOverEvent(
    file: string,
    checkOut: CheckOut,
    ended: CheckOut | undefined,
    after: FileContent | undefined,
): HistoryEvent {
    const { timestamp: time = '', message = '', user, host } = ended ?? {};
    return {
        ...checkOutEvent(file, checkOut, after),
        action: 'take-over',
        checkedOut: { time, message, ...(user && { user }), ...(host && { host }) },
    };
}

/** What there is to say of a check-in beside the check-out that it ends. */
export interface CheckInFacts {
    readonly action: 'check-in' | 'undo' | 'restore';
    readonly user: string;
    readonly host: string;
    readonly message: string;
    /** The time from which the file stays checked out; without it, it was released. */
    readonly keptFrom: string | undefined;
    /** What was in the file at its check-out, and what is in it now; each where it is known. */
    readonly before: FileContent | undefined;
    readonly after: FileContent | undefined;
    readonly revision?: RevisionFacts | undefined;
    readonly restoredFrom?: number | undefined;
    readonly isFetched?: boolean | undefined;
    readonly keptIn?: string | undefined;
}

/** A check-in, an undo, or discarded changes that were put back into a file. */
export function checkInEvent(
    file: string,
    ended: CheckOut,
    { action, user, host, message, keptFrom, before, after, ...facts }: CheckInFacts,
): HistoryEvent {
    const { revision, restoredFrom, isFetched, keptIn } = facts;
    return {
        time: keptFrom ?? formatTimestamp(new Date()),
        action,
        file,
        user,
        host,
        message,
        checkedOut: { time: ended.timestamp, message: ended.message, ...(ended.host && { host: ended.host }) },
        ...(keptFrom !== undefined && { kept: true }),
        ...(before && { before }),
        ...(after && { after }),
        ...(revision && { revision }),
        ...(restoredFrom !== undefined && { restoredFrom }),
        ...(isFetched && { isFetched }),
        ...(keptIn !== undefined && { keptIn }),
    };
}

/** Something that was done with a revision by somebody, and changes no lock. */
export function revisionEvent(
    action: 'found' | 'label',
    file: string,
    revision: RevisionFacts,
    { user, host }: { readonly user: string; readonly host: string },
    message = '',
    keptIn?: string,
): HistoryEvent {
    const time = formatTimestamp(new Date());
    return { time, action, file, user, host, message, revision, ...(keptIn !== undefined && { keptIn }) };
}

/** A restore of the whole locks file. */
export function restoreEvent(
    { user, host }: { readonly user: string; readonly host: string },
    now: Date,
): HistoryEvent {
    return { time: formatTimestamp(now), action: 'restore', user, host, message: '' };
}

/** Who does something to files at a computer. */
interface Actor {
    readonly user: string;
    readonly host: string;
}

/**
 * A rename of a file or folder.
 * @param lock the lock that went along, of a file that was checked out
 */
export function renameEvent(from: string, to: string, { user, host }: Actor, lock?: CheckOut): HistoryEvent {
    return { ...told('rename', to, { user, host }, lock), from };
}

/** A deletion of a file. @param lock the lock under which it still is */
export function deleteEvent(file: string, actor: Actor, lock: CheckOut): HistoryEvent {
    return told('delete', file, actor, lock);
}

/** A check-out that goes on under another name of its holder. @param lock as it was before */
export function handOverEvent(file: string, actor: Actor, lock: CheckOut): HistoryEvent {
    return told('hand-over', file, actor, lock);
}

function told(action: HistoryAction, file: string, { user, host }: Actor, lock: CheckOut | undefined): HistoryEvent {
    const time = formatTimestamp(new Date());
    const holder = lock === undefined || lock.user === user ? {} : { user: lock.user };
    const checkedOut = lock && { time: lock.timestamp, message: lock.message, ...holder };
    return { time, action, file, user, host, message: '', ...(checkedOut && { checkedOut }) };
}
