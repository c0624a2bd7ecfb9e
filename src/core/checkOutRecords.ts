import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from './errors';
import { foldPath } from './repositoryPath';

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

/** By what one can tell, without reading it, that a file was changed: bytes, and milliseconds since 1970. */
export interface FileTimes {
    readonly size: number;
    readonly mtimeMs: number;
}

/** How a file was when it was checked out. */
interface CheckOutRecord {
    readonly timestamp: string;
    readonly size: number;
    readonly mtimeMs: number;
    /** SHA-256 of the content, in hex; none where the file was too large to be read for it. */
    readonly sha256?: string;
}

/** Larger files are judged by size and time alone, in bytes: reading them over the network takes longer than it is worth. */
const LARGEST_READ = 8 * 1024 * 1024;

/**
 * Notes how files were when they were checked out, one small record each, to tell later whether they were changed. A
 * record that is torn or gone means that nobody can tell.
 */
export class CheckOutRecords {
    /** @param folder absolute path of a folder on this computer that nobody else writes to; made when it is needed */
    constructor(private readonly folder: string) {}

    /**
     * Notes how a file was at its check-out, unless it is otherwise by now.
     * @param diskPath absolute path of the file
     * @param was its size and time at the check-out itself: it may take a while until it is noted
     * @throws the system error when the file or the record cannot be had
     */
    async note(key: CheckOutKey, diskPath: string, was: FileTimes): Promise<void> {
        const sha256 = await hashOf(diskPath, was.size);
        const { size, mtimeMs } = await stat(diskPath);
        // What was written since is not how it was.
        if (size !== was.size || mtimeMs !== was.mtimeMs) return;
        const { timestamp } = key;
        const record: CheckOutRecord = { timestamp, size, mtimeMs, ...(sha256 === undefined ? {} : { sha256 }) };
        await mkdir(this.folder, { recursive: true });
        const file = this.fileOf(key);
        const aside = `${file}.${randomBytes(6).toString('hex')}`;
        await writeFile(aside, JSON.stringify(record));
        await rename(aside, file);
    }

    /** Forgets a file that was checked in. */
    async forget(key: CheckOutKey): Promise<void> {
        await rm(this.fileOf(key), { force: true });
    }

    /** Whether a file is as it was noted at that check-out. By size and time; by content where only the time differs. */
    async compare(key: CheckOutKey, diskPath: string): Promise<FileChange> {
        try {
            const record = JSON.parse(await readFile(this.fileOf(key), 'utf8')) as Partial<CheckOutRecord>;
            if (record.timestamp !== key.timestamp || typeof record.size !== 'number') return 'unknown';
            const { size, mtimeMs } = await stat(diskPath);
            if (size !== record.size) return 'modified';
            if (mtimeMs === record.mtimeMs) return 'unchanged';
            if (record.sha256 === undefined) return 'modified';
            return (await hashOf(diskPath, size)) === record.sha256 ? 'unchanged' : 'modified';
        } catch (error) {
            if (systemCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
            return 'unknown';
        }
    }

    private fileOf({ root, path: repositoryPath, timestamp }: CheckOutKey): string {
        const name = createHash('sha256')
            .update(JSON.stringify([root, foldPath(repositoryPath), timestamp]))
            .digest('hex');
        return path.join(this.folder, `${name}.json`);
    }
}

async function hashOf(diskPath: string, size: number): Promise<string | undefined> {
    if (size > LARGEST_READ) return undefined;
    return createHash('sha256')
        .update(await readFile(diskPath))
        .digest('hex');
}
