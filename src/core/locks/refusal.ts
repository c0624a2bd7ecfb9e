import { elapsedSince, formatAge, formatDuration } from '../base/time';
import { truncate } from '../base/truncate';
import { isFromOther } from './holder';
import type { FileEntry, Lock } from './lockEntry';

/** Why a rule said no to one file; the other files of the same call are not affected. */
export type RefusalCode =
    | 'heldByOther'
    | 'alreadyMine'
    | 'notCheckedOut'
    | 'fileMissing'
    | 'extensionNotAllowed'
    | 'outsideRepository'
    | 'unusableName'
    | 'malformedLock'
    | 'changedHands'
    | 'notTogether'
    | 'notReplaced'
    | 'otherComputer'
    | 'nameTaken'
    | 'folderMissing'
    | 'folderIntoItself'
    | 'holdsLocksFile'
    | 'revisionNotKept'
    | 'tooLargeToKeep'
    | 'notArrived'
    | 'cancelled';

/**
 * What a rule answers when it does not let a file be checked out or in.
 * `message` is a finished sentence; `holder` is the lock of the person who has the file, where somebody has.
 */
export interface Refusal {
    readonly code: RefusalCode;
    readonly message: string;
    readonly holder?: Lock;
}

/** Characters of what other people wrote that go into a sentence. */
const NAME_LENGTH = 100;
const MESSAGE_LENGTH = 500;

/**
 * Who holds a file, from which computer, for how long, and why, as a sentence: "a.vnc has been checked out by Dave on
 * CAM-07 for 2 days: “Rev C”."
 * @param now milliseconds since 1970
 */
function holderSentence(subject: string, lock: Lock, now: number): string {
    const who = `${shortName(lock.user)}${lock.host?.trim() ? ` on ${shortName(lock.host)}` : ''}`;
    const message = lock.message.trim() === '' ? '' : `: “${truncate(lock.message.trim(), MESSAGE_LENGTH)}”`;
    const sentence = `${subject} ${checkedOutBy(who, lock.timestamp, now)}${message}`;
    return /[.!?]\u201d?$/.test(sentence) ? sentence : `${sentence}.`; // A message may have ended it already.
}

/** The name of a person or a computer in a sentence. Scripts write some with a space at an end. */
export function shortName(name: string): string {
    return truncate(name.trim(), NAME_LENGTH);
}

/**
 * Says that the user's own name holds a file on another computer, where it may be a colleague: "a.vnc has been checked out by CNC on PC2
 * for 2 days: “Rev C”. That is your name, too, and this computer is PC1."
 * @param now milliseconds since 1970
 */
export function namesakeSentences(path: string, lock: Lock, now: number, computer: string): string {
    return `${holderSentence(path, lock, now)} That is your name, too, and this computer is ${shortName(computer)}.`;
}

function checkedOutBy(who: string, timestamp: string, now: number): string {
    const elapsed = elapsedSince(timestamp, now);
    if (elapsed === undefined) return `is checked out by ${who}`;
    const duration = formatDuration(elapsed);
    return duration === undefined
        ? `was checked out by ${who} just now`
        : `has been checked out by ${who} for ${duration}`;
}

/** For a path that does not lie inside the repository. */
export function outsideRepository(path: string): Refusal {
    return {
        code: 'outsideRepository',
        message: `${path} is not a file inside the repository, so it cannot be checked out or in.`,
    };
}

/** For a file that cannot be checked out by its name. @param extensions those that can be */
export function extensionNotAllowed(path: string, extensions: ReadonlySet<string>): Refusal {
    return {
        code: 'extensionNotAllowed',
        message: `${path} cannot be checked out, because only files that end in ${[...extensions].join(', ')} can be.`,
    };
}

/** For a file that Windows cannot have under this name. @param reason a clause to follow "because" */
export function unusableName(path: string, reason: string): Refusal {
    return {
        code: 'unusableName',
        message: `${path} cannot be checked out, because ${reason}. Rename it first.`,
    };
}

/** For a hidden file, and for one that a system or a program keeps for itself. */
export function notAProgram(path: string): Refusal {
    return {
        code: 'extensionNotAllowed',
        message: `${path} cannot be checked out, because its name is that of a hidden or temporary file and not of a program.`,
    };
}

/** For a file that is to be checked out and is not there. */
export function fileMissing(path: string): Refusal {
    return {
        code: 'fileMissing',
        message: `${path} is not in the repository. Check the spelling, or whether it was moved.`,
    };
}

/**
 * For a file that the same user has already. One of another computer may be somebody else's who uses the name.
 * @param computer the one at which it is asked for, where that is known
 */
export function alreadyMine(path: string, lock: Lock, now: number, computer?: string): Refusal {
    if (computer !== undefined && isFromOther(lock, computer)) {
        const user = truncate(lock.user, NAME_LENGTH);
        const ifMine = 'If it was you, go on there, or check it in (on the command line with --from-other-computer).';
        const ifNot = `If several people use the name ${user}, choose your own, in the setting cncCheckout.userName or with --user.`;
        const message = `${namesakeSentences(path, lock, now, computer)} Nothing was changed. ${ifMine} ${ifNot}`;
        return { code: 'otherComputer', message, holder: lock };
    }
    const age = formatAge(lock.timestamp, now);
    return {
        code: 'alreadyMine',
        message: `You have already checked out ${path}${age === undefined ? '' : ` (${age})`}. Nothing was changed.`,
        holder: lock,
    };
}

/** For a file that somebody else has. */
export function heldByOther(path: string, lock: Lock, now: number, wanted: 'check out' | 'check in'): Refusal {
    const user = shortName(lock.user);
    const advice = wanted === 'check out' ? `Ask ${user} to check it in.` : `Only ${user} can check it in.`;
    return { code: 'heldByOther', message: `${holderSentence(path, lock, now)} ${advice}`, holder: lock };
}

/** For a file that is to be checked in or taken over, and that nobody has. */
export function notCheckedOut(path: string, wanted: 'check in' | 'take over' | 'undo'): Refusal {
    const advice = wanted === 'take over' ? ' Check it out instead.' : '';
    return { code: 'notCheckedOut', message: `${path} is not checked out, so there is nothing to ${wanted}.${advice}` };
}

/** For a take-over of a file whose holder is no longer the one that the person was shown. */
export function changedHands(path: string, lock: Lock, now: number): Refusal {
    return {
        code: 'changedHands',
        message: `${path} changed hands while you were deciding. ${holderSentence('It', lock, now)} Nothing was changed. Look again before you decide.`,
        holder: lock,
    };
}

/** For a file that somebody else checked in, or released, while the person was deciding. */
export function noLongerCheckedOut(path: string): Refusal {
    return {
        code: 'notCheckedOut',
        message: `${path} is no longer checked out, so it was left as it is. Nothing was changed.`,
    };
}

/** For a file whose entry in the locks file cannot be read as a lock. @param path as the person spelled it */
export function malformedLock(path: string, entry: FileEntry): Refusal {
    return {
        code: 'malformedLock',
        message: `Nobody can tell who has checked out ${path}: ${describeEntry(path, entry)} ${entry.flaw}. Repair or remove that entry first.`,
    };
}

/**
 * For a file that was just checked in and is not free, because the locks file has another entry for it.
 * @param entry the one that is in force now
 */
export function stillHeld(path: string, entry: FileEntry, now: number): Refusal {
    const { key, lock } = entry;
    if (lock === undefined) {
        const message = `${path} is still held: ${describeEntry(path, entry)} ${entry.flaw}. Repair or remove that entry.`;
        return { code: 'malformedLock', message };
    }
    const message = `${path} is still held, by another entry of the locks file, ${quoted(key)}. ${holderSentence('It', lock, now)}`;
    return { code: 'heldByOther', message, holder: lock };
}

const MEGABYTE = 2 ** 20;

/**
 * For a file that was just checked in without a revision, because it is larger than what is kept.
 * @param size bytes, as is the limit
 */
export function tooLargeToKeep(path: string, size: number, limit: number): Refusal {
    const has = Math.ceil((size / MEGABYTE) * 10) / 10;
    const most = Number((limit / MEGABYTE).toPrecision(6));
    const message = `${path} was checked in without a revision, because it has ${has} MB, and the limit for revisions is ${most} MB.`;
    return { code: 'tooLargeToKeep', message };
}

/** "its entry in the locks file", with the key where it is spelled otherwise. */
function describeEntry(path: string, { key }: FileEntry): string {
    return key === path ? 'its entry in the locks file' : `its entry ${quoted(key)} in the locks file`;
}

function quoted(key: string): string {
    return `“${truncate(key, MESSAGE_LENGTH)}”`;
}

/** For a file into which something is to be put back, and that the user does not have. */
export function checkOutFirst(path: string): Refusal {
    return {
        code: 'notCheckedOut',
        message: `${path} is not checked out by you, so nothing can be put back into it. Check it out first.`,
    };
}

/** For a file that could be changed, of several that are to be changed together. @param obstacle the first refusal of them */
export function notTogether(path: string, obstacle: Pick<Refusal, 'message'>): Refusal {
    const message = `${path} was not changed, because the files go together and one of them was refused. ${obstacle.message}`;
    return { code: 'notTogether', message };
}

/** For a file whose content could not be replaced, of several. @param error says why, in finished sentences */
export function notReplaced({ message }: Error): Refusal {
    return { code: 'notReplaced', message };
}

/** For a file that was not reached when the person cancelled. */
export function cancelled(path: string): Refusal {
    return { code: 'cancelled', message: `${path} was not changed, because you cancelled.` };
}
