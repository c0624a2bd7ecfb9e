import { parseTimestamp } from '../core/base/time';
import type { HistoryEvent } from '../core/history/historyEvent';
import type { RevisionOrGap } from '../core/repository/revisionsAndGaps';
import type { FileRevision } from '../core/repository/readableRevisions';
import type { Gap } from '../core/revisions/revisionRecord';
import type { RepositorySession } from './repositorySession';
import type { RepositoryResource } from './repositories';

/** A row of the History view. */
export type HistoryRow = CheckOutRow | RevisionRow | GapRow | EventsRow | DayRow | StretchRow | EventRow | NoticeRow;

/** A row that stands for the check-out in force. */
export interface CheckOutRow extends RepositoryResource {
    readonly kind: 'checkOut';
}

/** A row that stands for a revision of a file. A command on it applies to that revision. */
export interface RevisionRow extends RepositoryResource {
    readonly kind: 'revision';
    readonly revision: FileRevision;
    /** Whether the file is no text, so that a program of its own shows it. */
    readonly isBinary: boolean;
    /** Whether there is an earlier revision whose content is there. */
    readonly hasPrevious: boolean;
}

/** A row that stands for a check-in that kept nothing. */
export interface GapRow extends RepositoryResource {
    readonly kind: 'gap';
    readonly gap: Gap;
}

/** A row above everything that happened to a file. */
export interface EventsRow extends RepositoryResource {
    readonly kind: 'events';
    /** Whether the file has no revisions: it is open then. */
    readonly isAlone: boolean;
}

/** A row that stands for the events of a day, or for a part of them where they are many. */
export interface DayRow {
    readonly kind: 'day';
    readonly session: RepositorySession;
    /** `2026-11-30` in the time zone of this computer; `''` for events whose time cannot be read. */
    readonly day: string;
    /** Whether no shown day is later: it is open then. */
    readonly isNewest: boolean;
    /** The newest first. */
    readonly events: readonly NumberedEvent[];
}

/** A row that stands for a part of a day on which much happened. */
export interface StretchRow extends Omit<DayRow, 'kind' | 'isNewest'> {
    readonly kind: 'stretch';
}

/** A row that stands for an event. The path is that of its file; `''` when it was done to all files. */
export interface EventRow extends RepositoryResource {
    readonly kind: 'event';
    readonly numbered: NumberedEvent;
    /** Whether it stands below its day, among events of other files. */
    readonly namesFile: boolean;
}

/** A row that says why there is nothing else. */
export interface NoticeRow {
    readonly kind: 'notice';
    readonly text: string;
}

/** An event, and how many there were before it. */
export interface NumberedEvent {
    readonly event: HistoryEvent;
    readonly number: number;
}

/** A day with more events is shown in parts of that size. */
const EVENTS_SHOWN = 500;

/** Whether an argument of a command is the row of a revision. */
export function isRevisionRow(value: unknown): value is RevisionRow {
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'revision';
}

/** The rows of revisions, and of check-ins that kept none. @param all those of the file, the newest first */
export function revisionRows(
    { session, path }: RepositoryResource,
    all: readonly RevisionOrGap[],
    isBinary: boolean,
): (RevisionRow | GapRow)[] {
    const kept = all.flatMap((one) => (one.gap === undefined ? [one.revision] : []));
    const first = kept.findLast(({ isGone }) => !isGone)?.number ?? Infinity;
    return all.map((one) => {
        if (one.gap !== undefined) return { kind: 'gap', session, path, gap: one.gap };
        const { revision } = one;
        return { kind: 'revision', session, path, revision, isBinary, hasPrevious: revision.number > first };
    });
}

/** Divides events by the day on which they happened, by the clock of this computer. @param events the newest first */
export function daysOf(session: RepositorySession, events: readonly NumberedEvent[]): DayRow[] {
    const days = new Map<string, NumberedEvent[]>();
    for (const numbered of events) {
        const day = dayOf(numbered.event.time);
        const known = days.get(day);
        if (known === undefined) days.set(day, [numbered]);
        else known.push(numbered);
    }
    // Clocks differ, and a line may come late.
    const sorted = [...days].sort(([one], [other]) => (one < other ? 1 : -1));
    return sorted.map(([day, ofDay], index) => {
        return { kind: 'day', session, day, isNewest: index === 0, events: ofDay };
    });
}

/** The rows below a day: its events, or parts of them. */
export function belowDay(row: DayRow | StretchRow): (StretchRow | EventRow)[] {
    const { session, day, events, kind } = row;
    if (kind === 'stretch' || events.length <= EVENTS_SHOWN) return eventRows(session, events, true);
    const parts = Array.from({ length: Math.ceil(events.length / EVENTS_SHOWN) }, (_, part) =>
        events.slice(part * EVENTS_SHOWN, (part + 1) * EVENTS_SHOWN),
    );
    return parts.map((part) => ({ kind: 'stretch', session, day, events: part }));
}

/** A row for each event. */
export function eventRows(
    session: RepositorySession,
    events: readonly NumberedEvent[],
    namesFile: boolean,
): EventRow[] {
    return events.map((numbered) => {
        return { kind: 'event', session, path: numbered.event.file ?? '', numbered, namesFile };
    });
}

function dayOf(time: string): string {
    const milliseconds = parseTimestamp(time);
    if (milliseconds === undefined) return '';
    const date = new Date(milliseconds);
    const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
    return `${date.getFullYear()}-${month}-${day}`;
}

/** What a filter looks for: every one of these words has to be in a row. */
export type FilterWords = readonly string[];

/** The words of a filter as a person typed it. */
export function wordsOf(filter: string): FilterWords {
    return filter
        .toLocaleLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
}

/** In its number, user, computer, message or label. */
function revisionHas({ number, record }: FileRevision, words: FilterWords): boolean {
    return hasWords([`${number}`, record?.user, record?.host, record?.message, record?.label], words);
}

/** Whether the row of a revision, or of a check-in that kept none, has the words. */
export function rowHas(row: RevisionRow | GapRow, words: FilterWords): boolean {
    if (row.kind === 'revision') return revisionHas(row.revision, words);
    const { user, host, message } = row.gap;
    return hasWords([user, host, message], words);
}

/** Whether an event has the words in its user, computer, file, message or action. */
export function eventHas({ user, host, file, from, message, action }: HistoryEvent, words: FilterWords): boolean {
    return hasWords([user, host, file, from, message, action], words);
}

function hasWords(texts: readonly (string | undefined)[], words: FilterWords): boolean {
    if (words.length === 0) return true;
    const text = texts.join('\n').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
}
