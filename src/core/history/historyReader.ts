import { stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../base/errors';
import { withRegular } from '../disk/regularFile';
import { historyUnreadable } from './historyAccess';
import { parseEvent, type HistoryEvent } from './historyEvent';
import { HistoryParts } from './historyParts';

/** Up to where a history was read. */
export interface HistoryMark {
    /** The number under which the file that was being written to then is put aside. */
    readonly part: number;
    /** Bytes of it that were read. */
    readonly offset: number;
    /** Bytes of all that were put aside before it. */
    readonly before: number;
    /** Its first bytes, which tell whether it is still the same file. */
    readonly head: string;
}

/** What came since a mark. */
export interface HistoryStep {
    /** The oldest first. */
    readonly events: readonly HistoryEvent[];
    readonly mark: HistoryMark;
    /** Whether it is the whole history: there was no mark, or it no longer fits, because files were moved or removed by hand. */
    readonly isWhole: boolean;
}

const HEAD_BYTES = 256;
const NEWLINE = 10;

/**
 * Reads what a history has had since it was last read, so that nobody reads years of it twice.
 * @param file absolute path of the file that is being written to, see `HistoryFile`
 * @param since what the last reading answered; everything without it
 * @param isWanted leaves lines out before they are parsed, which takes most of the time
 * @throws CheckoutError `historyUnreadable`
 */
export async function readHistorySince(
    file: string,
    since?: HistoryMark,
    isWanted: (line: string) => boolean = () => true,
): Promise<HistoryStep> {
    try {
        const parts = new HistoryParts(file.slice(0, -path.extname(file).length));
        return (since && (await readOn(parts, since, isWanted))) ?? (await readWhole(parts, isWanted));
    } catch (error) {
        throw historyUnreadable(file, error);
    }
}

/** @returns undefined when the mark does not fit: then all has to be read again */
async function readOn(
    parts: HistoryParts,
    since: HistoryMark,
    isWanted: (line: string) => boolean,
): Promise<HistoryStep | undefined> {
    const aside = await parts.putAside();
    const part = (aside.at(-1)?.number ?? 0) + 1;
    if (part < since.part) return undefined;
    if (part === since.part) {
        const read = await readPart(parts.current, since, isWanted);
        return read && { events: read.events, mark: { ...read.mark, part, before: since.before }, isWhole: false };
    }
    // A file may be put aside late, under a number that was claimed long before.
    if ((await sizeOf(aside.filter(({ number }) => number < since.part))) !== since.before) return undefined;
    const [first, ...rest] = [...aside.filter(({ number }) => number >= since.part), { file: parts.current }];
    const begun = await readPart(first.file, since, isWanted);
    if (begun === undefined) return undefined;
    let { events, mark } = begun;
    for (const each of rest) {
        const read = await readPart(each.file, undefined, isWanted);
        events = events.concat(read?.events ?? []);
        mark = read?.mark ?? NOWHERE;
    }
    return { events, mark: { ...mark, part, before: await sizeOf(aside) }, isWhole: false };
}

async function readWhole(parts: HistoryParts, isWanted: (line: string) => boolean): Promise<HistoryStep> {
    const aside = await parts.putAside();
    const files: string[] = [];
    for await (const file of parts.newestFirst()) files.unshift(file);
    let events: readonly HistoryEvent[] = [];
    let mark = NOWHERE;
    for (const file of files) {
        const read = await readPart(file, undefined, isWanted);
        events = events.length === 0 ? (read?.events ?? []) : events.concat(read?.events ?? []);
        mark = read?.mark ?? NOWHERE;
    }
    const part = (aside.at(-1)?.number ?? 0) + 1;
    return { events, mark: { ...mark, part, before: await sizeOf(aside) }, isWhole: true };
}

/** Bytes of all of them. */
async function sizeOf(parts: readonly { readonly file: string }[]): Promise<number> {
    const sizes = await Promise.all(parts.map(async ({ file }) => (await stat(file)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
}

interface Read {
    readonly events: readonly HistoryEvent[];
    readonly mark: Pick<HistoryMark, 'offset' | 'head'>;
}

const NOWHERE = { offset: 0, head: '' };
const NOTHING: Read = { events: [], mark: NOWHERE };

/** @returns undefined when it is not the file that was read up to the mark */
async function readPart(
    file: string,
    since: HistoryMark | undefined,
    isWanted: (line: string) => boolean,
): Promise<Read | undefined> {
    try {
        return await withRegular(file, async ({ handle, stats: { size } }) => {
            const head = (await bytesOf(handle, 0, Math.min(HEAD_BYTES, size))).toString('latin1');
            const offset = since?.offset ?? 0;
            if (since !== undefined && (size < offset || !head.startsWith(since.head))) return undefined;
            const bytes = await bytesOf(handle, offset, size - offset);
            // What comes after the last line end is being written now.
            const end = bytes.lastIndexOf(NEWLINE) + 1;
            const mark = { offset: offset + end, head: head.slice(0, Math.min(HEAD_BYTES, offset + end)) };
            return { events: eventsIn(bytes.subarray(0, end), isWanted), mark };
        });
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return since === undefined || since.offset === 0 ? NOTHING : undefined;
    }
}

function eventsIn(bytes: Buffer, isWanted: (line: string) => boolean): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    for (const line of bytes.toString('utf8').split('\n')) {
        const event = line !== '' && isWanted(line) ? parseEvent(line) : undefined;
        if (event !== undefined) events.push(event);
    }
    return events;
}

async function bytesOf(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
    if (length <= 0) return Buffer.alloc(0);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
}
