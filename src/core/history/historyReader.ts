import { open, readdir, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { explainIoError } from '../disk/ioErrors';
import { READING } from '../disk/readFile';
import { parseEvent, type HistoryEvent } from './historyEvent';

/** Up to where a history was read. */
export interface HistoryMark {
    /** The number under which the file that was being written to then is put aside. */
    readonly part: number;
    /** Bytes of it that were read. */
    readonly offset: number;
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
        const { dir, name } = path.parse(file);
        const aside = await numbersPutAside(dir, name);
        const part = (aside.at(-1) ?? 0) + 1;
        const fileOf = (number: number): string => (number === part ? file : path.join(dir, `${name}.${number}.jsonl`));
        if (since !== undefined && since.part <= part) {
            const first = await readPart(fileOf(since.part), since, isWanted);
            if (first !== undefined) {
                const rest = [...aside, part].filter((number) => number > since.part);
                return { ...(await readParts(rest, fileOf, isWanted, first, since.part)), isWhole: false };
            }
        }
        return { ...(await readParts([...aside, part], fileOf, isWanted)), isWhole: true };
    } catch (error) {
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(error, 'read');
        throw new CheckoutError(
            'historyUnreadable',
            `The history ${file} cannot be read, because ${reason}. ${advice}`,
            file,
            { cause: error },
        );
    }
}

interface Read {
    readonly events: readonly HistoryEvent[];
    readonly offset: number;
    readonly head: string;
}

const NOTHING: Read = { events: [], offset: 0, head: '' };

async function readParts(
    numbers: readonly number[],
    fileOf: (number: number) => string,
    isWanted: (line: string) => boolean,
    first = NOTHING,
    firstPart = 1,
): Promise<{ events: readonly HistoryEvent[]; mark: HistoryMark }> {
    let events: readonly HistoryEvent[] = first.events;
    let mark: HistoryMark = { part: firstPart, offset: first.offset, head: first.head };
    for (const part of numbers) {
        const read = (await readPart(fileOf(part), undefined, isWanted)) ?? NOTHING;
        events = events.length === 0 ? read.events : events.concat(read.events);
        mark = { part, offset: read.offset, head: read.head };
    }
    return { events, mark };
}

/** @returns undefined when it is not the file that was read up to the mark */
async function readPart(
    file: string,
    since: HistoryMark | undefined,
    isWanted: (line: string) => boolean,
): Promise<Read | undefined> {
    let handle: FileHandle;
    try {
        handle = await open(file, READING);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return since === undefined || since.offset === 0 ? NOTHING : undefined;
    }
    try {
        const stats = await handle.stat();
        if (!stats.isFile()) return since === undefined ? NOTHING : undefined;
        const head = (await bytesOf(handle, 0, Math.min(HEAD_BYTES, stats.size))).toString('latin1');
        const offset = since?.offset ?? 0;
        if (since !== undefined && (stats.size < offset || !head.startsWith(since.head))) return undefined;
        const bytes = await bytesOf(handle, offset, stats.size - offset);
        // What comes after the last line end is being written now.
        const end = bytes.lastIndexOf(NEWLINE) + 1;
        const known = Math.min(HEAD_BYTES, offset + end);
        return { events: eventsIn(bytes.subarray(0, end), isWanted), offset: offset + end, head: head.slice(0, known) };
    } finally {
        await handle.close();
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

/** The numbers of the files that were put aside, in order. @param name of the current file, without its ending */
async function numbersPutAside(folder: string, name: string): Promise<number[]> {
    const names = await readdir(folder);
    return names
        .flatMap((each) => {
            const isPart = each.startsWith(`${name}.`) && each.endsWith('.jsonl');
            const number = isPart ? each.slice(name.length + 1, -'.jsonl'.length) : '';
            return /^\d{1,9}$/.test(number) ? [Number(number)] : [];
        })
        .sort((one, other) => one - other);
}
