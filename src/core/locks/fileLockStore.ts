import { FileStamp } from '../disk/fileStamp';
import type { History, HistoryQuery } from '../history/historyEvent';
import {
    readHistoryPieces,
    readHistorySince,
    type HistoryMark,
    type HistoryPiece,
    type HistoryStep,
} from '../history/historyReader';
import { LockOperations } from './lockOperations';
import type { LocksMark, LockStore, PlacingLease, RestoredLocks, StoredLocks } from './lockStore';
import type { UpdatedLocks } from './lockTransactions';
import type { Change, LocksFile } from './locksFile';
import type { RestorePreview } from './locksRestore';
import type { LockTable } from './lockTable';

/** After how long a file with a coarse time cannot have changed again without another time. */
const COARSE_TIME_MS = 3000;

/** The locks of a repository in its locks file. */
export class FileLockStore extends LockOperations implements LockStore {
    /** The last stamp with a coarse time, and when it was first seen. */
    private coarse: { readonly stamp: FileStamp; readonly since: number } | undefined;

    /** @param coarseTimeMs see `COARSE_TIME_MS` */
    constructor(
        readonly file: LocksFile,
        private readonly coarseTimeMs = COARSE_TIME_MS,
    ) {
        super();
    }

    get staging(): string {
        return this.file.file;
    }

    async list(): Promise<StoredLocks> {
        const asked = performance.now();
        const { table, stamp } = await this.file.reader.read();
        return { table, mark: this.isSettled(stamp, asked) ? markOf(stamp) : undefined };
    }

    async mark(): Promise<LocksMark> {
        return markOf(await this.file.reader.stamp());
    }

    historySince(since?: HistoryMark): Promise<HistoryStep> {
        return readHistorySince(this.file.history.file, since);
    }

    historyPieces(since?: HistoryMark): AsyncIterable<HistoryPiece> {
        return readHistoryPieces(this.file.history.file, since);
    }

    historyBytes(): Promise<number> {
        return this.file.history.bytes();
    }

    history(wanted: HistoryQuery): Promise<History> {
        return this.file.history.read(wanted);
    }

    previewRestore(): Promise<RestorePreview> {
        return this.file.previewRestore();
    }

    async restore(preview: RestorePreview): Promise<RestoredLocks> {
        const asked = performance.now();
        const { table, stamp, setAside } = await this.file.restoreBackup(new Date(), preview);
        return { table, mark: this.markAfterChange(stamp, asked), setAside };
    }

    protected get owner(): LocksFile['owner'] {
        return this.file.owner;
    }

    protected async update<T>(
        change: Change<T>,
        stands: (table: LockTable, result: T, certain: boolean) => boolean,
        lastly?: (lease: PlacingLease, result: T) => Promise<void>,
    ): Promise<UpdatedLocks<T>> {
        const asked = performance.now();
        const { table, result, stamp } = await this.file.update(change, stands, lastly);
        return { table, result, mark: this.markAfterChange(stamp, asked) };
    }

    protected contentsAtCheckOut(paths: readonly string[]): ReturnType<LocksFile['history']['contentsAtCheckOut']> {
        return this.file.history.contentsAtCheckOut(paths);
    }

    /** @param stamp undefined when there is no file, or the disk did not say: then the next look reads the locks */
    private markAfterChange(stamp: FileStamp | undefined, asked: number): LocksMark | undefined {
        return stamp !== undefined && this.isSettled(stamp, asked) ? markOf(stamp) : undefined;
    }

    /**
     * Whether no later change can leave the same stamp.
     * @param asked when its file was not read yet, by `performance.now()`
     */
    private isSettled(stamp: FileStamp | undefined, asked: number): boolean {
        if (stamp?.isCoarse !== true) return true;
        if (!FileStamp.same(this.coarse?.stamp, stamp)) this.coarse = { stamp, since: performance.now() };
        return this.coarse !== undefined && asked - this.coarse.since >= this.coarseTimeMs;
    }
}

function markOf(stamp: FileStamp | undefined): LocksMark {
    return stamp?.toString() ?? 'no file';
}
