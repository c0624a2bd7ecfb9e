import { parseTimestamp } from '../base/time';
import { extensionOf, foldPath } from '../base/repositoryPath';
import { isBaseline, type RevisionRecord } from './revisionRecord';

/** Which revisions stay, of the parts or of the programs of a repository. */
export interface RetentionRule {
    /** So many of the newest of each file stay. */
    readonly newest?: number | undefined;
    /** What is younger stays, in milliseconds. */
    readonly youngerThanMs?: number | undefined;
    /** Of the rest, the oldest go until no more bytes of contents are left than these; without it all of the rest go. */
    readonly bytes?: number | undefined;
}

/** The rules of a repository; where one is undefined, everything stays. */
export interface RetentionRules {
    readonly parts?: RetentionRule | undefined;
    readonly programs?: RetentionRule | undefined;
}

/** A revision that is no longer needed by the rules. */
export interface RemovableRevision {
    /** Path of the file as it is called now; folded where it was renamed. */
    readonly file: string;
    readonly record: RevisionRecord;
}

const DAY_MS = 24 * 60 * 60_000;
/** What CAM programs save. Everything else counts as a program, of which nothing is removed by default. */
const PARTS: ReadonlySet<string> = new Set(['.mcam', '.emcam', '.mcx', '.sldprt', '.step', '.stp', '.iges', '.igs']);

/** Whether a file is a part, for the rules. */
export function isPart(file: string): boolean {
    return PARTS.has(extensionOf(file));
}

/** Which of the rules holds for a file; undefined where everything stays. */
export function ruleFor(file: string, rules: RetentionRules): RetentionRule | undefined {
    return isPart(file) ? rules.parts : rules.programs;
}

/** Of parts, the ten newest of each file stay, and what is younger than a year; of programs, everything. */
export const DEFAULT_RETENTION: RetentionRules = { parts: { newest: 10, youngerThanMs: 365 * DAY_MS } };

const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/**
 * Reads a rule for old revisions: `all`, or what stays, as in `10,365d,50GB`: the ten newest of each file, what is younger
 * than a year, and of the rest the newest up to 50 GB.
 * @returns undefined for a text that is none; `null` for `all`
 */
export function parseRetention(text: string): RetentionRule | null | undefined {
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

/**
 * Which revisions the rules do not need. Never the latest of a file, one with a label, what was there before the first
 * check-in, or any of a file that somebody has checked out.
 * @param files folded paths with their revisions from the first
 * @param isHeld whether somebody has a file
 * @param now milliseconds since 1970
 */
export function removableRevisions(
    files: Iterable<readonly [string, readonly RevisionRecord[]]>,
    rules: RetentionRules,
    isHeld: (file: string) => boolean,
    now: number,
): RemovableRevision[] {
    const all = [...files];
    return [
        ...removableBy(
            rules.parts,
            all.filter(([file]) => isPart(file)),
            isHeld,
            now,
        ),
        ...removableBy(
            rules.programs,
            all.filter(([file]) => !isPart(file)),
            isHeld,
            now,
        ),
    ];
}

function removableBy(
    rule: RetentionRule | undefined,
    files: readonly (readonly [string, readonly RevisionRecord[]])[],
    isHeld: (file: string) => boolean,
    now: number,
): RemovableRevision[] {
    if (rule === undefined) return [];
    const { newest = 0, youngerThanMs = 0, bytes } = rule;
    let total = 0;
    const candidates: RemovableRevision[] = [];
    for (const [file, records] of files) {
        const there = records.filter(({ isRemoved }) => !isRemoved);
        for (const { size } of there) total += size;
        if (isHeld(file)) continue;
        const name = spelled(file, records);
        const old = there.slice(0, Math.max(0, there.length - Math.max(1, newest)));
        for (const record of old) {
            const age = now - (parseTimestamp(record.time) ?? now);
            const isNeeded = isBaseline(record, records) || record.label !== '';
            if (age >= youngerThanMs && !isNeeded) candidates.push({ file: name, record });
        }
    }
    if (bytes === undefined) return candidates;
    candidates.sort((one, other) => timeOf(one) - timeOf(other));
    const removable: RemovableRevision[] = [];
    for (const candidate of candidates) {
        if (total <= bytes) break;
        total -= candidate.record.size;
        removable.push(candidate);
    }
    return removable;
}

/** As people spell it: the history has it so, where it was kept under its present name. */
function spelled(file: string, records: readonly RevisionRecord[]): string {
    const keptAs = records.at(-1)?.keptAs ?? file;
    return foldPath(keptAs) === file ? keptAs : file;
}

function timeOf({ record }: RemovableRevision): number {
    return parseTimestamp(record.time) ?? 0;
}
