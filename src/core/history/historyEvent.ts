import { escapeNonAscii, parseJson } from '../base/jsonText';
import { foldPath } from '../base/repositoryPath';
import { nameBefore } from './renamedFile';

/**
 * What was done to a file, or to the whole locks file (`restore`). `found`: what was in a file was kept as a revision,
 * because no check-in had kept it. `label`: a revision got a label.
 */
export type HistoryAction =
    | 'check-out'
    | 'check-in'
    | 'undo'
    | 'take-over'
    | 'restore'
    | 'rename'
    | 'delete'
    | 'hand-over'
    | 'found'
    | 'label'
    | 'tidy';

/** What was in a file: its size in bytes and, of files that are not large, the SHA-256 of its content in hexadecimal. */
export interface FileContent {
    readonly size: number;
    readonly sha256?: string;
}

/** A revision as the history tells of it. */
export interface RevisionFacts {
    /** From 1, for each file. */
    readonly number: number;
    /** Bytes of the content, not of the compressed file. */
    readonly size: number;
    /** SHA-256 of the content in hexadecimal. */
    readonly sha256: string;
    /** When the file with this content was last changed: ISO 8601, by the clock of the file server. */
    readonly modified: string;
}

/** A check-out that ended: of whom, where that was somebody else, and made on which computer. */
interface EndedCheckOut {
    readonly time: string;
    readonly message: string;
    readonly user?: string;
    readonly host?: string;
}

/** One line of the history: one action on one file. */
export interface HistoryEvent {
    /** ISO 8601, as in the locks file; by the clock of the computer that did it. */
    readonly time: string;
    readonly action: HistoryAction;
    /** The path inside the repository; undefined when it was done to all files at once. */
    readonly file?: string;
    /** The path before a rename, of a file or of the folder that it was in. */
    readonly from?: string;
    readonly user: string;
    readonly host?: string;
    /** What they said of it; `''` for nothing. */
    readonly message: string;
    /** The check-out that it ended. */
    readonly checkedOut?: EndedCheckOut;
    /** Whether the file stays checked out after its check-in. */
    readonly kept?: true;
    /** What was in the file at its check-out, and when this was done; each where it is known. */
    readonly before?: FileContent;
    readonly after?: FileContent;
    /** The revision that has what was checked in or found, or that got the label. */
    readonly revision?: RevisionFacts;
    /** The number of the revision that was put back into the file, and checked in unchanged. */
    readonly restoredFrom?: number;
    /** Whether that is the latest revision of the file, which had not arrived at the site: the check-out began with it. */
    readonly isFetched?: true;
    /** The folder in which the content of the revision is, where only one of several sites has it. */
    readonly keptIn?: string;
    /** The numbers of the revisions whose contents were removed. */
    readonly removed?: readonly number[];
}

/** Which part of the history is wanted. */
export interface HistoryQuery {
    /** A path inside the repository, in any case; all files where it is left out. */
    readonly file?: string | undefined;
    /** How many events at most, the newest ones. */
    readonly limit?: number | undefined;
}

/** A part of the history, the newest event first. */
export interface History {
    readonly events: readonly HistoryEvent[];
    /** How many lines were not events: torn when a program died, or written by another program. */
    readonly skipped: number;
}

const ACTIONS: ReadonlySet<unknown> = new Set<HistoryAction>([
    'check-out',
    'check-in',
    'undo',
    'take-over',
    'restore',
    'found',
    'label',
    'tidy',
    'rename',
    'delete',
    'hand-over',
]);

/** The line of an event, without its end. ASCII only, so that it reads the same in every code page. */
export function formatEvent(event: HistoryEvent): string {
    return escapeNonAscii(JSON.stringify(event));
}

/** Reads a line of the history. Fields that it does not know are left out. @returns undefined when the line is not an event */
export function parseEvent(line: string): HistoryEvent | undefined {
    const value = parsed(line);
    if (!isObject(value)) return undefined;
    const { time, action, file, from, user, host, message, checkedOut, kept, before, after, restoredFrom, removed } =
        value;
    if (typeof time !== 'string' || !ACTIONS.has(action) || typeof user !== 'string') return undefined;
    if (file !== undefined && typeof file !== 'string') return undefined;
    const contents = { before: contentIn(before), after: contentIn(after) };
    const revision = revisionIn(value['revision']);
    return {
        time,
        action: action as HistoryAction,
        ...(file === undefined ? {} : { file }),
        ...(typeof from === 'string' ? { from } : {}),
        user,
        ...(typeof host === 'string' ? { host } : {}),
        message: typeof message === 'string' ? message : '',
        ...(isObject(checkedOut) ? { checkedOut: checkOutIn(checkedOut) } : {}),
        ...(kept === true ? { kept } : {}),
        ...(contents.before === undefined ? {} : { before: contents.before }),
        ...(contents.after === undefined ? {} : { after: contents.after }),
        ...(revision === undefined ? {} : { revision }),
        ...(isRevisionNumber(restoredFrom) ? { restoredFrom } : {}),
        ...(value['isFetched'] === true ? { isFetched: true } : {}),
        ...(typeof value['keptIn'] === 'string' ? { keptIn: value['keptIn'] } : {}),
        ...(Array.isArray(removed) ? { removed: removed.filter(isRevisionNumber) } : {}),
    };
}

/** Whether an event answers a query. What was done to all files was done to each. */
export function isWanted(event: HistoryEvent, wanted: HistoryQuery): boolean {
    const { file, from, action } = event;
    if (wanted.file === undefined || file === undefined || foldPath(file) === foldPath(wanted.file)) return true;
    if (action !== 'rename' || from === undefined) return false;
    const back = { ...event, file: from, from: file };
    return nameBefore(event, wanted.file) !== undefined || nameBefore(back, wanted.file) !== undefined;
}

/** Whether a check-out began with this event. */
export function beginsCheckOut({ action, kept }: HistoryEvent): boolean {
    return action === 'check-out' || action === 'take-over' || kept === true;
}

/** Whether the content of a file changed between its check-out and this; undefined where that is not known. */
export function isModified({ before, after }: HistoryEvent): boolean | undefined {
    if (before === undefined || after === undefined) return undefined;
    if (before.size !== after.size) return true;
    if (before.sha256 === undefined || after.sha256 === undefined) return undefined;
    return before.sha256 !== after.sha256;
}

function contentIn(value: unknown): FileContent | undefined {
    if (!isObject(value) || typeof value['size'] !== 'number') return undefined;
    const { size, sha256 } = value;
    return { size, ...(typeof sha256 === 'string' ? { sha256 } : {}) };
}

function revisionIn(value: unknown): RevisionFacts | undefined {
    if (!isObject(value)) return undefined;
    const { number, size, sha256, modified } = value;
    if (!isRevisionNumber(number) || !isSize(size) || typeof sha256 !== 'string') return undefined;
    return { number, size, sha256, modified: typeof modified === 'string' ? modified : '' };
}

/** Whether a value is the number of a revision. */
export function isRevisionNumber(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) > 0;
}

function isSize(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checkOutIn({ time, message, user, host }: Readonly<Record<string, unknown>>): EndedCheckOut {
    return {
        time: typeof time === 'string' ? time : '',
        message: typeof message === 'string' ? message : '',
        ...(typeof user === 'string' ? { user } : {}),
        ...(typeof host === 'string' ? { host } : {}),
    };
}

function parsed(line: string): unknown {
    try {
        return parseJson(line);
    } catch {
        return undefined; // Torn, or not ours.
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
