import { formatAge, parseTimestamp } from '../core/base/time';
import { isModified, type HistoryAction, type HistoryEvent } from '../core/history/historyEvent';
import { folderOf, nameOf } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import { plainLine, plainName } from '../core/base/plainText';

/** An event of the history, as a row shows it. */
export interface EventText {
    /** Who did what; with which file, where that is not clear. */
    readonly label: string;
    /** How long ago, and why. */
    readonly description: string;
    /** All of it, on several lines. */
    readonly details: string;
    /** The id of an icon. */
    readonly icon: string;
}

const PATH_LENGTH = 120;
const ROW_LENGTH = 120;
const MESSAGE_LENGTH = 2000;

const actions: Readonly<Record<HistoryAction, readonly [icon: string, did: string]>> = {
    'check-out': ['edit', 'checked out'],
    'check-in': ['check', 'checked in'],
    undo: ['discard', 'undid the check-out of'],
    'take-over': ['arrow-swap', 'took over'],
    restore: ['history', 'restored'],
    found: ['question', 'found changes from outside in'],
    label: ['tag', 'labelled a revision of'],
    tidy: ['archive', 'removed old revisions of'],
    rename: ['symbol-string', 'renamed'],
    delete: ['trash', 'deleted'],
    'hand-over': ['person', 'carried along the check-out of'],
};
/** Nobody changed anything from outside: the first check-in also keeps what was there at the check-out. */
const baseline = ['save', 'kept'] as const;

const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** The time of day, by the clock of this computer. @param time ISO 8601 */
export function timeOfDay(time: string): string {
    const then = parseTimestamp(time);
    return then === undefined ? '?' : timeFormat.format(then);
}

/**
 * An event as text: who did what with which file, when and on which computer, why, and what changed.
 * @param now milliseconds since 1970
 * @param isOfDay whether it stands below its day, among events of other files
 */
export function eventText(event: HistoryEvent, now: number, isOfDay = false): EventText {
    const { host, time, message } = event;
    const [icon] = isBaseline(event) ? baseline : actions[event.action];
    const why = plainLine(truncate(message, ROW_LENGTH));
    const when = isOfDay ? timeOfDay(time) : (formatAge(time, now) ?? '');
    const folder = isOfDay ? plainLine(truncate(folderOf(event.file ?? ''), PATH_LENGTH)) : '';
    const then = parseTimestamp(time);
    const details = [
        whoDidWhat(event),
        ...(then === undefined ? [] : [`Time: ${new Date(then).toLocaleString()}`]),
        ...(host === undefined ? [] : [`Computer: ${plainName(host)}`]),
        ...messageLines(message),
        ...changeLines(event),
    ];
    return {
        label: whoDidWhat(event, nameIn(event)),
        description: joined([revisionName(event), when, why, folder]),
        details: details.join('\n'),
        icon,
    };
}

/** @param nameOfPath how a path is called */
function whoDidWhat(event: HistoryEvent, nameOfPath = (path: string): string => path): string {
    const name = (path: string): string => plainLine(truncate(nameOfPath(path), PATH_LENGTH));
    const { action, user, from, file } = event;
    const [, did] = isBaseline(event) ? baseline : actions[action];
    const before = from ?? file;
    const what = before === undefined ? 'the locks file' : name(before);
    const other = action === 'rename' && file !== undefined ? ` to ${name(file)}` : whatElse(event);
    return `${plainName(user)} ${did} ${what}${other}`;
}

/** By their names alone, but for what was moved to another folder. */
function nameIn({ from, file }: HistoryEvent): (path: string) => string {
    const isMoved = from !== undefined && file !== undefined && folderOf(from) !== folderOf(file);
    return isMoved ? (path) => path : nameOf;
}

/** A message of any length for a tooltip; nothing of an empty one. */
export function messageLines(message: string): string[] {
    const text = truncate(message, MESSAGE_LENGTH);
    return text.trim() === '' ? [] : [`Message: ${text.split(/\r?\n/).map(plainLine).join('\n')}`];
}

function isBaseline({ action, revision }: HistoryEvent): boolean {
    return action === 'found' && revision?.number === 1;
}

/** Whom a file was taken over from, or that it stayed checked out. */
function whatElse(event: HistoryEvent): string {
    const { kept, action, checkedOut } = event;
    if (isBaseline(event)) return ' as it was before its first check-in';
    if (kept === true) return ' (still checked out)';
    const before = action === 'take-over' || action === 'hand-over' ? checkedOut?.user : undefined;
    return before === undefined ? '' : ` from ${plainName(before)}`;
}

function revisionName({ revision, restoredFrom, action }: HistoryEvent): string {
    if (action === 'restore' && restoredFrom !== undefined) return `from revision ${restoredFrom}`;
    return revision === undefined ? '' : `revision ${revision.number}`;
}

/** How the content of the file changed, as far as both states are known. */
function changeLines(event: HistoryEvent): string[] {
    const { before, after } = event;
    if (after === undefined) return [];
    const size = `${after.size.toLocaleString()} bytes`;
    if (before !== undefined && before.size !== after.size) {
        return [`Size: ${before.size.toLocaleString()} → ${size}`];
    }
    const modified = isModified(event);
    return [`Size: ${modified === undefined ? size : modified ? `changed, ${size}` : `unchanged, ${size}`}`];
}

function joined(parts: readonly string[]): string {
    return parts.filter((part) => part !== '').join(' · ');
}
