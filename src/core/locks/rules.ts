import { extensionOf, foldPath, isRepositoryPath } from '../base/repositoryPath';
import {
    alreadyMine,
    changedHands,
    extensionNotAllowed,
    fileMissing,
    heldByOther,
    malformedLock,
    noLongerCheckedOut,
    notCheckedOut,
    notTogether,
    outsideRepository,
    type Refusal,
} from './refusal';
import { sameUser, type Lock, type LockTable } from './lockTable';

// The rules of checking out, checking in and taking over: pure functions, and the only place that decides.

/** Characters that a message may have: one of a megabyte, pasted by mistake, would go to everybody with each file. */
export const LONGEST_MESSAGE = 10_000;

/** A file that was checked out, checked in or taken over. */
export interface Done {
    /** Path inside the repository. */
    readonly path: string;
    /** The lock that was set or released. */
    readonly lock: Lock;
    /** The lock that the file keeps, when it was checked in and stays checked out. */
    readonly kept?: Lock;
    /** The lock of somebody else that was taken over. */
    readonly previous?: Lock;
    /** The number of the revision that has what was checked in. */
    readonly revision?: number;
    readonly refusal?: undefined;
}

/** A file that was left as it was, and why. */
export interface Refused {
    /** Path inside the repository, or as it was asked for where it is not in the repository. */
    readonly path: string;
    readonly refusal: Refusal;
    readonly lock?: undefined;
    readonly kept?: undefined;
    readonly previous?: undefined;
    readonly revision?: undefined;
}

/** What came of one file of a check-out, check-in or take-over. */
export type Outcome = Done | Refused;

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

/** A file whose lock somebody wants to change, and the lock on it that they were shown. */
export interface SeenLock {
    readonly path: string;
    readonly seen: Lock;
}

/**
 * Whether a user could check a file out now. Refused: a path outside the repository, an extension that is not allowed, a
 * file that somebody else has, one that the same user has already, one whose entry in the locks file is not a lock, and
 * one that is not there.
 * @param extensions lower case, with the dot
 * @param now milliseconds since 1970, for the ages in refusals
 * @returns undefined when nothing stands in the way
 */
export function refusalFor(
    table: LockTable,
    { path, present }: CheckOutRequest,
    user: string,
    extensions: ReadonlySet<string>,
    now: number,
): Refusal | undefined {
    if (!isRepositoryPath(path)) return outsideRepository(path);
    if (!extensions.has(extensionOf(path))) return extensionNotAllowed(path, extensions);
    const entry = table.find(path);
    if (entry === undefined) return present ? undefined : fileMissing(path);
    const { key, lock } = entry;
    if (lock === undefined) return malformedLock(key);
    return sameUser(lock.user, user) ? alreadyMine(key, lock, now) : heldByOther(path, lock, now, 'check out');
}

/**
 * Checks files out, each unless it is refused; see `refusalFor`. A lock that the same user has already stays as it is.
 * @param lock the lock that each file gets; its timestamp must be that of `now`
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
    const outcomes = requests.map((request): Outcome => {
        const { path } = request;
        const refusal = taken.has(foldPath(path))
            ? alreadyMine(path, lock, now)
            : refusalFor(table, request, lock.user, extensions, now);
        if (refusal !== undefined) return { path, refusal };
        taken.set(foldPath(path), path);
        return { path, lock };
    });
    return { table: table.with([...taken.values()].map((path) => ({ path, lock }))), outcomes };
}

/**
 * Checks files in. Refused, each for itself: a path outside the repository, a file that is not checked out, one that
 * somebody else has, and one whose entry is not a lock. Whether the file still exists does not matter.
 * @param now milliseconds since 1970, for the ages in refusals
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
            return { path, refusal: heldByOther(path, entry.lock, now, 'check in') };
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

/**
 * Takes files over from their holders. Refused, each for itself: a path outside the repository, a file that nobody has,
 * one that the same user has, one that changed hands since the person looked, and one whose entry is not a lock.
 * @param lock the lock that each file gets; its timestamp must be that of `now`
 * @param now milliseconds since 1970, for the ages in refusals
 */
export function takeOver(table: LockTable, requests: readonly SeenLock[], lock: Lock, now: number): RuleResult {
    let after = table;
    const outcomes = requests.map(({ path, seen }): Outcome => {
        const entry = after.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: notCheckedOut(path, 'take over') };
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
 * Whether a user still has a file under the lock that they were shown, so that what is in it may be changed. Refused: a file
 * that they do not have, or have under another lock.
 * @param now milliseconds since 1970, for the ages in refusals
 */
export function stillHeld(table: LockTable, { path, seen }: SeenLock, user: string, now: number): RuleResult {
    const entry = table.find(path);
    const refuse = (refusal: Refusal): RuleResult => ({ table, outcomes: [{ path, refusal }] });
    if (!isRepositoryPath(path)) return refuse(outsideRepository(path));
    if (entry === undefined) return refuse(noLongerCheckedOut(path));
    if (entry.lock === undefined) return refuse(malformedLock(entry.key));
    const isAsSeen = sameUser(entry.lock.user, seen.user) && entry.lock.timestamp === seen.timestamp;
    if (!isAsSeen || !sameUser(entry.lock.user, user)) return refuse(changedHands(entry.key, entry.lock, now));
    return { table, outcomes: [{ path: entry.key, lock: entry.lock }] };
}

/** Ends a check-out whose file is put back as it was; see `stillHeld`. */
export function undo(table: LockTable, request: SeenLock, user: string, now: number): RuleResult {
    const { outcomes } = stillHeld(table, request, user, now);
    const isDone = outcomes.every(({ refusal }) => refusal === undefined);
    return { table: isDone ? table.without([request.path], user) : table, outcomes };
}

/**
 * All or none: when one file of a check-out or check-in is refused, the others are left as they were, too, and their
 * refusal names the first obstacle. A file that is already as it was wanted (the same user has it at a check-out, nobody
 * at a check-in) is no obstacle.
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
