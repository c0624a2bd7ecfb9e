const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

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
 * A time in the future (another computer's clock is ahead) is "just now"; an unreadable time is undefined.
 * @param timestamp ISO 8601 text, as in the locks file
 * @param now milliseconds since 1970
 */
export function formatAge(timestamp: string, now: number): string | undefined {
    const then = Date.parse(timestamp);
    if (Number.isNaN(then)) return undefined;
    const duration = formatDuration(now - then);
    return duration === undefined ? 'just now' : `${duration} ago`;
}

/**
 * A time as the locks file has it: UTC with `+00:00` and microseconds, since Python before 3.11 does not read `Z`.
 */
export function formatTimestamp(time: Date): string {
    return time.toISOString().replace('Z', '000+00:00');
}
