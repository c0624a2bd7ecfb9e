import { formatAge, parseTimestamp } from '../core/base/time';
import { plainLine, plainName, visibleText } from '../core/base/plainText';
import { truncate } from '../core/base/truncate';
import type { Lock } from '../core/locks/lockEntry';
import type { RepositoryFile } from '../core/repository/snapshot';

/** A row cuts longer messages; the tooltip shows more of them. */
const ROW_LENGTH = 120;
const NAME_LENGTH = 100;
const MESSAGE_LENGTH = 2000;
const SENTENCE_LENGTH = 500;

/** "Alice · 2 h ago · Working on revisions"; empty for a file that nobody holds. */
export function lockLine(file: RepositoryFile, now: number): string {
    if (file.state === 'available') return '';
    return rowOf([file.missing ? 'missing' : '', ...lockParts(file, now)]);
}

/** "2 h ago · job12 · Working on revisions": the same below a row that names the holder, with the folder of the file. */
export function lockLineOfHolder(file: RepositoryFile, folder: string, now: number): string {
    const [, where = '', age = '', why = ''] = lockParts(file, now);
    return rowOf([file.missing ? 'missing' : '', where, age, folder, why]);
}

/** Whether a file has been checked out for longer than this. @param limitMs `Infinity` where none is old */
export function isOldCheckOut({ lock }: RepositoryFile, limitMs: number, now: number): boolean {
    const since = lock === undefined ? undefined : parseTimestamp(lock.timestamp);
    return since !== undefined && now - since > limitMs;
}

function rowOf(parts: readonly string[]): string {
    return truncate(parts.filter((part) => part !== '').join(' · '), ROW_LENGTH);
}

function lockParts(file: RepositoryFile, now: number): string[] {
    const { lock } = file;
    if (lock === undefined) return ['holder cannot be read'];
    const why = plainLine(truncate(lock.message, 2 * ROW_LENGTH));
    return [plainName(lock.user), elsewhere(file), formatAge(lock.timestamp, now) ?? '', why];
}

/** "on PC2" for a file that the user's name has on another computer: on a shared account that may be a colleague. */
function elsewhere({ otherComputer }: RepositoryFile): string {
    return otherComputer === undefined ? '' : `on ${plainName(otherComputer)}`;
}

/** The path and all details of a lock as lines of plain text, for a tooltip or the clipboard. */
export function lockDetails(file: RepositoryFile, now: number): string {
    return `${plainLine(file.path)}\n${file.state === 'available' ? 'Available' : holderDetails(file, now)}`;
}

/** All details of the lock of a file that somebody holds, one a line, without the name of the file. */
export function holderDetails(file: RepositoryFile, now: number): string {
    const { lock } = file;
    if (lock === undefined) return plainLine(file.unreadable ?? '');
    const age = formatAge(lock.timestamp, now);
    const you = ['you', elsewhere(file)].filter(Boolean).join(', ');
    const mine = file.state === 'heldByMe' ? ` (${you})` : '';
    const time = parseTimestamp(lock.timestamp);
    const message = truncate(lock.message, MESSAGE_LENGTH);
    return [
        `Checked out by ${plainName(lock.user)}${mine}${age === undefined ? '' : `, ${age}`}`,
        ...(time === undefined ? [] : [`Since: ${new Date(time).toLocaleString()}`]),
        ...(lock.host === undefined ? [] : [`Computer: ${plainName(lock.host)}`]),
        ...(message.trim() === '' ? [] : [`Message: ${message.split(/\r?\n/).map(plainLine).join('\n')}`]),
        ...(file.missing ? ['The file is no longer in the repository. Its holder can still check it in.'] : []),
    ].join('\n');
}

/** "Dave on CAM-7 (2 h ago): “Rev C”.", to the end of a sentence; a message may have ended it already. */
export function holderText({ user, host, timestamp, message }: Lock, now: number): string {
    const age = formatAge(timestamp, now);
    const text = [
        plainName(user),
        host ? ` on ${plainName(host)}` : '',
        age === undefined ? '' : ` (${age})`,
        message.trim() === '' ? '' : `: “${plainLine(truncate(message, SENTENCE_LENGTH))}”`,
    ].join('');
    return /[.!?]”?$/.test(text) ? text : `${text}.`;
}

/**
 * One or two letters for a user: "Dave Smith" is DS, "SHOP\maria" is Ma. Only letters and digits: VS Code copies a badge
 * into a style sheet as it is, and a quote or brace there would break the Explorer's rows.
 */
export function initials(user: string): string {
    const words =
        visibleText(user.slice(user.lastIndexOf('\\') + 1, NAME_LENGTH)).match(
            /[\p{L}\p{N}\p{Extended_Pictographic}]+/gu,
        ) ?? [];
    const [first = '?', second] = words.map((word) => [...word]);
    const letters = second === undefined ? [...first].slice(0, 2) : [first[0] ?? '', second[0] ?? ''];
    const badge = letters.map((letter, index) => (index === 0 || second !== undefined ? letter.toUpperCase() : letter));
    // Some letters become several in upper case, and VS Code takes two at most.
    return [...badge.join('')].slice(0, 2).join('');
}
