const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far ahead another computer's clock or time zone may be before a time is no longer believed. */
const LARGEST_CLOCK_ERROR_MS = DAY_MS;

/** ISO 8601 as programs write it; a blank in place of the `T` is what Python's `str(datetime)` gives. */
const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Reads a time of the locks file or the history. `Date.parse` alone reads a year or a month into almost any text
 * (`Rev 2`, `shift 2`), and `03.11.2026` as March.
 * @param timestamp ISO 8601 date and time; without an offset it is local time, as Python writes it
 * @returns milliseconds since 1970, or undefined when the text is no such time
 */
export function parseTimestamp(timestamp: string): number | undefined {
    const text = timestamp.trim();
    const [, year, month, day] = ISO_TIME.exec(text) ?? [];
    if (year === undefined) return undefined;
    const isDate = Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    const time = Date.parse(
        text
            .replace(' ', 'T')
            .replace(',', '.')
            .replace(/([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes?: string) => `${hours}:${minutes ?? '00'}`),
    );
    return isDate && !Number.isNaN(time) ? time : undefined;
}

/**
 * Milliseconds from a time to now; 0 for one that another computer's clock explains.
 * @param timestamp ISO 8601 text, as in the locks file
 * @returns undefined when the time cannot be read, or lies so far in the future that no clock error explains it
 */
export function elapsedSince(timestamp: string, now: number): number | undefined {
    const then = parseTimestamp(timestamp);
    if (then === undefined || now - then < -LARGEST_CLOCK_ERROR_MS) return undefined;
    return Math.max(0, now - then);
}

/**
 * How long something lasted, as a person says it: "5 min", "47 h", "3 days".
 * @returns undefined for less than a minute
 */
export function formatDuration(milliseconds: number): string | undefined {
    if (milliseconds < MINUTE_MS) return undefined;
    if (milliseconds < HOUR_MS) return `${Math.floor(milliseconds / MINUTE_MS)} min`;
    if (milliseconds < 2 * DAY_MS) return `${Math.floor(milliseconds / HOUR_MS)} h`;
    return `${Math.floor(milliseconds / DAY_MS)} days`;
}

/**
 * How long ago something was, as a person says it: "just now", "5 min ago", "2 h ago", "3 days ago".
 * @param timestamp ISO 8601 text, as in the locks file
 * @param now milliseconds since 1970
 * @returns undefined when the time cannot be read, or lies so far in the future that no clock error explains it; less
 * than that is "just now"
 */
export function formatAge(timestamp: string, now: number): string | undefined {
    const elapsed = elapsedSince(timestamp, now);
    if (elapsed === undefined) return undefined;
    const duration = formatDuration(elapsed);
    return duration === undefined ? 'just now' : `${duration} ago`;
}

/**
 * A time as the locks file spells it: UTC with `+00:00` and microseconds, because Python before 3.11 cannot parse `Z`.
 */
export function formatTimestamp(time: Date): string {
    return time.toISOString().replace('Z', '000+00:00');
}
