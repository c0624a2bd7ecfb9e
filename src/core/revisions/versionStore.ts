import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import {
    CheckOutRecords,
    LARGEST_READ,
    type CheckOutKey,
    type CheckOutRecord,
    type FileChange,
} from './checkOutRecords';
import { ContentStore, hashOfFile, sameTimes, type Content, type FileTimes } from './contentStore';
import type { ContentCopy } from './stagedContent';
import type { FileRights } from '../disk/rights';
import { isFileInPlace } from '../disk/links';
import { JsonRecords } from './jsonRecords';

/** How a file was at its check-out, and where its content is kept. */
export interface KeptVersion extends FileTimes {
    readonly sha256?: string;
    /** Absolute path of the copy; none where there is no copy. */
    readonly copy?: string;
    readonly rights?: FileRights;
}

/** Changes that an undo or a restore discarded. */
export interface UndoneVersion extends Content {
    /** Absolute path of the repository. */
    readonly root: string;
    /** Path inside the repository. */
    readonly path: string;
    /** Milliseconds since 1970. */
    readonly undoneAt: number;
    /** When the file was last changed before that, in milliseconds since 1970; none for edits that were in no file. */
    readonly mtimeMs?: number;
}

/** What was kept to be discarded. */
export interface KeptUndone {
    /** The name of its record. */
    readonly name: string;
    readonly sha256: string;
}

const DAY_MS = 24 * 60 * 60_000;
/** For how long a content is kept that nobody works on any more. */
export const KEEP_MS = 7 * DAY_MS;
/** After how long a content without a record will not get one any more. */
const UNRECORDED_MS = DAY_MS;

/**
 * The versions of files at check-out, and the changes that an undo or a restore discarded, on this computer. The version at
 * check-out stays as long as the check-out lasts; everything else stays for seven days.
 */
export class VersionStore {
    private readonly records: CheckOutRecords;
    private readonly undoneRecords: JsonRecords<UndoneVersion>;
    private readonly contents: ContentStore;

    /** @param folder absolute path of a folder that nobody else writes to; made when it is needed */
    constructor(folder: string) {
        this.records = new CheckOutRecords(path.join(folder, 'check-outs'));
        this.undoneRecords = new JsonRecords(path.join(folder, 'undone'), undoneIn);
        this.contents = new ContentStore(path.join(folder, 'contents'));
    }

    /**
     * Records how a file is at check-out: size and time are enough to tell at once whether it was changed since.
     * @throws the system error when the record cannot be written
     */
    async note({ root, path: file, timestamp }: CheckOutKey, stats: FileTimes, rights?: FileRights): Promise<void> {
        const { size, mtimeMs } = stats;
        await this.records.note({ root, path: file, timestamp, size, mtimeMs, ...(rights && { rights }) });
    }

    /**
     * Keeps a copy of a file that was noted, unless it is otherwise by now.
     * @param diskPath absolute path of the file; a link is not followed
     * @param largest bytes up to which a copy is kept; of larger files the hash at most
     * @param signal gives up when it is aborted
     * @throws the system error when the file cannot be read or the copy not be written
     */
    async keep(key: CheckOutKey, diskPath: string, largest: number, signal?: AbortSignal): Promise<void> {
        const was = await this.records.find(key);
        if (was === undefined || !(await isFileInPlace(key.root, diskPath))) return;
        const isKept = was.size <= largest;
        const sha256 = isKept
            ? (await this.contents.keep(diskPath, was, signal))?.sha256
            : await hashUnlessLarge(diskPath, was);
        // It may have been checked in meanwhile.
        const record = await this.records.find(key);
        if (record === undefined || sha256 === undefined) return;
        await this.records.note({ ...record, sha256, ...(isKept ? { isKept } : {}) });
    }

    /** Notes that a check-out ended. @param now milliseconds since 1970 */
    async end(key: CheckOutKey, now: number): Promise<void> {
        const record = await this.records.find(key);
        if (record !== undefined) await this.records.note({ ...record, endedAt: now });
    }

    /** Whether a file is as it was at that check-out; see `CheckOutRecords`. */
    compare(key: CheckOutKey, diskPath: string): Promise<FileChange> {
        return this.records.compare(key, diskPath);
    }

    /** How a file was at that check-out; undefined when nobody noted it. */
    async version(key: CheckOutKey): Promise<KeptVersion | undefined> {
        const record = await this.records.find(key);
        if (record === undefined) return undefined;
        const { size, mtimeMs, sha256, isKept, rights } = record;
        const isThere = isKept === true && sha256 !== undefined && (await this.contents.has({ size, sha256 }));
        return {
            size,
            mtimeMs,
            ...(sha256 === undefined ? {} : { sha256 }),
            ...(isThere ? { copy: this.contents.pathOf(sha256) } : {}),
            ...(rights && { rights }),
        };
    }

    /**
     * Keeps what is about to be discarded.
     * @param what the file with the size and time that it must have, or bytes that are in no file
     * @param now milliseconds since 1970
     * @returns its record; undefined for a file that was changed meanwhile: then nothing is kept
     * @throws the system error
     */
    async keepUndone(
        { root, path: repositoryPath }: Pick<CheckOutKey, 'root' | 'path'>,
        what: { readonly diskPath: string; readonly was: FileTimes } | Uint8Array,
        now: number,
    ): Promise<KeptUndone | undefined> {
        const content =
            what instanceof Uint8Array
                ? await this.contents.keepBytes(what)
                : await this.contents.keep(what.diskPath, what.was);
        if (content === undefined) return undefined;
        const time = what instanceof Uint8Array ? {} : { mtimeMs: what.was.mtimeMs };
        const name = randomUUID();
        await this.undoneRecords.write(name, { root, path: repositoryPath, ...content, undoneAt: now, ...time });
        return { name, sha256: content.sha256 };
    }

    /** Forgets what was kept to be discarded, and was not. */
    async forgetUndone({ name }: KeptUndone): Promise<void> {
        await this.undoneRecords.remove(name);
    }

    /** The discarded changes that can still be restored, newest first. @throws the system error */
    async undone(now: number): Promise<readonly (UndoneVersion & ContentCopy)[]> {
        const versions: (UndoneVersion & ContentCopy)[] = [];
        for (const undone of (await this.undoneRecords.all()).values()) {
            if (now - undone.undoneAt >= KEEP_MS || !(await this.contents.has(undone))) continue;
            versions.push({ ...undone, copy: this.contents.pathOf(undone.sha256) });
        }
        return versions.sort((one, other) => other.undoneAt - one.undoneAt);
    }

    /**
     * Removes what is no longer needed.
     * @param isOver whether a check-out that is not recorded as ended has ended, in another program say; false where unknown
     * @param now milliseconds since 1970
     * @throws the system error, and then nothing that is needed was removed
     */
    async tidy(isOver: (record: CheckOutRecord) => boolean, now: number): Promise<void> {
        const wanted = new Set<string>();
        for (const record of await this.records.all()) {
            const { sha256, endedAt } = record;
            if (endedAt !== undefined && now - endedAt >= KEEP_MS) {
                await this.records.forget(record);
                continue;
            }
            if (sha256 !== undefined) wanted.add(sha256);
            if (endedAt === undefined && isOver(record)) await this.records.note({ ...record, endedAt: now });
        }
        for (const [name, { sha256, undoneAt }] of await this.undoneRecords.all()) {
            if (now - undoneAt >= KEEP_MS) await this.undoneRecords.remove(name);
            else wanted.add(sha256);
        }
        await this.contents.sweep(wanted, now - UNRECORDED_MS);
    }
}

/** Undefined for a large file, and for one that is otherwise by now. */
async function hashUnlessLarge(diskPath: string, was: FileTimes): Promise<string | undefined> {
    if (was.size > LARGEST_READ) return undefined;
    const sha256 = await hashOfFile(diskPath);
    return sameTimes(await stat(diskPath), was) ? sha256 : undefined;
}

function undoneIn(fields: Readonly<Record<string, unknown>>): UndoneVersion | undefined {
    const { root, path: file, size, sha256, undoneAt, mtimeMs } = fields;
    if (typeof root !== 'string' || typeof file !== 'string' || typeof sha256 !== 'string') return undefined;
    if (typeof size !== 'number' || typeof undoneAt !== 'number') return undefined;
    return { root, path: file, size, sha256, undoneAt, ...(typeof mtimeMs === 'number' ? { mtimeMs } : {}) };
}
