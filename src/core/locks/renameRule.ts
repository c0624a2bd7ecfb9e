import { extensionOf, foldPath, isRepositoryPath } from '../base/repositoryPath';
import { movedPath } from '../history/renamedFile';
import { refusalOfOther } from './computerRule';
import { isFromOther, sameUser } from './holder';
import type { FileEntry, LockEntry } from './lockEntry';
import type { LockTable } from './lockTable';
import {
    alreadyMine,
    extensionNotAllowed,
    heldByOther,
    malformedLock,
    notTogether,
    outsideRepository,
    type Refusal,
} from './refusal';
import type { Outcome, RuleResult } from './rules';

/** A file or folder that gets another path inside the repository. */
export interface Renaming {
    readonly from: string;
    readonly to: string;
}

/** Who renames, and what may be renamed. */
export interface RenameTerms {
    /** Who renames. */
    readonly user: string;
    /** Lower case, with the dot: what a checked-out file has to end in. */
    readonly extensions: ReadonlySet<string>;
    /** Whether a file that somebody else has stops it. Without it their locks go along: it was renamed already. */
    readonly onlyOwn: boolean;
    /** Whether the person confirmed that what their name has checked out on another computer is theirs. */
    readonly fromOtherComputer?: boolean;
}

/** The same, and at which computer. */
interface Renamer extends RenameTerms {
    readonly computer: string;
}

interface Move {
    readonly entry: FileEntry;
    readonly from: string;
    readonly to: string;
}

/**
 * Moves the locks of a renamed file, or of every file below a renamed folder, to their new paths; each stays as it was
 * written. All or none. Refused: a path outside the repository, a new name that cannot be checked out or that is in the
 * locks file already, and, with `onlyOwn`, a file that somebody else has or whose entry is not a lock, there or under the new
 * name: of a folder, nobody knows what comes to lie there. What the same name has on another computer counts as somebody
 * else's until the person confirms that it is theirs.
 * @param now milliseconds since 1970, for the ages in refusals
 * @returns one outcome for each lock; none where nothing was checked out
 */
export function rename(table: LockTable, { from, to }: Renaming, terms: Renamer, now: number): RuleResult {
    const outside = [from, to].find((path) => !isRepositoryPath(path));
    if (outside !== undefined) return { table, outcomes: [{ path: from, refusal: outsideRepository(outside) }] };
    const moves = table.held().flatMap((entry): Move[] => {
        const target = movedPath(entry.path, from, to);
        return target === undefined ? [] : [{ entry, from: entry.path, to: target }];
    });
    const moving = new Set<LockEntry>(moves.map(({ entry }) => entry));
    const missing = missingOfOthers(table, to, moving, terms);
    if (missing !== undefined) return { table, outcomes: [{ path: from, refusal: takenBy(missing, terms, now) }] };
    const refusals = moves.map((move) => refusalFor(table, move, moving, terms, now));
    const obstacle = refusals.find((refusal) => refusal !== undefined);
    if (obstacle !== undefined) {
        const outcomes = moves.map(({ from: path }, index): Outcome => {
            return { path, refusal: refusals[index] ?? notTogether(path, obstacle) };
        });
        return { table, outcomes };
    }
    return { table: moved(table, moves), outcomes: moves.flatMap(outcomeOf) };
}

/** What somebody else has under the new name, and is missing: a free file must not come to lie there. */
function missingOfOthers(
    table: LockTable,
    to: string,
    moving: ReadonlySet<LockEntry>,
    terms: Renamer,
): FileEntry | undefined {
    const { onlyOwn } = terms;
    if (!onlyOwn && moving.size > 0) return undefined;
    return table.held().find((entry) => {
        const isThere = onlyOwn ? movedPath(entry.path, to, to) !== undefined : foldPath(entry.path) === foldPath(to);
        return isThere && !moving.has(entry) && !isOwn(entry, terms);
    });
}

function refusalFor(
    table: LockTable,
    { entry, from, to }: Move,
    moving: ReadonlySet<LockEntry>,
    terms: Renamer,
    now: number,
): Refusal | undefined {
    const { lock } = entry;
    const { user, computer, extensions, onlyOwn, fromOtherComputer = false } = terms;
    if (!isRepositoryPath(to)) return outsideRepository(to);
    if (onlyOwn && lock === undefined) return malformedLock(from, entry);
    if (onlyOwn && lock !== undefined && !sameUser(lock.user, user)) return heldByOther(from, lock, now, 'check out');
    const elsewhere = onlyOwn && !fromOtherComputer && refusalOfOther(table, from, user, computer, 'Rename it');
    if (elsewhere) return elsewhere;
    if (extensions.has(extensionOf(from)) && !extensions.has(extensionOf(to))) {
        return extensionNotAllowed(to, extensions);
    }
    const there = table.find(to);
    return there === undefined || moving.has(there) ? undefined : takenBy(there, terms, now);
}

/** Why a file cannot get a name that is in the locks file. */
function takenBy(there: FileEntry, { user, computer }: Renamer, now: number): Refusal {
    if (there.lock === undefined) return malformedLock(there.path, there);
    const isMine = sameUser(there.lock.user, user);
    return isMine
        ? alreadyMine(there.path, there.lock, now, computer)
        : heldByOther(there.path, there.lock, now, 'check out');
}

function isOwn({ lock }: FileEntry, { user, computer, onlyOwn, fromOtherComputer = false }: Renamer): boolean {
    if (lock === undefined || !sameUser(lock.user, user)) return false;
    return !onlyOwn || fromOtherComputer || !isFromOther(lock, computer);
}

function moved(table: LockTable, moves: readonly Move[]): LockTable {
    // The same table is not written again.
    if (moves.length === 0) return table;
    const keys = new Map<LockEntry, string | undefined>(moves.map(({ entry, to }) => [entry, to]));
    for (const { entry } of moves) {
        for (const other of [...table.beside(entry), ...table.alike(entry)]) {
            // Another spelling under which the same person has the file, or a value that nobody reads. A lock of somebody
            // else stays where it is.
            const isSame =
                other.lock !== undefined && entry.lock !== undefined && sameUser(other.lock.user, entry.lock.user);
            if (isSame || other.key === entry.key) keys.set(other, undefined);
        }
    }
    return table.rekeyed(keys);
}

function outcomeOf({ entry, from, to }: Move): Outcome[] {
    return entry.lock === undefined ? [] : [{ path: to, from, lock: entry.lock }];
}
