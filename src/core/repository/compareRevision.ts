import { parseTimestamp } from '../base/time';
import { sameTimes, type FileTimes } from '../disk/fileState';
import { withRegular } from '../disk/regularFile';
import { contentOfFile, type Reading } from '../revisions/compressedFile';
import type { RevisionRecord } from '../revisions/revisionRecord';

/** What is in a file, as it was read once. */
export interface ReadContent extends FileTimes {
    /** Milliseconds since 1970. Tells where a file was written again and given its former time. */
    readonly ctimeMs: number;
    /** In hexadecimal; undefined where it did not have to be read. */
    readonly sha256?: string;
}

/**
 * What is in a file, compared with its latest revision. `other` while nobody has it checked out: somebody changed it outside
 * of CNC Checkout.
 */
export interface Comparison {
    readonly is: 'latest' | 'other' | 'unknown';
    /** Undefined where the file has no revision. */
    readonly latest: RevisionRecord | undefined;
    /** The older revision that it is, from a backup say. */
    readonly older?: RevisionRecord;
    /** What was compared; undefined where the file was not looked at. */
    readonly file?: ReadContent;
}

/** How a file may be read for a comparison. */
export interface ComparisonTerms extends Reading {
    /** Bytes; of a larger file that only its content could tell apart the answer is `unknown`. */
    readonly readsUpTo?: number;
    /** What was in it the last time: not read again while size and time are the same. */
    readonly known?: ReadContent | undefined;
}

/**
 * Compares a file with its revisions: by size and time first, which costs no reading; by content where only the time differs,
 * because another clock, a copy, or a disk that keeps local time gives the same content another one.
 * @param records its revisions from the first
 * @param diskPath absolute path
 * @throws the system error of the file; NotReadable where something else is in its place; an `AbortError`
 */
export async function compareWithRevisions(
    records: readonly RevisionRecord[],
    diskPath: string,
    { readsUpTo = Infinity, known, ...reading }: ComparisonTerms = {},
): Promise<Comparison> {
    const latest = records.at(-1);
    if (latest === undefined) return { is: 'unknown', latest };
    return withRegular(diskPath, async ({ handle, stats: { size, mtimeMs, ctimeMs } }) => {
        const file = { size, mtimeMs, ctimeMs };
        if (isAsKept(latest, file)) return { is: 'latest', latest, file };
        const candidates = records.filter((record) => record.size === size);
        if (candidates.length === 0) return { is: 'other', latest, file };
        const read = known !== undefined && isSameState(known, file) ? known.sha256 : undefined;
        if (read === undefined && size > readsUpTo)
            return { is: size === latest.size ? 'unknown' : 'other', latest, file };
        const sha256 = read ?? (await contentOfFile(handle, reading)).sha256;
        const compared = { latest, file: { ...file, sha256 } };
        if (sha256 === latest.sha256) return { is: 'latest', ...compared };
        const older = candidates.findLast((record) => record.sha256 === sha256);
        return { is: 'other', ...compared, ...(older && { older }) };
    });
}

/** Whether a file has the size and the time of a revision, which is enough to take it for that. */
export function isAsKept(revision: RevisionRecord | undefined, { size, mtimeMs }: FileTimes): boolean {
    return revision?.size === size && parseTimestamp(revision.modified) === Math.floor(mtimeMs);
}

/** Whether a file was not written to in between. */
export function isSameState(one: ReadContent, other: ReadContent): boolean {
    return sameTimes(one, other) && one.ctimeMs === other.ctimeMs;
}
