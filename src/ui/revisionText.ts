import { posix } from 'node:path';
import { plainLine, plainName } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { formatAge, parseTimestamp } from '../core/base/time';
import { truncate } from '../core/base/truncate';
import { kindText } from '../core/repository/revisionKind';
import type { FileRevision } from '../core/repository/readableRevisions';
import type { Gap } from '../core/revisions/revisionRecord';
import { messageLines } from './historyText';

const ROW_LENGTH = 80;
const LABEL_LENGTH = 60;
const NAME_LENGTH = 100;

/** "3 · Dave · 2 days ago"; nobody knows who made what was found. @param now milliseconds since 1970 */
export function revisionLabel({ number, record }: FileRevision, now: number): string {
    if (record === undefined) return `${number}`;
    const user = plainName(record.user);
    const who = record.action === 'found' ? `found by ${user}` : user;
    return joined([`${number}`, who, formatAge(record.time, now) ?? '']);
}

/** Why it was made, its size and its label; and what is special about it. */
export function revisionDescription(revision: FileRevision): string {
    const { record, isGone } = revision;
    return joined([
        // First, because a narrow side bar cuts off the end.
        plainLine(truncate(record?.label ?? '', LABEL_LENGTH)),
        isGone ? 'content removed' : '',
        kindText(revision),
        record?.restoredFrom === undefined ? '' : `restored from ${record.restoredFrom}`,
        plainLine(truncate(record?.message ?? '', ROW_LENGTH)),
        record === undefined ? '' : sizeText(record.size),
    ]);
}

/** Everything that is known of a revision, one fact a line. @param path of the file, inside the repository */
export function revisionDetails(path: string, revision: FileRevision): string {
    const { record } = revision;
    const [head, ...facts] = revisionFacts(revision);
    return [
        `${plainLine(nameOf(path))}, r${head!.slice(1)}`,
        ...facts,
        ...(record === undefined ? [] : [`Size: ${record.size.toLocaleString()} bytes`, `SHA-256: ${record.sha256}`]),
    ].join('\n');
}

/** The same without its content: which revision it is, who made it, when and why. */
export function revisionFacts(revision: FileRevision): string[] {
    const { number, record, isGone } = revision;
    const kind = kindText(revision);
    const time = parseTimestamp(record?.time ?? '');
    return [
        `Revision ${number}${kind === '' ? '' : ` (${kind})`}`,
        ...(isGone ? ['The content of this revision was removed.'] : []),
        ...(record?.label ? [`Label: ${plainLine(truncate(record.label, 2 * LABEL_LENGTH))}`] : []),
        ...(record === undefined
            ? []
            : [`${record.action === 'found' ? 'Found by' : 'User'}: ${plainName(record.user)}`]),
        ...(record?.host === undefined ? [] : [`Computer: ${plainName(record.host)}`]),
        ...(time === undefined ? [] : [`Time: ${new Date(time).toLocaleString()}`]),
        ...messageLines(record?.message ?? ''),
        ...(record?.restoredFrom === undefined ? [] : [`Restored from revision ${record.restoredFrom}`]),
    ];
}

/** "no revision · Dave · 2 days ago": a check-in that kept nothing. @param now milliseconds since 1970 */
export function gapLabel({ user, time }: Gap, now: number): string {
    return joined(['no revision', plainName(user), formatAge(time, now) ?? '']);
}

/** Why it was made, and the size. */
export function gapDescription({ message, size }: Gap): string {
    return joined([plainLine(truncate(message, ROW_LENGTH)), size === undefined ? '' : sizeText(size)]);
}

/** Everything that is known of a check-in that kept nothing, one fact a line. @param path of the file, inside the repository */
export function gapDetails(path: string, { user, host, time, message, size }: Gap): string {
    const then = parseTimestamp(time);
    return [
        `${plainLine(nameOf(path))} was checked in without a revision, so nobody can bring back what was in it then.`,
        `User: ${plainName(user)}`,
        ...(host === undefined ? [] : [`Computer: ${plainName(host)}`]),
        ...(then === undefined ? [] : [`Time: ${new Date(then).toLocaleString()}`]),
        ...messageLines(message),
        ...(size === undefined ? [] : [`Size: ${size.toLocaleString()} bytes`]),
    ].join('\n');
}

/** The name under which an old revision of a file is shown: "4801247 (revision 3).vnc". */
export function revisionFileName(path: string, number: number, note = ''): string {
    const { name, ext } = posix.parse(nameOf(path));
    return `${truncate(name, NAME_LENGTH)} (revision ${number}${note})${ext}`;
}

const KILOBYTE = 2 ** 10;
const MEGABYTE = 2 ** 20;
/** Up to that a change of a few bytes is to be seen. */
const SHOWN_IN_BYTES = 10_000;

/** "3,292 bytes", "96 kB", "214 MB". */
function sizeText(bytes: number): string {
    if (bytes < SHOWN_IN_BYTES) return `${bytes.toLocaleString()} bytes`;
    const [unit, name] = bytes < MEGABYTE ? [KILOBYTE, 'kB'] : [MEGABYTE, 'MB'];
    return `${Math.round(bytes / unit).toLocaleString()} ${name}`;
}

function joined(parts: readonly string[]): string {
    return parts.filter((part) => part !== '').join(' · ');
}
