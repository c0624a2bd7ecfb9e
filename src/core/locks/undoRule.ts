import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import { sameUser, type Lock, type LockTable } from './lockTable';
import { changedHands, malformedLock, notCheckedOut, outsideRepository, type Refusal } from './refusal';
import type { Outcome, RuleResult } from './rules';

/** A file that somebody holds, and the lock on it that they were shown. */
export interface HeldFile {
    readonly path: string;
    readonly seen: Lock;
}

/**
 * Ends check-outs whose files are put back. Refused, each for itself: a file that is not held by `user` any more under the
 * very lock that was shown, and one that cannot be put back.
 * @param refusalOf why a file cannot be put back
 * @param now milliseconds since 1970, for the ages in refusals
 */
export function undo(
    table: LockTable,
    files: readonly HeldFile[],
    user: string,
    now: number,
    refusalOf: (path: string) => Refusal | undefined,
): RuleResult {
    const released = new Set<string>();
    const outcomes = files.map((file): Outcome => {
        const { path } = file;
        const entry = table.find(path);
        const refusal = released.has(foldPath(path))
            ? notCheckedOut(path, 'undo')
            : (refuseUnlessHeld(table, file, user, now, 'undo') ?? refusalOf(path));
        if (refusal !== undefined) return { path, refusal };
        if (entry?.lock === undefined) return { path, refusal: notCheckedOut(path, 'undo') };
        released.add(foldPath(path));
        return { path: entry.key, lock: entry.lock };
    });
    return { table: table.without([...released], user), outcomes };
}

/**
 * Why a file is not one that `user` holds under the lock that was shown; undefined when it is.
 * @param now milliseconds since 1970, for the ages in refusals
 * @param wanted what cannot be done then
 */
export function refuseUnlessHeld(
    table: LockTable,
    { path, seen }: HeldFile,
    user: string,
    now: number,
    wanted: 'undo' | 'restore',
): Refusal | undefined {
    if (!isRepositoryPath(path)) return outsideRepository(path);
    const entry = table.find(path);
    if (entry === undefined) return notCheckedOut(path, wanted);
    const { key, lock } = entry;
    if (lock === undefined) return malformedLock(key);
    const isAsSeen = sameUser(lock.user, user) && sameUser(seen.user, user) && lock.timestamp === seen.timestamp;
    return isAsSeen ? undefined : changedHands(key, lock, now);
}
