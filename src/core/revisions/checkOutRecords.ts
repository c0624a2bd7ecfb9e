import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hashOfFile } from './contentStore';
import type { FileRights, FileTimes } from '../disk/fileState';
import { rethrowUnlessSystemError } from '../base/errors';
import { JsonRecords } from './jsonRecords';
import { lossIn, type Loss } from './loss';
import { foldPath } from '../base/repositoryPath';

/** Whether a file is as it was when it was checked out; `unknown` where nobody noted how it was. */
export type FileChange = 'modified' | 'unchanged' | 'unknown';

/** The check-out of a file: which repository, which file, and the time in its lock, which tells it from others. */
export interface CheckOutKey {
    /** Absolute path of the repository. */
    readonly root: string;
    /** Path inside the repository. */
    readonly path: string;
    readonly timestamp: string;
}

/** How a file was when it was checked out. */
export interface CheckOutRecord extends CheckOutKey, FileTimes, FileRights {
    /** SHA-256 of the content, in hex; none where the file was too large to be read for it, or not read yet. */
    readonly sha256?: string;
    /** Whether a copy of the content was kept. */
    readonly isKept?: boolean;
    /** Why there is no copy. */
    readonly lost?: Loss;
    /** When the check-out ended, in milliseconds since 1970. */
    readonly endedAt?: number;
}

/** Larger files are judged by size and time alone, in bytes: reading them over the network takes longer than it is worth. */
export const LARGEST_READ = 8 * 1024 * 1024;

/**
 * Notes how files were when they were checked out, one small record each, to tell later whether they were changed. A
 * record that is torn or gone means that nobody can tell.
 */
export class CheckOutRecords {
    private readonly records: JsonRecords<CheckOutRecord>;

    /** @param folder absolute path of a folder on this computer that nobody else writes to; made when it is needed */
    constructor(folder: string) {
        this.records = new JsonRecords(folder, recordIn);
    }

    /** @throws the system error when the record cannot be written */
    async note(record: CheckOutRecord): Promise<void> {
        await this.records.write(nameOf(record), record);
    }

    /** How a file was at that check-out, if that was noted. */
    async find(key: CheckOutKey): Promise<CheckOutRecord | undefined> {
        const record = await this.records.read(nameOf(key));
        return record?.timestamp === key.timestamp ? record : undefined;
    }

    /** Every record. @throws the system error when one cannot be read */
    async all(): Promise<readonly CheckOutRecord[]> {
        return [...(await this.records.all()).values()];
    }

    async forget(key: CheckOutKey): Promise<void> {
        await this.records.remove(nameOf(key));
    }

    /** Whether a file is as it was noted at that check-out. By size and time; by content where only the time differs. */
    async compare(key: CheckOutKey, diskPath: string): Promise<FileChange> {
        const record = await this.find(key);
        if (record === undefined) return 'unknown';
        try {
            const { size, mtimeMs } = await stat(diskPath);
            if (size !== record.size) return 'modified';
            if (mtimeMs === record.mtimeMs) return 'unchanged';
            if (record.sha256 === undefined || size > LARGEST_READ) return 'modified';
            return (await hashOfFile(diskPath)) === record.sha256 ? 'unchanged' : 'modified';
        } catch (error) {
            rethrowUnlessSystemError(error);
            return 'unknown';
        }
    }
}

function nameOf({ root, path, timestamp }: CheckOutKey): string {
    // Of two files that differ only in Unicode form, one has a path that is not in NFC; each has a record of its own.
    const file = path === path.normalize('NFC') ? foldPath(path) : path;
    return createHash('sha256')
        .update(JSON.stringify([root, file, timestamp]))
        .digest('hex');
}

function recordIn(fields: Readonly<Record<string, unknown>>): CheckOutRecord | undefined {
    const { root, path, timestamp, size, mtimeMs, mode, uid, gid, sha256, isKept, endedAt } = fields;
    const lost = lossIn(fields['lost']);
    if (typeof root !== 'string' || typeof path !== 'string' || typeof timestamp !== 'string') return undefined;
    if (typeof size !== 'number' || typeof mtimeMs !== 'number') return undefined;
    return {
        root,
        path,
        timestamp,
        size,
        mtimeMs,
        ...rightsIn({ mode, uid, gid }),
        ...(typeof sha256 === 'string' ? { sha256 } : {}),
        ...(isKept === true ? { isKept } : {}),
        ...(lost === undefined ? {} : { lost }),
        ...(typeof endedAt === 'number' ? { endedAt } : {}),
    };
}

/** What a record says of the rights of a file. */
export function rightsIn({ mode, uid, gid }: Readonly<Record<string, unknown>>): FileRights {
    return {
        ...(typeof mode === 'number' ? { mode: mode & 0o7777 } : {}),
        ...(typeof uid === 'number' ? { uid } : {}),
        ...(typeof gid === 'number' ? { gid } : {}),
    };
}
