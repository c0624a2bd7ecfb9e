import { parseEvent, type HistoryEvent } from './historyEvent';
import { RevisionLine } from './revisionLine';

/** A line that tells of revisions, or of what becomes of them, has one of these, or letters written as escapes. */
const MAY_TELL = /"(?:revision|restoredFrom|removed|rename|undo|check-in)"|\\u00[2-7]/;
const NEWLINE = 10;

/**
 * Finds what a history tells of revisions, without parsing most of it.
 * @param lines whole lines, each with its end
 * @param onLine told of what was checked in, found or undone; it becomes the next line after that
 * @param onEvent told of everything else that may tell
 */
export function readRevisionLines(
    lines: Buffer,
    onLine: (line: RevisionLine) => void,
    onEvent: (event: HistoryEvent) => void,
): void {
    const line = new RevisionLine();
    for (let start = 0; start < lines.length;) {
        if (line.read(lines, start)) {
            onLine(line);
            start = line.end;
        } else {
            const end = lines.indexOf(NEWLINE, start);
            const event = MAY_TELL.test(lines.toString('latin1', start, end))
                ? parseEvent(lines.toString('utf8', start, end))
                : undefined;
            if (event !== undefined) onEvent(event);
            start = end + 1;
        }
    }
}
