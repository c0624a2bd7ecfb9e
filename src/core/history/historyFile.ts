import { constants } from 'node:fs';
import { open, readFile, readdir, rename, stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { explainIoError } from '../disk/ioErrors';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
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
import { READING } from '../disk/readFile';

/** From this size on a history is put aside, and a new one begun. */
const LARGEST_BYTES = 5 * 2 ** 20;
/** How much of the end is searched for a check-out: little of it first, which mostly has it. */
const RECENT_BYTES = [2 ** 14, 2 ** 18];
const NEWLINE = 10;
// Somebody may put a link or a pipe in its place: it writes to neither, and waits for neither.
const APPENDING = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The history of one locks file: `locks.history.jsonl` beside `locks.json`, one JSON object a line, only ever appended to.
 * A large file is put aside as `locks.history.1.jsonl`, the next as `2`, and so on; none is ever removed.
 */
export class HistoryFile {
    readonly file: string;
    private readonly stem: string;

    /**
     * @param locksFile absolute path
     * @param warn told, in a finished sentence, that a change was made and could not be written into the history
     * @param largest bytes from which it is put aside
     */
    constructor(
        locksFile: string,
        private readonly warn: (message: string) => void,
        private readonly largest = LARGEST_BYTES,
    ) {
        const { dir, name } = path.parse(locksFile);
        this.stem = path.join(dir, `${name}.history`);
        this.file = `${this.stem}.jsonl`;
    }

    /**
     * Writes what a change did, once it is made. Call it under the mutex while the change is prepared, so that only the
     * writing itself is left to do. Never rejects: the change counts, and a warning says that the entry is missing.
     * @param events asked for only once the change is made, because it may be what says what there is to tell
     * @param isMade whether the change was made
     */
    async follow(
        events: readonly HistoryEvent[] | (() => readonly HistoryEvent[]),
        isMade: Promise<boolean>,
    ): Promise<void> {
        const opening = this.openForAppending(); // Only an existing file: a change that fails leaves no empty history.
        opening.catch(() => undefined); // Told below, if the change is made.
        try {
            const made = await isMade;
            const session = await opening;
            if (session === undefined && !made) return;
            const { handle, isTorn } = session ?? { handle: await this.create(), isTorn: false };
            try {
                const lines = made ? (typeof events === 'function' ? events() : events).map(lineOf) : [];
                if (made) await handle.writeFile(`${isTorn ? '\n' : ''}${lines.join('')}`);
            } finally {
                await handle.close();
            }
        } catch (error) {
            if (await isMade) this.warn(this.notWritten(error));
        }
    }

    /**
     * Reads the history, the newest event first. Lines that are torn or not ours are left out and counted.
     * @throws CheckoutError `historyUnreadable`
     */
    async read(wanted: HistoryQuery = {}): Promise<History> {
        const { limit = Infinity } = wanted;
        const events: HistoryEvent[] = [];
        let skipped = 0;
        try {
            for (const file of [this.file, ...(await this.putAside()).toReversed().map(({ file: each }) => each)]) {
                const lines = (await textOf(file)).split('\n').toReversed();
                for (const line of lines) {
                    if (events.length >= limit) return { events, skipped };
                    if (line.trim() === '') continue;
                    const event = parseEvent(line);
                    if (event === undefined) skipped++;
                    else if (isWanted(event, wanted)) events.push(event);
                }
            }
        } catch (error) {
            rethrowUnlessSystemError(error);
            const { reason, advice } = explainIoError(error, 'read');
            const message = `The history ${this.file} cannot be read, because ${reason}. ${advice}`;
            throw new CheckoutError('historyUnreadable', message, this.file, { cause: error });
        }
        return { events, skipped };
    }

    /**
     * What was in checked-out files at their check-out, by their folded paths, as far as the end of the history tells.
     * Never rejects: a check-in does not depend on it.
     */
    async contentsAtCheckOut(paths: readonly string[]): Promise<ReadonlyMap<string, FileContent>> {
        const contents = new Map<string, FileContent>();
        for (const bytes of RECENT_BYTES) {
            const wanted = new Set(paths.map(foldPath));
            const { text, isWhole } = await this.end(bytes);
            // The last event of a file tells; for checked-out files it is mostly near the end.
            for (const line of text.split('\n').toReversed()) {
                if (wanted.size === 0) break;
                const event = parseEvent(line);
                // Restored changes are part of the check-out under which they were restored.
                if (event?.file === undefined || event.action === 'restore' || !wanted.delete(foldPath(event.file)))
                    continue;
                if (beginsCheckOut(event) && event.after !== undefined) {
                    contents.set(foldPath(event.file), event.after);
                }
            }
            if (wanted.size === 0 || isWhole) break;
        }
        return contents;
    }

    private async end(bytes: number): Promise<{ readonly text: string; readonly isWhole: boolean }> {
        try {
            const handle = await open(this.file, READING);
            try {
                const { size } = await handle.stat();
                const length = Math.min(size, bytes);
                const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
                return { text: buffer.toString('utf8', 0, bytesRead), isWhole: length === size };
            } finally {
                await handle.close();
            }
        } catch (error) {
            rethrowUnlessSystemError(error);
            return { text: '', isWhole: true };
        }
    }

    /** Undefined when there is none. */
    private async openForAppending(): Promise<{ handle: FileHandle; isTorn: boolean } | undefined> {
        let handle: FileHandle;
        try {
            handle = await open(this.file, APPENDING);
        } catch (error) {
            if (systemCode(error) === 'ENOENT') return undefined;
            throw error;
        }
        try {
            const stats = await handle.stat();
            if (!stats.isFile()) throw new Error('it is not a file');
            if (stats.size >= this.largest) {
                await handle.close();
                await this.putThisAside();
                return undefined;
            }
            return { handle, isTorn: stats.size > 0 && (await lastByte(handle, stats.size)) !== NEWLINE };
        } catch (error) {
            await handle.close().catch(() => undefined); // The first error says more.
            throw error;
        }
    }

    private async create(): Promise<FileHandle> {
        const handle = await open(this.file, APPENDING | constants.O_CREAT);
        if (process.platform === 'win32') return handle;
        try {
            // Everyone who may create files beside it must be able to append to it.
            const { mode } = await stat(path.dirname(this.file));
            await handle.chmod(0o644 | (mode & 0o022));
        } catch (error) {
            // Some file systems have no permissions.
            rethrowUnlessSystemError(error);
        }
        return handle;
    }

    private async putThisAside(): Promise<void> {
        const last = (await this.putAside()).at(-1)?.number ?? 0;
        await rename(this.file, `${this.stem}.${last + 1}.jsonl`);
    }

    /** The files that were put aside, the oldest first. */
    private async putAside(): Promise<{ readonly file: string; readonly number: number }[]> {
        const stem = path.basename(this.stem);
        const names = await readdir(path.dirname(this.stem));
        return names
            .flatMap((name) => {
                if (!name.startsWith(`${stem}.`)) return [];
                const number = /^\.(\d{1,9})\.jsonl$/.exec(name.slice(stem.length))?.[1];
                return number === undefined
                    ? []
                    : [{ file: path.join(path.dirname(this.stem), name), number: Number(number) }];
            })
            .sort((one, other) => one.number - other.number);
    }

    private notWritten(error: unknown): string {
        const { reason, advice } = explainIoError(error, 'write');
        return `The change was made, but could not be written into the history ${this.file}, because ${reason}. ${advice}`;
    }
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
        return await readFile(file, { encoding: 'utf8', flag: READING });
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return '';
        throw error;
    }
}
