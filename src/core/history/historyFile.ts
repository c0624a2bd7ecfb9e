// history: what was done to which file, by whom: the lines of a file beside the locks file, and how they are read.

import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { lookInto } from '../disk/diskFault';
import { explainIoError } from '../disk/ioErrors';
import { isReadBySame, type Rights } from '../disk/rights';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import {
    beginsCheckOut,
    formatEvent,
    isWanted,
    parseEvent,
    type FileContent,
    type History,
    type HistoryEvent,
    type HistoryQuery,
} from './historyEvent';
import { foldPath } from '../base/repositoryPath';
import { nameBefore } from './renamedFile';
import { openRegular, readRegular, withRegular } from '../disk/regularFile';
import { historyStemOf } from '../base/ownNames';
import { HistoryParts } from './historyParts';
import { giveHistoryRights, historyUnreadable, patiently } from './historyAccess';

/** From this size on a history is put aside, and a new one begun. */
const LARGEST_BYTES = 5 * 2 ** 20;
/** A larger file is not read: it would not go into one string, and none of ours becomes so large. */
const LARGEST_READ_BYTES = 256 * 2 ** 20;
/** How much of the end is searched for a check-out: little of it first, which mostly has it. */
const RECENT_BYTES = [2 ** 14, 2 ** 18];
const NEWLINE = 10;
/** What may happen during a check-out, and says nothing of how that began. */
const OTHERS: ReadonlySet<string> = new Set(['restore', 'found', 'label', 'tidy']);
// Somebody may put a link or a pipe in its place: it writes to neither, and waits for neither.
const APPENDING = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What was in a file at its check-out, and the time of that, as its lock has it. */
interface ContentAtCheckOut {
    readonly time: string;
    readonly content: FileContent;
}

/**
 * The history of one locks file: `locks.history.jsonl` beside `locks.json`, one JSON object a line, only ever appended to.
 * A large file is put aside as `locks.history.1.jsonl`, the next as `2`, and so on; none is ever removed.
 */
export class HistoryFile {
    readonly file: string;
    private readonly parts: HistoryParts;
    /** The size at which it ended with a whole line, since that was written here; undefined where that is not known. */
    private wholeSize: number | undefined;

    /**
     * @param locksFile absolute path
     * @param warn told, in a finished sentence, that a change was made and could not be written into the history
     * @param largest bytes from which it is put aside
     */
    constructor(
        private readonly locksFile: string,
        private readonly warn: (message: string) => void,
        private readonly largest = LARGEST_BYTES,
    ) {
        this.parts = new HistoryParts(historyStemOf(locksFile));
        this.file = this.parts.current;
    }

    /**
     * Writes what a change did, once it is made. Call it under the mutex while the change is prepared, so that only the
     * writing itself is left to do. Never rejects: the change counts, and a warning says that the entry is missing.
     * @param events may still be found out; must not reject
     * @param isMade whether the change was made
     * @param rights those of the locks file, where they are known: the history is as private and as public
     */
    async follow(
        events: readonly HistoryEvent[] | Promise<readonly HistoryEvent[]>,
        isMade: Promise<boolean>,
        rights?: Rights,
    ): Promise<void> {
        const opening = this.openForAppending(rights); // Only an existing file: a change that fails leaves no empty history.
        opening.catch(() => undefined); // Told below, if the change is made.
        const found = Promise.resolve(events);
        found.catch(() => undefined); // Likewise.
        try {
            const made = (await isMade) && (await found).length > 0;
            const session = await opening;
            if (session === undefined && !made) return;
            const { handle, isTorn, size } = session ?? {
                handle: await this.create(rights),
                isTorn: false,
                size: 0,
            };
            try {
                if (made) await this.append(`${isTorn ? '\n' : ''}${(await found).map(lineOf).join('')}`, handle, size);
            } finally {
                await handle.close();
            }
        } catch (error) {
            if (await isMade) this.warn(this.notWritten(await lookInto(error, this.file, 'write')));
        }
    }

    /** How many bytes all of it is. @throws the system error */
    bytes(): Promise<number> {
        return this.parts.bytes();
    }

    /**
     * Reads the history, the newest event first. Lines that are torn or not ours are left out and counted.
     * @throws CheckoutError `historyUnreadable`
     */
    async read(wanted: HistoryQuery = {}): Promise<History> {
        const { limit = Infinity } = wanted;
        let { file: name } = wanted;
        const events: HistoryEvent[] = [];
        let skipped = 0;
        let file = this.file;
        try {
            for await (file of this.parts.newestFirst()) {
                if (events.length >= limit) break;
                const lines = (await textOf(file)).split('\n').toReversed();
                for (const line of lines) {
                    if (events.length >= limit) return { events, skipped };
                    if (line.trim() === '') continue;
                    const event = parseEvent(line);
                    if (event === undefined) skipped++;
                    else if (isWanted(event, { file: name })) {
                        events.push(event);
                        // Before that it had another name.
                        if (name !== undefined) name = nameBefore(event, name) ?? name;
                    }
                }
            }
        } catch (error) {
            throw historyUnreadable(file, error);
        }
        return { events, skipped };
    }

    /**
     * What was in checked-out files at their check-out, by their folded paths, as far as the end of the history tells.
     * Never rejects: a check-in does not depend on it.
     */
    async contentsAtCheckOut(paths: readonly string[]): Promise<ReadonlyMap<string, ContentAtCheckOut>> {
        const contents = new Map<string, ContentAtCheckOut>();
        for (const bytes of RECENT_BYTES) {
            // The folded name that each had at that time of the history -> the one that was asked for.
            const wanted = new Map(paths.map((asked) => [foldPath(asked), foldPath(asked)]));
            const { text, isWhole } = await this.end(bytes);
            // The last event of a file tells; for checked-out files it is mostly near the end.
            for (const line of text.split('\n').toReversed()) {
                if (wanted.size === 0) break;
                const event = parseEvent(line);
                // Restored changes are part of the check-out under which they were restored.
                if (event?.file === undefined || OTHERS.has(event.action)) continue;
                if (event.action === 'rename') {
                    goBack(event, wanted);
                    continue;
                }
                const asked = wanted.get(foldPath(event.file));
                // It went to another holder, or came back, with what is in it.
                if (asked === undefined || event.action === 'hand-over' || event.action === 'delete') continue;
                wanted.delete(foldPath(event.file));
                if (beginsCheckOut(event) && event.after !== undefined) {
                    contents.set(asked, { time: event.time, content: event.after });
                }
            }
            if (wanted.size === 0 || isWhole) break;
        }
        return contents;
    }

    /** The end of the history; of the last part that was put aside, too, where this one has just begun. */
    private async end(bytes: number): Promise<{ readonly text: string; readonly isWhole: boolean }> {
        try {
            const end = await endOf(this.file, bytes);
            if (!end.isWhole) return end;
            const before = (await this.parts.putAside()).at(-1);
            if (before === undefined) return end;
            const earlier = await endOf(before.file, bytes - end.text.length);
            return { text: `${earlier.text}\n${end.text}`, isWhole: false };
        } catch (error) {
            rethrowUnlessSystemError(error);
            return { text: '', isWhole: true };
        }
    }

    /** Undefined when there is none. */
    private async openForAppending(
        rights: Rights | undefined,
    ): Promise<{ handle: FileHandle; isTorn: boolean; size: number } | undefined> {
        let handle: FileHandle;
        let stats: Stats;
        try {
            ({ handle, stats } = await patiently(() => openRegular(this.file, APPENDING)));
        } catch (error) {
            if (systemCode(error) === 'ENOENT') return undefined;
            throw error;
        }
        const { size } = stats;
        try {
            if (rights !== undefined && !isReadBySame(stats, rights))
                await giveHistoryRights(this.locksFile, handle, rights);
            if (size >= this.largest) {
                await handle.close();
                await this.parts.putCurrentAside();
                return undefined;
            }
            const isWhole = size === 0 || size === this.wholeSize || (await lastByte(handle, size)) === NEWLINE;
            return { handle, isTorn: !isWhole, size };
        } catch (error) {
            await handle.close().catch(() => undefined); // The first error says more.
            throw error;
        }
    }

    private async append(lines: string, handle: FileHandle, size: number): Promise<void> {
        this.wholeSize = undefined;
        await handle.writeFile(lines);
        this.wholeSize = size + Buffer.byteLength(lines);
    }

    private async create(rights: Rights | undefined): Promise<FileHandle> {
        const handle = await patiently(() => open(this.file, APPENDING | constants.O_CREAT));
        await giveHistoryRights(this.locksFile, handle, rights);
        return handle;
    }

    private notWritten(error: unknown): string {
        const { reason, advice } = explainIoError(error, 'write');
        return `The change was made, but could not be written into the history ${this.file}, because ${reason}. ${advice}`;
    }
}

/** Goes back beyond a rename: before that, files had other names. @param wanted what is looked for, by folded names */
function goBack(event: HistoryEvent, wanted: Map<string, string>): void {
    const renamed = [...wanted].flatMap(([name, asked]) => {
        const before = nameBefore(event, name);
        return before === undefined ? [] : { name, before, asked };
    });
    for (const { name } of renamed) wanted.delete(name);
    for (const { before, asked } of renamed) wanted.set(foldPath(before), asked);
}

function lineOf(event: HistoryEvent): string {
    return `${formatEvent(event)}\n`;
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return bytesRead === 1 ? buffer[0] : undefined;
}

async function textOf(file: string): Promise<string> {
    try {
        return (await readRegular(file, LARGEST_READ_BYTES)).toString('utf8');
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return '';
        throw error;
    }
}

/** The end of a file, and whether that is all of it. @param bytes none where it is not above 0 */
async function endOf(file: string, bytes: number): Promise<{ readonly text: string; readonly isWhole: boolean }> {
    try {
        return await withRegular(file, async ({ handle, stats: { size } }) => {
            const length = Math.max(0, Math.min(size, bytes));
            const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
            return { text: buffer.toString('utf8', 0, bytesRead), isWhole: length === size };
        });
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return { text: '', isWhole: true };
        throw error;
    }
}
