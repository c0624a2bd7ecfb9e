import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import {
    CheckOutRecords,
    LARGEST_READ,
    type CheckOutKey,
    rightsIn,
    type CheckOutRecord,
    type FileChange,
} from './checkOutRecords';
import { ContentStore, hashOfFile, type Content } from './contentStore';
import { sameTimes, stateOf, type FileRights, type FileState, type FileTimes } from '../disk/fileState';
import { isFileInPlace } from '../disk/links';
import type { JsonRecords } from './jsonRecords';
import { leastNeeded, useOf } from './leastNeeded';
import { foldPath } from '../base/repositoryPath';
import type { Loss } from './loss';
import { undoneRecordsIn, type UndoneVersion } from './undoneRecords';

/** How a file was at its check-out, and where its content is kept. */
export interface KeptVersion extends FileTimes, FileRights {
    readonly sha256?: string;
    /** Absolute path of the copy; none where there is no copy. */
    readonly copy?: string;
    /** Why there is no copy, where that is known. */
    readonly lost?: Loss;
}

/** What was kept before it is discarded. */
export interface KeptUndone {
    /** The name of its record. */
    readonly name: string;
    readonly sha256: string;
}

/** What became of a copy. */
type Copied = Pick<CheckOutRecord, 'sha256' | 'isKept' | 'lost'>;

const DAY = 24 * 60 * 60_000;
/** Milliseconds for which a content is kept that nobody works on any more. */
export const KEPT_FOR = 7 * DAY;
/** Milliseconds after which what has no record will not get one any more. */
const WITHOUT_RECORD = DAY;

/**
 * The versions of files at their check-out, and what undoing a check-out threw away, on this computer. As long as a check-out
 * lasts its version stays; everything else stays for a week.
 */
export class VersionStore {
    private readonly records: CheckOutRecords;
    private readonly undoneRecords: JsonRecords<UndoneVersion>;
    private readonly contents: ContentStore;

    /** @param folder absolute path of a folder that nobody else writes to; made when it is needed */
    constructor(folder: string) {
        this.records = new CheckOutRecords(path.join(folder, 'check-outs'));
        this.undoneRecords = undoneRecordsIn(path.join(folder, 'undone'));
        this.contents = new ContentStore(path.join(folder, 'contents'));
    }

    /**
     * Notes how a file was at its check-out: by size and time alone it can be told at once whether it was changed.
     * @throws the system error when the record cannot be written
     */
    async note({ root, path: file, timestamp }: CheckOutKey, state: FileState): Promise<void> {
        const { size, mtimeMs, sha256 } = state;
        const known = sha256 === undefined ? {} : { sha256 };
        await this.records.note({ root, path: file, timestamp, size, mtimeMs, ...rightsIn({ ...state }), ...known });
    }

    /**
     * Keeps a copy of a file that was noted, unless it is otherwise by now or there is one.
     * @param diskPath absolute path of the file; a link is not followed
     * @param largest bytes up to which a copy is kept; of larger files the hash at most
     * @param source gives up when `signal` is aborted; `bytes` are what was in the file, where they are at hand: they are
     * kept whatever became of it
     * @returns why there is no copy; undefined when there is one, or the check-out is no longer known
     * @throws the system error when the file cannot be read or the copy not be written
     */
    async keep(
        key: CheckOutKey,
        diskPath: string,
        largest: number,
        source: { readonly signal?: AbortSignal; readonly bytes?: Buffer | undefined } = {},
    ): Promise<Loss | undefined> {
        const was = await this.records.find(key);
        if (was === undefined || was.isKept === true) return undefined;
        const { bytes, signal } = source;
        let kept: Copied = { lost: 'failed' };
        try {
            kept =
                bytes !== undefined && bytes.length <= largest
                    ? { sha256: (await this.contents.keepBytes(bytes)).sha256, isKept: true }
                    : await this.copied(was, diskPath, largest, signal);
        } finally {
            // It may have been checked in meanwhile.
            const record = await this.records.find(key);
            if (record !== undefined) await this.records.note({ ...record, ...kept });
        }
        return kept.lost;
    }

    private async copied(
        was: CheckOutRecord,
        diskPath: string,
        largest: number,
        signal: AbortSignal | undefined,
    ): Promise<Copied> {
        if (!(await isFileInPlace(was.root, diskPath))) return { lost: 'changed' };
        if (was.size > largest) {
            const sha256 = was.sha256 ?? (await hashUnlessLarge(diskPath, was));
            return { lost: 'tooLarge', ...(sha256 === undefined ? {} : { sha256 }) };
        }
        const content = await this.contents.keep(diskPath, was, signal);
        if (content !== undefined) return { sha256: content.sha256, isKept: true };
        return { lost: signal?.aborted === true ? 'cancelled' : 'changed' };
    }

    /**
     * Takes the version at a check-out from where it is kept, too: the copy on this computer is only the nearest one.
     * @param was how the file was then
     * @param write writes that content to a new file, and forces it to the disk
     * @throws what `write` throws; the system error
     */
    async adopt(
        { root, path: file, timestamp }: CheckOutKey,
        { size, mtimeMs, mode, sha256 }: FileTimes & Content & { readonly mode?: number },
        write: (target: string) => Promise<void>,
    ): Promise<void> {
        if (!(await this.contents.adopt({ size, sha256 }, write))) return;
        const rights = mode === undefined ? {} : { mode };
        await this.records.note({ root, path: file, timestamp, size, mtimeMs, ...rights, sha256, isKept: true });
    }

    /** Notes that a check-out ended. @param now milliseconds since 1970 */
    async end(key: CheckOutKey, now: number): Promise<void> {
        const record = await this.records.find(key);
        if (record !== undefined) await this.records.note({ ...record, endedAt: now });
    }

    /** Has what is known of a check-out go along with its file, which was renamed. Does nothing where nothing is known. @param path the new one */
    async rename(from: CheckOutKey, path: string): Promise<void> {
        const record = await this.records.find(from);
        if (record === undefined) return;
        // Without its end: a look meanwhile may have found no check-out under the old name.
        const going = Object.entries(record).filter(([field]) => field !== 'endedAt');
        await this.records.note({ ...(Object.fromEntries(going) as unknown as CheckOutRecord), path });
        if (foldPath(from.path) !== foldPath(path)) await this.records.forget(from);
    }

    /** Whether a file is as it was at that check-out; see `CheckOutRecords`. */
    compare(key: CheckOutKey, diskPath: string): Promise<FileChange> {
        return this.records.compare(key, diskPath);
    }

    /** How a file was at that check-out; undefined when nobody noted it. */
    async version(key: CheckOutKey): Promise<KeptVersion | undefined> {
        const record = await this.records.find(key);
        if (record === undefined) return undefined;
        const { size, mtimeMs, sha256, isKept, lost } = record;
        const isThere = isKept === true && sha256 !== undefined && (await this.contents.has({ size, sha256 }));
        return {
            size,
            mtimeMs,
            ...rightsIn({ ...record }),
            ...(lost === undefined || isThere ? {} : { lost }),
            ...(sha256 === undefined ? {} : { sha256 }),
            ...(isThere ? { copy: this.contents.pathOf(sha256) } : {}),
        };
    }

    /**
     * Keeps what is about to be thrown away.
     * @param what the file with the state it has to be in, or bytes that are in no file
     * @param now milliseconds since 1970
     * @returns what `forgetUndone` takes; undefined for a file that was written to meanwhile, which is not kept
     * @throws the system error
     */
    async keepUndone(
        { root, path: repositoryPath }: Pick<CheckOutKey, 'root' | 'path'>,
        what: { readonly diskPath: string; readonly was: FileTimes } | Uint8Array,
        now: number,
    ): Promise<KeptUndone | undefined> {
        const rights = what instanceof Uint8Array ? {} : rightsIn({ ...stateOf(await stat(what.diskPath)) });
        const content =
            what instanceof Uint8Array
                ? await this.contents.keepBytes(what)
                : await this.contents.keep(what.diskPath, what.was);
        if (content === undefined) return undefined;
        const name = randomUUID();
        const time = what instanceof Uint8Array ? {} : { mtimeMs: what.was.mtimeMs };
        const file = { root, path: repositoryPath };
        await this.undoneRecords.write(name, { ...file, ...content, ...time, ...rights, undoneAt: now });
        return { name, sha256: content.sha256 };
    }

    /** Forgets what was kept and not discarded after all. @throws the system error */
    async forgetUndone({ name }: KeptUndone): Promise<void> {
        await this.undoneRecords.remove(name);
    }

    /** What was thrown away and can still be had back, the newest first. @throws the system error */
    async undone(now: number): Promise<readonly UndoneVersion[]> {
        const versions: UndoneVersion[] = [];
        for (const undone of (await this.undoneRecords.all()).values()) {
            if (now - undone.undoneAt < KEPT_FOR && (await this.contents.has(undone))) versions.push(undone);
        }
        return versions.sort((one, other) => other.undoneAt - one.undoneAt);
    }

    /** Where a content is kept. */
    copyOf({ sha256 }: Content): string {
        return this.contents.pathOf(sha256);
    }

    /**
     * Removes what nobody needs any more; and, where all copies together are larger than they may be, what is needed least: of
     * what ended or was discarded the oldest first, then of the check-outs that last the oldest.
     * @param isOver whether a check-out that is not noted as ended has ended, by another program say; false where nobody knows
     * @param now milliseconds since 1970
     * @param largestTotal bytes
     * @returns the check-outs that last, and whose copies were removed
     * @throws the system error, and then nothing that is needed was removed
     */
    async tidy(
        isOver: (record: CheckOutRecord) => boolean,
        now: number,
        largestTotal = Infinity,
    ): Promise<readonly CheckOutRecord[]> {
        const checkOuts: CheckOutRecord[] = [];
        for (const record of await this.records.all()) {
            const { endedAt } = record;
            if (endedAt !== undefined && now - endedAt >= KEPT_FOR) {
                await this.records.forget(record);
                continue;
            }
            const known = endedAt === undefined && isOver(record) ? { ...record, endedAt: now } : record;
            if (known !== record) await this.records.note(known);
            checkOuts.push(known);
        }
        const undone = new Map<string, UndoneVersion>();
        for (const [name, version] of await this.undoneRecords.all()) {
            if (now - version.undoneAt >= KEPT_FOR) await this.undoneRecords.remove(name);
            else undone.set(name, version);
        }
        const uses = [
            ...checkOuts.flatMap(useOf),
            ...[...undone.values()].map(({ sha256, undoneAt }) => ({ sha256, lasts: false, time: undoneAt })),
        ];
        const sizes = await this.contents.sweep(new Set(uses.map(({ sha256 }) => sha256)), now - WITHOUT_RECORD);
        const removed = new Set(leastNeeded(uses, sizes, largestTotal));
        // The records first: no window must offer what is about to go.
        const isGone = ({ sha256 = '', isKept }: CheckOutRecord): boolean => isKept === true && removed.has(sha256);
        for (const record of checkOuts.filter(isGone))
            await this.records.note({ ...record, isKept: false, lost: 'removed' });
        for (const [name, { sha256 }] of undone) if (removed.has(sha256)) await this.undoneRecords.remove(name);
        for (const sha256 of removed) await this.contents.remove(sha256);
        return checkOuts.filter((record) => record.endedAt === undefined && isGone(record));
    }
}

/** Undefined for a large file, and for one that is otherwise by now. */
async function hashUnlessLarge(diskPath: string, was: FileTimes): Promise<string | undefined> {
    if (was.size > LARGEST_READ) return undefined;
    const sha256 = await hashOfFile(diskPath);
    return sameTimes(await stat(diskPath), was) ? sha256 : undefined;
}
