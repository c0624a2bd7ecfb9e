import { formatAge } from '../base/time';
import type { Refusal } from './refusal';
import { sameUser, type Lock, type LockTable } from './lockTable';
import { extensionOf, foldPath, isRepositoryPath } from '../base/repositoryPath';
import { truncate } from '../base/truncate';

/** How much of what other people wrote a sentence takes. */
const NAME_LENGTH = 100;
const MESSAGE_LENGTH = 500;

/** Characters that a message may have: one of a megabyte, pasted by mistake, would go to everybody with each file. */
export const LONGEST_MESSAGE = 10_000;

/** What came of one file of a check-out or check-in: done, or refused and why. */
export interface Outcome {
    /** Path inside the repository, as it was asked for where it is not in the repository. */
    readonly path: string;
    /** The lock that was set or released; undefined when refused. */
    readonly lock?: Lock;
    /** The lock that a file keeps that was checked in and stays checked out. */
    readonly kept?: Lock;
    /** The lock of somebody else that was taken over. */
    readonly previous?: Lock;
    readonly refusal?: Refusal;
}

/** A rule's answer: the table after it (the same object when nothing changes) and one outcome for each file, in order. */
export interface RuleResult {
    readonly table: LockTable;
    readonly outcomes: readonly Outcome[];
}

/** A file that somebody wants to check out: its path as it is spelled on disk, and whether it is there. */
export interface CheckOutRequest {
    readonly path: string;
    readonly present: boolean;
}

/** What "held by somebody else" says of the lock: who, from which computer, how long ago, and why. */
export function describeHolder(lock: Lock, now: number): string {
    const age = formatAge(lock.timestamp, now);
    return [
        truncate(lock.user, NAME_LENGTH),
        lock.host ? ` on ${truncate(lock.host, NAME_LENGTH)}` : '',
        age === undefined ? '' : `, ${age}`,
        lock.message.trim() === '' ? '' : `: “${truncate(lock.message, MESSAGE_LENGTH)}”`,
    ].join('');
}

/** "held by …", to the end of a sentence; a message may have ended it already. */
export function heldBy(lock: Lock, now: number): string {
    const holder = describeHolder(lock, now);
    return `held by ${holder}${/[.!?]”?$/.test(holder) ? '' : '.'}`;
}

/**
 * Checks files out. Refused, each for itself: a path outside the repository, an extension that is not allowed, a file
 * that is not there, one that somebody else holds, one that the same user holds already (that lock stays as it is), and
 * one whose entry in the locks file is not a lock.
 * @param lock the lock each file gets; its timestamp must be that of `now`
 * @param extensions lower case, with the dot
 * @param now milliseconds since 1970, for the ages in refusals
 */
export function checkOut(
    table: LockTable,
    requests: readonly CheckOutRequest[],
    lock: Lock,
    extensions: ReadonlySet<string>,
    now: number,
): RuleResult {
    const taken = new Map<string, string>();
    const outcomes = requests.map(({ path, present }): Outcome => {
        const refusal = taken.has(foldPath(path))
            ? alreadyMine(path, lock, now)
            : refuseCheckOut(table, path, present, lock, extensions, now);
        if (refusal !== undefined) return { path, refusal };
        taken.set(foldPath(path), path);
        return { path, lock };
    });
    return { table: table.with([...taken.values()].map((path) => ({ path, lock }))), outcomes };
}

function refuseCheckOut(
    table: LockTable,
    path: string,
    present: boolean,
    lock: Lock,
    extensions: ReadonlySet<string>,
    now: number,
): Refusal | undefined {
    if (!isRepositoryPath(path)) return outsideRepository(path);
    if (!extensions.has(extensionOf(path))) {
        const allowed = [...extensions].join(', ');
        return {
            code: 'extensionNotAllowed',
            message: `${path} cannot be checked out, because only files that end in ${allowed} can be.`,
        };
    }
    const entry = table.find(path);
    if (entry?.lock !== undefined) {
        if (sameUser(entry.lock.user, lock.user)) return alreadyMine(entry.key, entry.lock, now);
        return heldByOther(path, entry.lock, now, 'checked out');
    }
    if (entry !== undefined) return malformedLock(entry.key);
    if (!present) {
        return {
            code: 'fileMissing',
            message: `${path} is not in the repository. Check the spelling, or refresh if it was moved or renamed.`,
        };
    }
    return undefined;
}

/**
 * Checks files in. Refused, each for itself: a path outside the repository, a file that is not checked out, one that
 * somebody else holds, and one whose entry is not a lock. Whether the file still exists does not matter.
 * @param keptFrom the time from which the files stay checked out, as their locks are to have it; without it they are released
 */
export function checkIn(
    table: LockTable,
    paths: readonly string[],
    user: string,
    now: number,
    keptFrom?: string,
): RuleResult {
    const released = new Set<string>();
    const outcomes = paths.map((path): Outcome => {
        const entry = released.has(foldPath(path)) ? undefined : table.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: notCheckedOut(path, 'check in') };
        if (entry.lock === undefined) return { path, refusal: malformedLock(entry.key) };
        if (!sameUser(entry.lock.user, user)) {
            return { path, refusal: heldByOther(path, entry.lock, now, 'checked in') };
        }
        released.add(foldPath(path));
        const kept = keptFrom === undefined ? {} : { kept: { ...entry.lock, timestamp: keptFrom } };
        return { path: entry.key, lock: entry.lock, ...kept };
    });
    const freed = [...released];
    return {
        table: keptFrom === undefined ? table.without(freed, user) : table.renewed(freed, user, keptFrom),
        outcomes,
    };
}

/** A file that somebody wants to take over, and the lock on it that they were shown. */
export interface TakeOverRequest {
    readonly path: string;
    readonly seen: Lock;
}

/**
 * Takes files over from whoever holds them. Refused, each for itself: a path outside the repository, a file that nobody
 * holds, one that the same user holds, one that changed hands since the person looked, and one whose entry is not a lock.
 * @param lock the lock each file gets; its timestamp must be that of `now`
 */
export function takeOver(table: LockTable, requests: readonly TakeOverRequest[], lock: Lock, now: number): RuleResult {
    let after = table;
    const outcomes = requests.map(({ path, seen }): Outcome => {
        const entry = after.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: notCheckedOut(path, 'take over. Check it out instead') };
        if (entry.lock === undefined) return { path, refusal: malformedLock(entry.key) };
        if (sameUser(entry.lock.user, lock.user)) return { path, refusal: alreadyMine(entry.key, entry.lock, now) };
        const isAsSeen = sameUser(entry.lock.user, seen.user) && entry.lock.timestamp === seen.timestamp;
        if (!isAsSeen) return { path, refusal: changedHands(entry.key, entry.lock, now) };
        after = after.without([path], entry.lock.user).with([{ path: entry.key, lock }]);
        return { path: entry.key, lock, previous: entry.lock };
    });
    return { table: after, outcomes };
}

/**
 * All or none: when one file of a check-out or check-in is refused, the others are left as they were too, and their
 * refusal names the first obstacle. A file that is already as it was wanted (held by the same user at a check-out, not
 * checked out at a check-in) is no obstacle.
 * @param before the table that the rule was given
 */
export function together(before: LockTable, { table, outcomes }: RuleResult): RuleResult {
    const obstacle = outcomes.find(({ refusal }) => refusal !== undefined && !isAsWanted(refusal))?.refusal;
    if (obstacle === undefined) return { table, outcomes };
    return {
        table: before,
        outcomes: outcomes.map(({ path, refusal }) => ({ path, refusal: refusal ?? notTogether(path, obstacle) })),
    };
}

function isAsWanted({ code }: Refusal): boolean {
    return code === 'alreadyMine' || code === 'notCheckedOut';
}

/** The refusal for a path that does not lie inside the repository. */
export function outsideRepository(path: string): Refusal {
    return {
        code: 'outsideRepository',
        message: `${path} is not a file inside the repository, so it cannot be checked out or in.`,
    };
}

function alreadyMine(path: string, lock: Lock, now: number): Refusal {
    const age = formatAge(lock.timestamp, now);
    return {
        code: 'alreadyMine',
        message: `You have ${path} checked out already${age === undefined ? '' : ` (${age})`}. Nothing was changed.`,
        holder: lock,
    };
}

function heldByOther(path: string, lock: Lock, now: number, wanted: 'checked out' | 'checked in'): Refusal {
    const user = truncate(lock.user, NAME_LENGTH);
    const advice = wanted === 'checked out' ? `Ask ${user} to check it in.` : `Only ${user} can check it in.`;
    return { code: 'heldByOther', message: `${path} is ${heldBy(lock, now)} ${advice}`, holder: lock };
}

function notTogether(path: string, obstacle: Refusal): Refusal {
    const message = `${path} was left as it was, because all files or none were wanted. ${obstacle.message}`;
    return { code: 'notTogether', message };
}

/** The refusal for a file that nobody holds. @param wanted what cannot be done then */
export function notCheckedOut(path: string, wanted: string): Refusal {
    return { code: 'notCheckedOut', message: `${path} is not checked out, so there is nothing to ${wanted}.` };
}

/** The refusal for a file that is no longer held as the person was shown. @param now milliseconds since 1970 */
export function changedHands(path: string, lock: Lock, now: number): Refusal {
    const message = `${path} changed hands while you were asked: it is ${heldBy(lock, now)} Nothing was changed. Look again, and decide anew.`;
    return { code: 'changedHands', message, holder: lock };
}

/** The refusal for a file whose entry in the locks file is not a lock. */
export function malformedLock(key: string): Refusal {
    return {
        code: 'malformedLock',
        message: `The locks file has an entry for ${key} that names no holder, so it was left as it is. Mend or remove that entry first.`,
    };
}
