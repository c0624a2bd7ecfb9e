import type { BigIntStats, Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Absence, untilFound, whyAbsent } from '../disk/missingFile';
import { CheckoutError, isSystemError, systemCode } from '../base/errors';
import { LARGEST_BYTES, LARGEST_MEGABYTES } from '../base/jsonText';
import { backupOf, mutexPathOf } from '../base/ownNames';
import type { LocksErrors } from './locksErrors';
import { DamagedTable, MovedLocks } from './damagedTable';
import { LockTable } from './lockTable';
import { retry, retryUntilAnswered } from '../disk/retry';
import { readStamp, readText, type ReadText, sameContent } from '../disk/readFile';
import { FileStamp } from '../disk/fileStamp';
import { removeOrphans } from '../mutex/orphans';
import { DiskFault, isReadOnly, lookInto } from '../disk/diskFault';
import { CONNECTION, explainIoError } from '../disk/ioErrors';

/** The locks at one moment, and the stamp of the file that they were read from; undefined when there was none. */
export interface LocksReading {
    readonly table: LockTable;
    readonly stamp: FileStamp | undefined;
}

/** What was read in the place of a locks file; undefined when there was none. */
export type LocksSource = ReadText | undefined;

/** What was read, and what it means: the locks, or why nobody can tell them. */
export type LocksContent =
    | { readonly source: LocksSource; readonly table: LockTable }
    | { readonly source: LocksSource; readonly damage: DamagedTable };

const CHECK_LINK = 'Check where the link leads, and that the share there is connected, and try again.';
const READS_BEFORE_DAMAGED = 6;
const PAUSE_BETWEEN_READS_MS = 30;

/** Reads one locks file and its backup, without the mutex and without changing anything. */
export class LocksReader {
    /** The disk on which the locks file was last found. */
    private disk: bigint | undefined;

    constructor(
        private readonly file: string,
        private readonly errors: LocksErrors,
    ) {}

    /**
     * Reads the locks. A missing file in a folder that is there means no locks, unless there is a backup of it. A file that
     * does not parse, or is missing beside its backup, is read again a few times: somebody may be writing it.
     * @throws CheckoutError `locksFileDamaged` or `locksFileUnreachable`
     */
    async read(): Promise<LocksReading> {
        const disk = await this.readDisk();
        const { table, source } = await this.readTable();
        // Asked again, because the disk of the file may have come or gone in between.
        if (source !== undefined && disk !== this.disk && disk === (await this.readDisk())) this.disk = disk;
        return { table, stamp: source?.stamp };
    }

    /**
     * The stamp of the locks file now; undefined when there is no such file.
     * @throws CheckoutError `locksFileUnreachable`
     */
    async stamp(): Promise<FileStamp | undefined> {
        try {
            return await retry(() => readStamp(this.file));
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw await this.unreachable(error);
            await this.requireFolder();
            return undefined;
        }
    }

    /** Like `read`, with what the table was read from. @throws CheckoutError `locksFileDamaged` or `locksFileUnreachable` */
    async readTable(): Promise<{ readonly source: LocksSource; readonly table: LockTable }> {
        const content = await this.readPatiently();
        if ('damage' in content) throw this.errors.damaged(content.damage);
        return content;
    }

    /**
     * Reads again for a while until the file can be understood: a program may be writing it in place, or a client may be
     * replacing it in two steps.
     * @throws CheckoutError `locksFileUnreachable`
     */
    async readPatiently(): Promise<LocksContent> {
        let damaged: { readonly source: LocksSource; readonly damage: DamagedTable } | undefined;
        for (let reading = 1; ; reading++) {
            const source = await this.readSource();
            try {
                // What was read a moment ago need not be parsed again: it may be 32 MB.
                if (source === undefined) await this.requireNew();
                else if (damaged?.source !== undefined && sameContent(damaged.source, source)) throw damaged.damage;
                return { source, table: source === undefined ? LockTable.empty : parse(source) };
            } catch (error) {
                if (!(error instanceof DamagedTable)) throw error;
                damaged = { source, damage: error };
                if (error instanceof MovedLocks) return damaged;
                if (reading === READS_BEFORE_DAMAGED) return damaged;
            }
            await delay(PAUSE_BETWEEN_READS_MS);
        }
    }

    /** Reads the file as it is, without understanding it. @throws CheckoutError `locksFileUnreachable` */
    async readSource(): Promise<LocksSource> {
        try {
            const source = await retry(() => readText(this.file, LARGEST_BYTES));
            if (source === undefined) await this.requireFolder();
            return source;
        } catch (error) {
            throw error instanceof CheckoutError ? error : await this.unreachable(error);
        }
    }

    /** Reads the last good copy. @throws CheckoutError `noBackup` */
    async readBackup(): Promise<{ readonly source: LocksSource; readonly table: LockTable }> {
        try {
            const source = await readText(backupOf(this.file), LARGEST_BYTES);
            if (source === undefined) throw this.errors.noBackup('there is none');
            return { source, table: parse(source) };
        } catch (error) {
            if (error instanceof CheckoutError) throw error;
            throw this.errors.noBackup(explainIoError(error, 'read').reason);
        }
    }

    /**
     * Whether the file is what it was, as far as one can tell by its stamp or, on a disk with coarse times, by its text.
     * @throws CheckoutError, also when it is a link by now, is read-only or has a second name
     */
    async isStill(before: LocksSource): Promise<boolean> {
        if (!(await this.hasStamp(before?.stamp))) return false;
        return before?.stamp.isCoarse !== true || sameContent(before, await this.readSource());
    }

    /** Refuses to replace a file that somebody marked as not to be changed, or gave a second name. @throws CheckoutError */
    private async requireOrdinary(stats: BigIntStats): Promise<void> {
        if (isReadOnly(stats)) throw this.errors.isReadOnly();
        if (stats.nlink <= 1n) return;
        // A program that was killed right after it gave the first locks file its name left another one in its mutex.
        await removeOrphans(mutexPathOf(this.file));
        if ((await lstat(this.file, { bigint: true })).nlink > 1n) throw this.errors.isHardLink();
    }

    private async hasStamp(expected: FileStamp | undefined): Promise<boolean> {
        try {
            const stats = await lstat(this.file, { bigint: true });
            if (stats.isSymbolicLink()) throw this.errors.isLink();
            if (expected !== undefined && stats.isFile()) await this.requireOrdinary(stats);
            return FileStamp.same(FileStamp.of(stats), expected);
        } catch (error) {
            // `stamp` tells what "not there" means here, and what else may be wrong.
            if (error instanceof CheckoutError || !isSystemError(error)) throw error;
            return FileStamp.same(await this.stamp(), expected);
        }
    }

    /**
     * Asked when the locks file is missing. If there is a backup, there were locks, and they were lost.
     * @throws DamagedTable; CheckoutError `locksFileUnreachable`
     */
    private async requireNew(): Promise<void> {
        let absence: Absence;
        try {
            absence = await whyAbsent(this.file, backupOf(this.file));
            if (absence === 'hidden') await untilFound(this.file);
        } catch (error) {
            throw await this.unreachable(error);
        }
        if (absence === 'new') return;
        throw new DamagedTable(
            absence === 'lost' ? 'it is missing, though there is a copy of it' : 'it comes and goes',
        );
    }

    /** A missing locks file means nothing when its share is not there, or left an empty folder behind. */
    private async requireFolder(): Promise<void> {
        const disk = await this.readDisk();
        if (disk !== (this.disk ??= disk)) {
            throw this.errors.unreachable(new DiskFault('ENODEV', 'another disk is in its place', CONNECTION));
        }
        try {
            if ((await this.lookAtLink())?.isSymbolicLink())
                throw new DiskFault('ENOENT', 'it is a symbolic link that leads nowhere', CHECK_LINK);
        } catch (error) {
            throw await this.unreachable(error);
        }
    }

    private async readDisk(): Promise<bigint> {
        try {
            return (await retryUntilAnswered(() => stat(path.dirname(this.file), { bigint: true }))).dev;
        } catch (error) {
            throw await this.unreachable(error);
        }
    }

    private async unreachable(error: unknown): Promise<CheckoutError> {
        return this.errors.unreachable(await lookInto(error, this.file, 'read'));
    }

    private async lookAtLink(): Promise<Stats | undefined> {
        try {
            return await lstat(this.file);
        } catch (error) {
            if (systemCode(error) === 'ENOENT') return undefined;
            throw error;
        }
    }
}

function parse({ bytes, text }: ReadText): LockTable {
    if (bytes === undefined) throw new DamagedTable(`it is larger than ${LARGEST_MEGABYTES} MB`);
    if (text === undefined) throw new DamagedTable('it is not UTF-8 text');
    return LockTable.parse(text);
}
