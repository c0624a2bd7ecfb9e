const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago something was, as a person says it: "just now", "5 min ago", "2 h ago", "3 days ago".
 * A time in the future (another computer's clock is ahead) is "just now"; an unreadable time is undefined.
 * @param timestamp ISO 8601 text, as in the locks file
 * @param now milliseconds since 1970
 */
export function formatAge(timestamp: string, now: number): string | undefined {
    const then = Date.parse(timestamp);
    if (Number.isNaN(then)) return undefined;
    const elapsed = now - then;
    if (elapsed < MINUTE) return 'just now';
    if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)} min ago`;
    if (elapsed < 2 * DAY) return `${Math.floor(elapsed / HOUR)} h ago`;
    return `${Math.floor(elapsed / DAY)} days ago`;
}

/**
 * A time as the locks file has it: UTC with `+00:00` and microseconds, since Python before 3.11 does not read `Z`.
 */
export function formatTimestamp(time: Date): string {
    return time.toISOString().replace('Z', '000+00:00');
}
