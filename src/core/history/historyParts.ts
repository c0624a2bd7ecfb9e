import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { isRefusal } from '../disk/ioErrors';
import { shareRights } from '../disk/rights';
import { readRegular } from '../disk/regularFile';
import { moveFile, removeFile } from '../disk/moveFile';
import { parseEvent } from './historyEvent';

/** How much of the beginning of a part is searched for the time of its first event, in bytes. */
const FIRST_LINES_BYTES = 2 ** 16;

/** A part of a history that was put aside. */
interface Part {
    /** Absolute path. */
    readonly file: string;
    readonly number: number;
}

/** The files of one history: the one that is written to, and those that were put aside because they had become large. */
export class HistoryParts {
    /** Absolute path of the file that is written to. */
    readonly current: string;

    /** @param stem absolute path and beginning of the name of each file */
    constructor(private readonly stem: string) {
        this.current = `${stem}.jsonl`;
    }

    /**
     * Puts the current file aside under a number of its own. The number is claimed by a new file first: a rename that a
     * share carries out late, when another process has long put this file aside and begun the next one, finds a name that
     * nobody else uses, and so replaces nothing.
     * @throws the system error
     */
    async putCurrentAside(): Promise<void> {
        const part = await this.claim();
        try {
            await moveFile(this.current, part);
        } catch (error) {
            // Somebody else was faster, or the answer to a first request got lost: then the claim has what is moved.
            if (systemCode(error) === 'ENOENT') return;
            if (isRefusal(error)) await removeFile(part).catch(() => undefined); // The first error says more.
            throw error;
        }
    }

    /** The current file, then the others from the newest to the oldest. @throws the system error */
    async *newestFirst(): AsyncGenerator<string> {
        yield this.current;
        const parts: { readonly file: string; readonly time: number }[] = [];
        let time = 0;
        for (const { file } of await this.putAside()) {
            // By their events: a file that was moved late has a smaller number than is its due.
            const first = await timeOfFirstEvent(file);
            parts.push({ file, time: (time = first ?? time) });
        }
        parts.sort((one, other) => one.time - other.time);
        yield* parts.toReversed().map(({ file }) => file);
    }

    /** The files that were put aside, in the order of their numbers. @throws the system error */
    async putAside(): Promise<Part[]> {
        const [folder, stem] = [path.dirname(this.stem), path.basename(this.stem)];
        return (await readdir(folder))
            .flatMap((name) => {
                if (!name.startsWith(`${stem}.`)) return [];
                const number = /^\.(\d{1,9})\.jsonl$/.exec(name.slice(stem.length))?.[1];
                return number === undefined ? [] : [{ file: path.join(folder, name), number: Number(number) }];
            })
            .sort((one, other) => one.number - other.number);
    }

    /** How many bytes all files are. @throws the system error */
    async bytes(): Promise<number> {
        const files = [this.current, ...(await this.putAside()).map(({ file }) => file)];
        const sizes = await Promise.all(files.map(sizeOf));
        return sizes.reduce((sum, size) => sum + size, 0);
    }

    /** Makes an empty file under the next number. A client may not see the newest ones yet: the server decides. */
    private async claim(): Promise<string> {
        const last = (await this.putAside()).at(-1)?.number ?? 0;
        for (let number = last + 1; ; number++) {
            const part = `${this.stem}.${number}.jsonl`;
            try {
                await (await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL)).close();
                // It may stay, empty, when this computer dies; then colleagues must be able to read past it.
                await shareRights(this.current, part);
                return part;
            } catch (error) {
                if (systemCode(error) !== 'EEXIST') throw error;
            }
        }
    }
}

/** 0 where there is no file. */
async function sizeOf(file: string): Promise<number> {
    try {
        return (await stat(file)).size;
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return 0;
        throw error;
    }
}

/** In milliseconds since 1970; undefined where no line near the beginning tells. */
async function timeOfFirstEvent(file: string): Promise<number | undefined> {
    const text = await beginningOf(file);
    for (const line of text.split('\n')) {
        const time = Date.parse(parseEvent(line)?.time ?? '');
        if (!Number.isNaN(time)) return time;
    }
    return undefined;
}

/** `''` where it cannot be read: the caller reads on there, meets the same error, and explains it. */
async function beginningOf(file: string): Promise<string> {
    try {
        return (await readRegular(file, Infinity, FIRST_LINES_BYTES)).toString('utf8');
    } catch (error) {
        rethrowUnlessSystemError(error);
        return '';
    }
}
