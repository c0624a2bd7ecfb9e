import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Absence, untilFound, whyAbsent } from '../disk/missingFile';
import { CheckoutError, describeError, isSystemError, systemCode } from '../base/errors';
import { LARGEST, LARGEST_MEGABYTES } from '../base/jsonText';
import { backupOf, type LocksErrors } from './locksErrors';
import { DamagedTable, LockTable } from './lockTable';
import { retry, retryUntilAnswered } from '../disk/retry';
import { readText, type ReadText, sameContent } from '../disk/readFile';
import { FileStamp } from '../disk/fileStamp';

/** The locks at one moment, and the stamp by which a later look tells whether they may have changed: none without a file. */
export interface LocksReading {
    readonly table: LockTable;
    readonly stamp: FileStamp | undefined;
}

/** What was read of a locks file; undefined when there was none. */
export type LocksSource = ReadText | undefined;

const READS_BEFORE_DAMAGED = 6;
const PAUSE_BETWEEN_READS = 30;

/** Looks at one locks file and its last good copy, without the mutex and without changing anything. */
export class LocksReader {
    /** The disk on which the locks file was last found. */
    private disk: bigint | undefined;

    constructor(
        private readonly file: string,
        private readonly trouble: LocksErrors,
    ) {}

    /** See `LocksFile.read`. */
    async read(): Promise<LocksReading> {
        const disk = await this.readDisk(); // First: the disk may go away in between.
        const { table, source } = await this.readTable();
        if (source !== undefined) this.disk = disk;
        return { table, stamp: source?.stamp };
    }

    /** See `LocksFile.stamp`. */
    async stamp(): Promise<FileStamp | undefined> {
        try {
            return FileStamp.of(await retry(() => stat(this.file, { bigint: true })));
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw this.trouble.unreachable(error);
            await this.requireFolder();
            return undefined;
        }
    }

    /** @throws CheckoutError `locksFileDamaged` or `locksFileUnreachable` */
    async readTable(): Promise<{ source: LocksSource; table: LockTable }> {
        const { source, table, damage } = await this.readPatiently();
        if (damage !== undefined) throw this.trouble.damaged(damage);
        return { source, table };
    }

    /**
     * Reads again until it can be understood, for a while: a program that writes in place may be in the middle of it, or a
     * client that replaces a file in two steps.
     * @throws CheckoutError `locksFileUnreachable`
     */
    async readPatiently(): Promise<{ source: LocksSource; table: LockTable; damage?: DamagedTable }> {
        for (let reading = 1; ; reading++) {
            const source = await this.readSource();
            try {
                if (source !== undefined) return { source, table: parse(source) };
                await this.requireNew();
                return { source, table: LockTable.empty };
            } catch (error) {
                if (!(error instanceof DamagedTable)) throw error;
                if (reading === READS_BEFORE_DAMAGED) return { source, table: LockTable.empty, damage: error };
            }
            await delay(PAUSE_BETWEEN_READS);
        }
    }

    /** @throws CheckoutError `locksFileUnreachable` */
    async readSource(): Promise<LocksSource> {
        try {
            const source = await retry(() => readText(this.file, LARGEST));
            if (source !== undefined) return source;
            await this.requireFolder();
            return undefined;
        } catch (error) {
            throw error instanceof CheckoutError ? error : this.trouble.unreachable(error);
        }
    }

    /** @throws CheckoutError `noBackup` */
    async readBackup(): Promise<{ source: ReadText; table: LockTable }> {
        try {
            const source = await readText(backupOf(this.file), LARGEST);
            if (source === undefined) throw this.trouble.noBackup('there is none');
            return { source, table: parse(source) };
        } catch (error) {
            if (error instanceof CheckoutError) throw error;
            throw this.trouble.noBackup(describeError(error));
        }
    }

    /**
     * Whether the file is what it was, as far as one can tell by its stamp or, on a disk with coarse times, by its text.
     * @throws CheckoutError, also when it is a link by now
     */
    async isStill(before: LocksSource): Promise<boolean> {
        if (!(await this.hasStamp(before?.stamp))) return false;
        return before?.stamp.isCoarse !== true || sameContent(before, await this.readSource());
    }

    private async hasStamp(expected: FileStamp | undefined): Promise<boolean> {
        try {
            const stats = await lstat(this.file, { bigint: true });
            if (stats.isSymbolicLink()) throw this.trouble.isLink();
            return FileStamp.same(FileStamp.of(stats), expected);
        } catch (error) {
            // What "not there" means, and what else can be wrong, is told by looking in the usual way.
            if (error instanceof CheckoutError || !isSystemError(error)) throw error;
            return FileStamp.same(await this.stamp(), expected);
        }
    }

    /**
     * Asked when the locks file is missing. If there is a copy of it, there were locks, and it was lost.
     * @throws DamagedTable; CheckoutError `locksFileUnreachable`
     */
    private async requireNew(): Promise<void> {
        let absence: Absence;
        try {
            absence = await whyAbsent(this.file, backupOf(this.file));
            if (absence === 'hidden') await untilFound(this.file);
        } catch (error) {
            throw this.trouble.unreachable(error);
        }
        if (absence === 'new') return;
        throw new DamagedTable(
            absence === 'lost' ? 'it is missing, though there is a copy of it' : 'it comes and goes',
        );
    }

    /** That the locks file is not there must not come from a share that is not there, or left an empty folder behind. */
    private async requireFolder(): Promise<void> {
        const disk = await this.readDisk();
        if (disk !== (this.disk ??= disk)) {
            throw this.trouble.unreachable(new Error('another disk is in the place of its own'));
        }
        try {
            if ((await this.lookAtLink())?.isSymbolicLink())
                throw new Error('it is a symbolic link that leads nowhere');
        } catch (error) {
            throw this.trouble.unreachable(error);
        }
    }

    private async readDisk(): Promise<bigint> {
        try {
            return (await retryUntilAnswered(() => stat(path.dirname(this.file), { bigint: true }))).dev;
        } catch (error) {
            throw this.trouble.unreachable(error);
        }
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
