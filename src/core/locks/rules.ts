import type { FileState } from '../disk/fileState';
import { isLitter } from '../base/fileNames';
import { extensionOf, foldKey, isRepositoryPath, nameOf } from '../base/repositoryPath';
import {
    alreadyMine,
    changedHands,
    extensionNotAllowed,
    fileMissing,
    heldByOther,
    malformedLock,
    notAProgram,
    noLongerCheckedOut,
    notCheckedOut,
    notTogether,
    outsideRepository,
    stillHeld as stillHeldBy,
    unusableName,
    type Refusal,
} from './refusal';
import { sameUser, type Person } from './holder';
import type { FileEntry, Lock } from './lockEntry';
import type { LockTable } from './lockTable';

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
    /** Why what was checked in was not kept, where it is too large. */
    readonly notKept?: Refusal;
    /** The path before a rename. */
    readonly from?: string;
    /** Locks that were taken over with it: other entries of the locks file for the same file. */
    readonly others?: readonly Lock[];
    /** Why the file is not free after its check-in: the locks file has another entry for it. */
    readonly remaining?: Refusal;
    /** How the file was at that moment, where that is known. */
    readonly file?: FileState;
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
    readonly notKept?: undefined;
    readonly from?: undefined;
    readonly others?: undefined;
    readonly remaining?: undefined;
    readonly file?: undefined;
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
    /** Why nobody can have it under its name, as a clause to follow "because". */
    readonly unusable?: string | undefined;
}

/** A file whose lock somebody wants to change, and the lock on it that they were shown. */
export interface SeenLock {
    readonly path: string;
    readonly seen: Lock;
    /** Whether the person confirmed that a check-out of another computer is theirs. */
    readonly fromOtherComputer?: boolean;
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
    { path, present, unusable }: CheckOutRequest,
    { user, host }: Person,
    extensions: ReadonlySet<string>,
    now: number,
): Refusal | undefined {
    if (unusable !== undefined) return unusableName(path, unusable);
    if (!isRepositoryPath(path)) return outsideRepository(path);
    if (!extensions.has(extensionOf(path))) return extensionNotAllowed(path, extensions);
    const entry = table.find(path);
    if (entry === undefined && isLitter(nameOf(path))) return notAProgram(path);
    if (entry === undefined) return present ? undefined : fileMissing(path);
    const { lock } = entry;
    if (lock === undefined) return malformedLock(path, entry);
    return sameUser(lock.user, user)
        ? alreadyMine(entry.path, lock, now, host)
        : heldByOther(path, lock, now, 'check out');
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
        const refusal = taken.has(foldKey(path))
            ? alreadyMine(path, lock, now)
            : refusalFor(table, request, lock, extensions, now);
        if (refusal !== undefined) return { path, refusal };
        taken.set(foldKey(path), path);
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
        const entry = released.has(foldKey(path)) ? undefined : table.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: notCheckedOut(path, 'check in') };
        if (entry.lock === undefined) return { path, refusal: malformedLock(path, entry) };
        if (!sameUser(entry.lock.user, user)) {
            return { path, refusal: heldByOther(path, entry.lock, now, 'check in') };
        }
        released.add(foldKey(path));
        const kept = keptFrom === undefined ? {} : { kept: { ...entry.lock, timestamp: keptFrom } };
        return { path: entry.path, lock: entry.lock, ...kept };
    });
    const freed = [...released];
    if (keptFrom !== undefined) return { table: table.renewed(freed, user, keptFrom), outcomes };
    const after = table.without(freed, user);
    return { table: after, outcomes: outcomes.map((outcome) => withRemaining(outcome, after, now)) };
}

/** The outcome of a check-in, with what keeps the file from being free. */
function withRemaining(outcome: Outcome, after: LockTable, now: number): Outcome {
    const { path, refusal } = outcome;
    if (refusal !== undefined) return outcome;
    const left = after.find(path);
    return left === undefined ? outcome : { ...outcome, remaining: stillHeldBy(path, left, now) };
}

/**
 * Takes files over from their holders. Refused, each for itself: a path outside the repository, a file that nobody has,
 * one that the same user has, one that changed hands since the person looked, and one whose entry is not a lock.
 * @param lock the lock that each file gets; its timestamp must be that of `now`
 * @param now milliseconds since 1970, for the ages in refusals
 */
export function takeOver(table: LockTable, requests: readonly SeenLock[], lock: Lock, now: number): RuleResult {
    const taken = new Map<string, FileEntry>();
    const outcomes = requests.map(({ path, seen }): Outcome => {
        const entry = table.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: notCheckedOut(path, 'take over') };
        if (entry.lock === undefined) return { path, refusal: malformedLock(path, entry) };
        const holder = taken.has(foldKey(path)) ? lock : entry.lock;
        if (sameUser(holder.user, lock.user)) {
            return { path, refusal: alreadyMine(entry.path, holder, now, lock.host) };
        }
        const isAsSeen = sameUser(holder.user, seen.user) && holder.timestamp === seen.timestamp;
        if (!isAsSeen) return { path, refusal: changedHands(entry.path, holder, now) };
        taken.set(foldKey(path), entry);
        const others = table
            .beside(entry)
            .flatMap((other) => (other.lock === undefined || isOneOf(other.lock, [holder, lock]) ? [] : [other.lock]));
        return { path: entry.path, lock, previous: holder, ...(others.length > 0 && { others }) };
    });
    return { table: table.replaced([...taken.values()], lock), outcomes };
}

function isOneOf({ user }: Lock, holders: readonly Lock[]): boolean {
    return holders.some((holder) => sameUser(holder.user, user));
}

/**
 * Whether a user still has files under the locks that they were shown, so that what is in them may be changed. Refused, each
 * for itself: a file that they do not have, or have under another lock, and one whose content could not be changed.
 * @param now milliseconds since 1970, for the ages in refusals
 * @param failures by the folded keys of files whose content could not be changed
 */
export function stillHeld(
    table: LockTable,
    requests: readonly SeenLock[],
    user: string,
    now: number,
    failures: ReadonlyMap<string, Refusal> = new Map(),
): RuleResult {
    const found = new Set<string>();
    const outcomes = requests.map(({ path, seen }): Outcome => {
        const failure = failures.get(foldKey(path));
        if (failure !== undefined) return { path, refusal: failure };
        const entry = found.has(foldKey(path)) ? undefined : table.find(path);
        if (!isRepositoryPath(path)) return { path, refusal: outsideRepository(path) };
        if (entry === undefined) return { path, refusal: noLongerCheckedOut(path) };
        if (entry.lock === undefined) return { path, refusal: malformedLock(path, entry) };
        const isAsSeen = sameUser(entry.lock.user, seen.user) && entry.lock.timestamp === seen.timestamp;
        if (!isAsSeen || !sameUser(entry.lock.user, user))
            return { path, refusal: changedHands(entry.path, entry.lock, now) };
        found.add(foldKey(path));
        return { path: entry.path, lock: entry.lock };
    });
    return { table, outcomes };
}

/** Ends check-outs whose files are put back as they were; see `stillHeld`. */
export function undo(
    table: LockTable,
    requests: readonly SeenLock[],
    user: string,
    now: number,
    failures?: ReadonlyMap<string, Refusal>,
): RuleResult {
    const { outcomes } = stillHeld(table, requests, user, now, failures);
    const released = outcomes.flatMap(({ path, refusal }) => (refusal === undefined ? [path] : []));
    const after = table.without(released, user);
    return { table: after, outcomes: outcomes.map((outcome) => withRemaining(outcome, after, now)) };
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
