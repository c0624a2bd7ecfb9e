import type { RetentionRule } from '../core/revisions/retention';

const DAY_MS = 24 * 60 * 60_000;
const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/**
 * Reads a rule for old revisions: `all`, or what stays, as in `10,365d,50GB`: the ten newest of each file, what is younger
 * than a year, and of the rest the newest up to 50 GB.
 * @returns undefined for a text that is none; `null` for `all`
 */
export function readRetention(text: string): RetentionRule | null | undefined {
    if (text.trim().toLowerCase() === 'all') return null;
    let rule: RetentionRule = {};
    for (const part of text.split(',')) {
        const [, number, unit = ''] = /^(\d{1,9})(d|MB|GB|TB)?$/i.exec(part.trim()) ?? [];
        if (number === undefined) return undefined;
        if (unit === '') rule = { ...rule, newest: Number(number) };
        else if (unit.toLowerCase() === 'd') rule = { ...rule, youngerThanMs: Number(number) * DAY_MS };
        else rule = { ...rule, bytes: Number(number) * UNITS[unit.toUpperCase()]! };
    }
    return rule;
}
