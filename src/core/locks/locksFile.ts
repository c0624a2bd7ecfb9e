import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { untilFound } from '../disk/missingFile';
import { formatTimestamp } from '../base/time';
import { CheckoutError } from '../base/errors';
import type { HistoryEvent } from '../history/historyEvent';
import { HistoryFile } from '../history/historyFile';
import { OversizedText } from '../base/jsonText';
import { LocksReader, NO_FILE, type LocksReading, type LocksSource } from './locksReader';
import { LocksErrors } from './locksErrors';
import type { LockTable } from './lockTable';
import { Mutex, type HeldMutex, type MutexOptions } from '../mutex/mutex';
import type { Replacement } from '../disk/replaceFile';
import type { MutexOwner } from '../mutex/ownerFile';
import { leavesDoubt, pause } from '../disk/retry';
import { BackupFile } from './backupFile';
import { sameContent } from '../disk/readFile';
import { copyDurably } from '../disk/durableCopy';
import type { FileStamp } from '../disk/fileStamp';

/** A pure change of the lock table: the table after it (the same object for "nothing to do") and what to answer. */
export type Change<T> = (table: LockTable) => { readonly table: LockTable; readonly result: T };

/**
 * What a change does to files under the mutex, when all else is ready and right before it is in force.
 * @returns whether the change may be made; else it is decided again
 */
export type FileStep<T> = (result: T, held: HeldMutex) => Promise<boolean>;

/** What a restore would change, as it was when a person was asked. */
export interface RestorePreview {
    /** The locks in force, or why nobody can tell them. */
    readonly current: LockTable | 'missing' | 'damaged';
    readonly backup: LockTable;
    /** What the locks file and the copy held. */
    readonly seen: readonly [LocksSource, LocksSource];
}

/** Where a locks file that was restored over is kept, and what is in force now. */
export interface Restoration {
    readonly table: LockTable;
    /** The copy of the locks file as it was before, or undefined when there was none. */
    readonly setAside: string | undefined;
}

const TRIES = 8;
/** Milliseconds by which each wait between two of them is longer: somebody may be busy with the file for a while. */
const LONGER = 100;
/** How many tries may end because the connection to the server broke, before anything was replaced. */
const FAILURES = 2;

/**
 * The locks file of a repository: reading without a mutex, and changing it in one transaction each.
 * One object for each file of a process; its changes queue up behind each other.
 */
export class LocksFile {
    private readonly mutex: Mutex;
    private readonly trouble: LocksErrors;
    private readonly reader: LocksReader;
    private readonly copy: BackupFile;
    /** What was done, by every change that says so. */
    readonly history: HistoryFile;
    private queue: Promise<unknown> = Promise.resolve();

    /**
     * @param file absolute path
     * @param warn told, in a finished sentence, what went wrong beside a change that succeeded
     */
    constructor(
        readonly file: string,
        private readonly options: MutexOptions,
        warn: (message: string) => void = () => undefined,
    ) {
        this.mutex = new Mutex(file, options);
        this.trouble = new LocksErrors(file);
        this.reader = new LocksReader(file, this.trouble);
        this.copy = new BackupFile(file, this.trouble, warn);
        this.history = new HistoryFile(file, warn);
    }

    /** In whose name it is changed. */
    get owner(): MutexOwner {
        return this.options.owner;
    }

    /** The copy of the locks file that is written after each change. */
    get backupFile(): string {
        return this.copy.file;
    }

    /**
     * Reads the locks. A missing file in a folder that is there means no locks, unless there is a safety copy of it. A file
     * that does not parse, or is missing beside its copy, is read again a few times, since somebody may be in the middle
     * of writing it.
     * @throws CheckoutError `locksFileDamaged` or `locksFileUnreachable`
     */
    read(): Promise<LocksReading> {
        return this.reader.read();
    }

    /**
     * The stamp of the locks file now, by one `stat`.
     * @throws CheckoutError `locksFileUnreachable`
     */
    stamp(): Promise<FileStamp> {
        return this.reader.stamp();
    }

    /**
     * Changes the locks in one transaction: mutex, read, decide, write beside, make sure that nobody interfered, rename,
     * look once more. `change` may be called several times and must be pure.
     * @param stands whether the change is in force in a table; asked when the mutex turns out to have been lost, or the
     * share went away in the middle. Only when it is `certain` was the change made; else the table must be the proof.
     * @param record what the history is to say of the change; written in the same transaction, or afterwards where it was
     * doubtful whether it was made
     * @param files what else has to be done first; may be called several times, like `change`
     * @throws CheckoutError; unless its code is `changeUnconfirmed`, nothing was changed
     */
    update<T>(
        change: Change<T>,
        stands: (table: LockTable, result: T, certain: boolean) => boolean,
        record: (result: T) => readonly HistoryEvent[] = () => [],
        files?: FileStep<T>,
    ): Promise<{ table: LockTable; result: T }> {
        return this.enqueue(async () => {
            let failures = 0;
            for (let attempt = 0; attempt < TRIES; attempt++) {
                if (attempt > 1) await delay((attempt - 1) * LONGER);
                const run = this.mutex.run(
                    async (held, before) => this.attempt(change, held, await before, record, files),
                    () => this.reader.readTable(),
                );
                const { result: done, kept } = await run.catch(async (error: unknown) => {
                    if (!isHiccup(error) || ++failures === FAILURES) throw error;
                    await pause();
                    return { result: undefined, kept: false };
                });
                if (done === undefined) continue;
                if (done.became === 'untouched' || (kept && done.became === 'replaced')) return done;
                const { table } = await this.readAgain();
                if (stands(table, done.result, done.became === 'replaced')) {
                    if (done.became === 'unknown') await this.record(record(done.result));
                    return { table, result: done.result };
                }
                // Made once, and others went on from there: made again it could undo what they did.
                break;
            }
            throw this.trouble.unconfirmed();
        });
    }

    /**
     * Runs `work` under the mutex and leaves the locks as they are: for what changes a file and not who holds it.
     * @param work told who holds what; it says what the history is to tell of it
     * @throws CheckoutError when the mutex cannot be had or the locks not be read, and then `work` was not run
     */
    withLocks<T>(
        work: (
            table: LockTable,
            held: HeldMutex,
        ) => Promise<{ readonly result: T; readonly events: readonly HistoryEvent[] }>,
    ): Promise<T> {
        return this.enqueue(async () => {
            const run = await this.mutex.run(
                async (held, before) => {
                    const { result, events } = await work((await before).table, held);
                    await this.record(events);
                    return result;
                },
                () => this.reader.readTable(),
            );
            return run.result;
        });
    }

    /**
     * What the last good copy would change.
     * @throws CheckoutError `noBackup`, `locksFileUnreachable`
     */
    async previewRestore(): Promise<RestorePreview> {
        const copy = await this.reader.readBackup();
        const { source, table, damage } = await this.reader.readPatiently();
        const current = source.stamp === NO_FILE ? 'missing' : damage !== undefined ? 'damaged' : table;
        return { current, backup: copy.table, seen: [source, copy.source] };
    }

    /**
     * Puts the last good copy in force, as one transaction. What the locks file held is kept beside it.
     * @param preview what a person agreed to; nothing is restored when it is no longer so
     * @throws CheckoutError
     */
    restoreBackup(now: Date, preview?: RestorePreview): Promise<Restoration> {
        return this.enqueue(async () => (await this.mutex.run((held) => this.restore(now, preview, held))).result);
    }

    private enqueue<T>(job: () => Promise<T>): Promise<T> {
        const result = this.queue.then(job);
        this.queue = result.catch(() => undefined); // Whoever asked for it gets the error; the next one starts anew.
        return result;
    }

    /** One try at a transaction; undefined when somebody interfered, and then nothing was written. */
    private async attempt<T>(
        change: Change<T>,
        held: HeldMutex,
        before: { readonly source: LocksSource; readonly table: LockTable },
        record: (result: T) => readonly HistoryEvent[],
        files: FileStep<T> | undefined,
    ): Promise<{ table: LockTable; result: T; became: Replacement } | undefined> {
        const { table, result } = change(before.table);
        if (table === before.table) return { table, result, became: 'untouched' };
        const step = files && (() => files(result, held));
        const became = await this.write(table, before.source, held, record(result), step);
        return became === 'untouched' ? undefined : { table, result, became };
    }

    private async readAgain(): Promise<{ readonly table: LockTable }> {
        try {
            return await this.reader.readTable();
        } catch (error) {
            throw error instanceof CheckoutError ? this.trouble.unconfirmed(error.cause ?? error) : error;
        }
    }

    private async restore(now: Date, preview: RestorePreview | undefined, held: HeldMutex): Promise<Restoration> {
        const copy = await this.reader.readBackup();
        const before = await this.reader.readSource();
        if (preview !== undefined) {
            const [seen, seenCopy] = preview.seen;
            if (!sameContent(seen, before) || !sameContent(seenCopy, copy.source)) throw this.trouble.outdated();
        }
        const setAside =
            before.stamp === NO_FILE ? undefined : `${this.file}.${now.toISOString().replace(/[:.]/g, '-')}.damaged`;
        if (setAside !== undefined) await this.guard(copyDurably(this.file, setAside));
        let became: Replacement = 'untouched';
        try {
            const { user, host } = this.owner;
            const time = formatTimestamp(now);
            became = await this.write(copy.table, before, held, [{ time, action: 'restore', user, host, message: '' }]);
        } finally {
            if (became === 'untouched' && setAside !== undefined)
                await rm(setAside, { force: true }).catch(() => undefined);
        }
        if (became !== 'replaced') throw this.trouble.unconfirmed();
        return { table: copy.table, setAside };
    }

    /** Puts a table in force; `untouched` when somebody interfered. */
    private async write(
        table: LockTable,
        before: LocksSource,
        held: HeldMutex,
        events: readonly HistoryEvent[],
        step?: () => Promise<boolean>,
    ): Promise<Replacement> {
        const text = Buffer.from(this.serialise(table), 'latin1'); // It is ASCII.
        let finishCopy: (replaced: boolean) => void = () => undefined;
        const isReplaced = new Promise<boolean>((resolve) => (finishCopy = resolve));
        const isNew = before.stamp === NO_FILE;
        let became: Replacement = 'untouched';
        try {
            const writing = held.hold.draft.write(text, { durable: true, mode: before.mode });
            // Written at the same time, put in its place afterwards.
            held.hold.finishWith(this.copy.follow(text, held.hold, isReplaced));
            held.hold.finishWith(this.record(events, isReplaced));
            const [, , isUncopied] = await this.guard(Promise.all([writing, before.closed, this.copy.isMissing()]));
            const confirm = async (): Promise<boolean> => {
                await held.atFailpoint('beforeLook');
                let isUnchanged = await this.reader.isStill(before);
                if (isUnchanged && isUncopied && before.bytes !== undefined) {
                    await this.copy.makeFirst(before.bytes, held.hold);
                    isUnchanged = await this.reader.isStill(before);
                }
                if (isUnchanged && step !== undefined) {
                    isUnchanged = (await step()) && (await this.reader.isStill(before));
                }
                await held.atFailpoint('beforeRename');
                return isUnchanged;
            };
            const isUntouched = (): Promise<boolean> => this.reader.isStill(before);
            became = await this.guard(held.hold.putInPlace(this.file, confirm, { isNew, isUntouched }));
        } finally {
            finishCopy(became === 'replaced');
        }
        // Unless we were too late, somebody else made the first one: this computer may not know of it yet.
        if (isNew && became === 'untouched' && !held.hold.isLate) await this.guard(untilFound(this.file));
        return became;
    }

    private async record(events: readonly HistoryEvent[], isMade = Promise.resolve(true)): Promise<void> {
        if (events.length > 0) await this.history.follow(events, isMade);
    }

    private serialise(table: LockTable): string {
        try {
            return table.serialise();
        } catch (error) {
            throw error instanceof OversizedText ? this.trouble.tooLarge(error) : error;
        }
    }

    private async guard<T>(writing: Promise<T>): Promise<T> {
        try {
            return await writing;
        } catch (error) {
            throw this.trouble.notWritten(error);
        }
    }
}

/** Whether a try ended because the connection to the server broke; nothing was replaced then. */
function isHiccup(error: unknown): boolean {
    return error instanceof CheckoutError && error.code !== 'changeUnconfirmed' && leavesDoubt(error.cause);
}
