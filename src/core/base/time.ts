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
 * How long ago something was, as a person says it: "just now", "5 min ago", "2 h ago", "3 days ago".
 * @param timestamp ISO 8601 text, as in the locks file
 * @param now milliseconds since 1970
 * @returns undefined when the time cannot be read, or lies so far in the future that no clock error explains it; less
 * than that is "just now"
 */
export function formatAge(timestamp: string, now: number): string | undefined {
    const then = parseTimestamp(timestamp);
    if (then === undefined) return undefined;
    const elapsed = now - then;
    if (elapsed < -LARGEST_CLOCK_ERROR_MS) return undefined;
    if (elapsed < MINUTE_MS) return 'just now';
    if (elapsed < HOUR_MS) return `${Math.floor(elapsed / MINUTE_MS)} min ago`;
    if (elapsed < 2 * DAY_MS) return `${Math.floor(elapsed / HOUR_MS)} h ago`;
    return `${Math.floor(elapsed / DAY_MS)} days ago`;
}

/**
 * A time as the locks file has it: UTC with `+00:00` and microseconds, since Python before 3.11 does not read `Z`.
 */
export function formatTimestamp(time: Date): string {
    return time.toISOString().replace('Z', '000+00:00');
}
