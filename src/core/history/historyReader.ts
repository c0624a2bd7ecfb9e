import { stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../base/errors';
import { NotReadable, openRegular, type OpenFile } from '../disk/regularFile';
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

/** As much of a history as is read at once. */
export interface HistoryPiece {
    /** Whole lines, each with its end; the oldest first. Overwritten when the next piece is read. */
    readonly lines: Buffer;
    /**
     * Whether the whole history begins here, and nothing counts that was read before: there was no mark, or it no longer
     * fits, because files were moved or removed by hand.
     */
    readonly isBeginning: boolean;
    /** Up to where the history is read now; undefined where only a later piece can tell. */
    readonly mark: HistoryMark | undefined;
}

/** What came since a mark. */
export interface HistoryStep {
    /** The oldest first. */
    readonly events: readonly HistoryEvent[];
    readonly mark: HistoryMark;
    /** Whether it is the whole history, see `isBeginning`. */
    readonly isWhole: boolean;
}

type Place = Pick<HistoryMark, 'offset' | 'head'>;

const PIECE_BYTES = 2 ** 18;
/** A longer line is none of ours, and might not go into one string. */
const LONGEST_LINE_BYTES = 2 ** 26;
const HEAD_BYTES = 256;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
const NOWHERE: Place = { offset: 0, head: '' };

/**
 * Reads what a history has had since it was last read, so that nobody reads years of it twice.
 * @param file absolute path of the file that is being written to, see `HistoryFile`
 * @param since what the last reading answered; everything without it
 * @throws CheckoutError `historyUnreadable`
 */
export async function readHistorySince(file: string, since?: HistoryMark): Promise<HistoryStep> {
    const events: HistoryEvent[] = [];
    let mark: HistoryMark | undefined;
    let isWhole = false;
    for await (const piece of readHistoryPieces(file, since)) {
        mark = piece.mark;
        isWhole ||= piece.isBeginning;
        for (const line of piece.lines.toString('utf8').split('\n')) {
            const event = line === '' ? undefined : parseEvent(line);
            if (event !== undefined) events.push(event);
        }
    }
    return { events, mark: mark!, isWhole };
}

/**
 * The same piece by piece: a long history takes little memory, and whatever else there is to do has its turn in between.
 * The last piece has a mark.
 * @param bytes of a piece; more only where a line is longer
 * @throws CheckoutError `historyUnreadable`
 */
export async function* readHistoryPieces(
    file: string,
    since?: HistoryMark,
    bytes = PIECE_BYTES,
): AsyncGenerator<HistoryPiece, void> {
    try {
        const parts = new HistoryParts(file.slice(0, -path.extname(file).length));
        const isReadOn = since !== undefined && (yield* readOn(parts, since, bytes));
        if (!isReadOn) yield* readWhole(parts, bytes);
    } catch (error) {
        throw historyUnreadable(file, error);
    }
}

/** @returns false when the mark does not fit: then all has to be read again */
async function* readOn(parts: HistoryParts, since: HistoryMark, bytes: number): AsyncGenerator<HistoryPiece, boolean> {
    const aside = await parts.putAside();
    const part = (aside.at(-1)?.number ?? 0) + 1;
    if (part < since.part) return false;
    // A file may be put aside late, under a number that was claimed long before. Mostly the head tells.
    const isUncertain = part > since.part || since.head === '';
    if (isUncertain && (await sizeOf(aside.filter(({ number }) => number < since.part))) !== since.before) return false;
    let { before } = since;
    let from: HistoryMark | undefined = since;
    let place: Place = since;
    const rest = aside.filter(({ number }) => number >= since.part);
    for (const { file, number } of [...rest, { file: parts.current, number: part }]) {
        const [position, start] = [{ part: number, before }, from];
        const read: ReadPart | undefined = yield* readPart(file, start, bytes, (at) => ({ ...position, ...at }));
        if (read === undefined) return false;
        ({ place } = read);
        if (number !== part) before += read.size;
        from = undefined;
    }
    yield { lines: NOTHING, isBeginning: false, mark: { ...place, part, before } };
    return true;
}

async function* readWhole(parts: HistoryParts, bytes: number): AsyncGenerator<HistoryPiece, void> {
    yield { lines: NOTHING, isBeginning: true, mark: undefined };
    const part = ((await parts.putAside()).at(-1)?.number ?? 0) + 1;
    const files: string[] = [];
    for await (const file of parts.newestFirst()) files.unshift(file);
    let before = 0;
    let place = NOWHERE;
    for (const file of files) {
        // In the order of their events, which need not be that of their numbers: no mark tells of some of them.
        const read = yield* readPart(file, undefined, bytes, () => undefined);
        place = read?.place ?? NOWHERE;
        if (file !== parts.current) before += read?.size ?? 0;
    }
    yield { lines: NOTHING, isBeginning: false, mark: { ...place, part, before } };
}

/** Bytes of all of them. */
async function sizeOf(parts: readonly { readonly file: string }[]): Promise<number> {
    const sizes = await Promise.all(parts.map(async ({ file }) => (await stat(file)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
}

/** What was read of one file. */
interface ReadPart {
    /** Bytes of the file when it was opened. */
    readonly size: number;
    readonly place: Place;
}

/**
 * @param markAt the mark of a place in the file
 * @returns undefined when it is not the file that was read up to the mark
 */
async function* readPart(
    file: string,
    since: HistoryMark | undefined,
    bytes: number,
    markAt: (place: Place) => HistoryMark | undefined,
): AsyncGenerator<HistoryPiece, ReadPart | undefined> {
    const opened = await openIfThere(file);
    if (opened === undefined) {
        return since === undefined || since.offset === 0 ? { size: 0, place: NOWHERE } : undefined;
    }
    const { handle, stats } = opened;
    try {
        const { size } = stats;
        const head = (await fill(Buffer.alloc(Math.min(HEAD_BYTES, size)), handle, 0)).toString('latin1');
        const placeAt = (offset: number): Place => ({ offset, head: head.slice(0, Math.min(HEAD_BYTES, offset)) });
        let offset = since?.offset ?? 0;
        if (since !== undefined && (size < offset || !head.startsWith(since.head))) return undefined;
        for await (const lines of linesOf(handle, offset, size, bytes)) {
            offset += lines.length;
            yield { lines, isBeginning: false, mark: markAt(placeAt(offset)) };
        }
        return { size, place: placeAt(offset) };
    } finally {
        await handle.close();
    }
}

async function openIfThere(file: string): Promise<OpenFile | undefined> {
    try {
        return await openRegular(file);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return undefined;
    }
}

/**
 * The whole lines of a stretch of a file. What comes after the last line end is being written now.
 * @returns pieces that are overwritten by the next one
 */
async function* linesOf(handle: FileHandle, from: number, to: number, bytes: number): AsyncGenerator<Buffer> {
    let buffer = Buffer.allocUnsafe(Math.min(bytes, to - from));
    for (let at = from; at < to;) {
        const wanted = Math.min(buffer.length, to - at);
        const piece = await fill(buffer.subarray(0, wanted), handle, at);
        const end = piece.lastIndexOf(NEWLINE) + 1;
        if (end > 0) {
            yield piece.subarray(0, end);
            at += end;
        } else {
            if (piece.length < wanted || at + wanted === to) return;
            if (buffer.length > LONGEST_LINE_BYTES) {
                throw new NotReadable('it has a line that is far too long', 'Move it away, and try again.');
            }
            buffer = Buffer.allocUnsafe(2 * buffer.length);
        }
    }
}

/** Reads into all of a buffer, or as much as there is. @returns what was read */
async function fill(buffer: Buffer, handle: FileHandle, position: number): Promise<Buffer> {
    let filled = 0;
    while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
    }
    return buffer.subarray(0, filled);
}
