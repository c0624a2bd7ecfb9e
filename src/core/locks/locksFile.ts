// locks: who has which file: the lock table, the rules that decide about it, and the locks file in which it lies.

import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../base/errors';
import { SerialQueue } from '../base/serialQueue';
import type { FileStamp } from '../disk/fileStamp';
import { isDisconnect, randomPause } from '../disk/retry';
import type { HistoryEvent } from '../history/historyEvent';
import type { HistoryFile } from '../history/historyFile';
import { Mutex, type MutexOptions } from '../mutex/mutex';
import type { Lease } from '../mutex/lease';
import type { MutexOwner } from '../mutex/ownerFile';
import { LocksErrors } from './locksErrors';
import { LocksMove } from './locksMove';
import { LocksReader, type LocksReading } from './locksReader';
import { LocksRestore, type Restoration, type RestorePreview } from './locksRestore';
import { LocksWriter, type WriteResult } from './locksWriter';
import type { LockTable } from './lockTable';
import type { Outcome } from './rules';

/** What a change makes of a lock table. */
export interface Decision<T> {
    /** The table after it; the same object for "nothing to do". */
    readonly table: LockTable;
    /** What to answer. */
    readonly result: T;
    /** What came of each file, where it was decided for files: older locks that the caller knows must not refuse them. */
    readonly outcomes?: readonly Outcome[];
    /**
     * What the history is to say of it, once it is made. A function finds it out while the mutex is held; `whenReady`
     * settles when all was done that is to be done under it.
     */
    readonly events?: readonly HistoryEvent[] | ((whenReady: Promise<void>) => Promise<readonly HistoryEvent[]>);
}

/** A pure change of the lock table. */
export type Change<T> = (table: LockTable) => Decision<T>;

/** The locks after a change, and what the change answered. */
export interface Changed<T> {
    readonly table: LockTable;
    readonly result: T;
    /** The stamp of the locks file with this table; undefined when there is no file, or the disk did not say. */
    readonly stamp: FileStamp | undefined;
}

/** A change that was decided on. */
interface Attempt<T> {
    readonly decision: Decision<T>;
    readonly events: readonly HistoryEvent[] | Promise<readonly HistoryEvent[]>;
    /** The stamp of the locks file that was read for it; undefined when there was none. */
    readonly before: FileStamp | undefined;
    /** Undefined when there was nothing to do. */
    readonly written: Exclude<WriteResult, { became: 'untouched' }> | undefined;
}

const TRIES = 8;
/** By how much each wait between two tries is longer than the last: another program may be busy with the file for a while. */
const LONGER_EACH_TIME_MS = 100;
/** How many tries may end because the connection to the server broke, before anything was replaced. */
const FAILURES = 2;

/**
 * The locks file of a repository: each change is one transaction. One object for each file of a process. Its changes wait
 * for each other in a queue, because one `Mutex` must not be taken twice at a time; the queue of `Repository` does not do,
 * since an undo copies a large file outside it.
 */
export class LocksFile {
    /** Reads the locks; takes no mutex. */
    readonly reader: LocksReader;
    private readonly mutex: Mutex;
    private readonly errors: LocksErrors;
    private readonly writer: LocksWriter;
    private readonly restore: LocksRestore;
    private readonly move: LocksMove;
    private readonly changes = new SerialQueue();

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
        this.errors = new LocksErrors(file);
        this.reader = new LocksReader(file, this.errors);
        this.writer = new LocksWriter(file, this.reader, this.errors, warn);
        this.move = new LocksMove(this.reader, this.writer, this.errors);
        this.restore = new LocksRestore(file, this.reader, this.writer, this.errors, options.owner);
    }

    /** In whose name it is changed. */
    get owner(): MutexOwner {
        return this.options.owner;
    }

    /** What was done, by every change that says so. */
    get history(): HistoryFile {
        return this.writer.history;
    }

    /**
     * Changes the locks in one transaction: take the mutex, read, decide, write a draft, make sure that nobody interfered,
     * rename, make sure that the mutex was kept. `change` may be called several times and must be pure.
     * @param stands whether the change is in force in a table; asked when the mutex turns out to have been lost, or the
     * share went away in the middle. Only when it is `certain` was the change made; else the table must be the proof.
     * @param underMutex done at the last moment before the change is in force; done again when the change is tried again
     * @throws CheckoutError; unless its code is `changeUnconfirmed`, nothing was changed
     */
    update<T>(
        change: Change<T>,
        stands: (table: LockTable, result: T, certain: boolean) => boolean,
        underMutex?: (lease: Lease, result: T) => Promise<void>,
    ): Promise<Changed<T>> {
        return this.changes.run(async () => {
            let failures = 0;
            for (let tries = 0; tries < TRIES; tries++) {
                if (tries > 1) await delay((tries - 1) * LONGER_EACH_TIME_MS);
                const { result: attempt, kept } = await this.attempt(change, underMutex).catch(
                    async (error: unknown) => {
                        if (!isHiccup(error) || ++failures === FAILURES) throw error;
                        await randomPause();
                        return { result: undefined, kept: false };
                    },
                );
                if (attempt === undefined) continue;
                const { decision, before, written, events } = attempt;
                const { table, result } = decision;
                if (written === undefined) return { table, result, stamp: before };
                if (kept && written.became === 'replaced') {
                    return { table: table.laidOut(), result, stamp: written.stamp };
                }
                const now = await this.readAgain();
                // Made once, and others went on from there: made again it could undo what they did.
                if (!stands(now.table, result, written.became === 'replaced')) break;
                if (written.became === 'unknown') await this.writer.record(events);
                return { ...now, result };
            }
            throw this.errors.unconfirmed();
        });
    }

    /** What a restore of the last good copy would change. @throws CheckoutError `noBackup`, `locksFileUnreachable` */
    previewRestore(): Promise<RestorePreview> {
        return this.restore.preview();
    }

    /**
     * Puts the last good copy in force, as one transaction. What the locks file held is kept beside it.
     * @param preview what a person agreed to; nothing is restored when it is no longer so
     * @throws CheckoutError
     */
    restoreBackup(now: Date, preview?: RestorePreview): Promise<Restoration> {
        return this.changes.run(async () => {
            const { result } = await this.mutex.run((lease) => this.restore.carryOut(now, preview, lease));
            return result;
        });
    }

    /** Moves the locks elsewhere, and leaves a marker; see `LocksMove.away`. @throws CheckoutError */
    moveAway(move: Parameters<LocksMove['away']>[0]): Promise<void> {
        return this.changes.run(async () => {
            await this.mutex.run((lease) => this.move.away(move, lease));
        });
    }

    /** Brings moved locks back; see `LocksMove.back`. @throws CheckoutError */
    moveBack(bring: Parameters<LocksMove['back']>[0]): Promise<void> {
        return this.changes.run(async () => {
            await this.mutex.run((lease) => this.move.back(bring, lease));
        });
    }

    /** One try at a transaction; the result is undefined when somebody interfered, and then nothing was written. */
    private attempt<T>(
        change: Change<T>,
        underMutex?: (lease: Lease, result: T) => Promise<void>,
    ): Promise<{ readonly result: Attempt<T> | undefined; readonly kept: boolean }> {
        return this.mutex.run(async (lease): Promise<Attempt<T> | undefined> => {
            const before = await this.reader.readTable();
            const decision = change(before.table);
            const { table, result, events: found = [] } = decision;
            let ready: () => void = () => undefined;
            const whenReady = new Promise<void>((resolve) => (ready = resolve));
            if (underMutex === undefined) ready();
            const events = typeof found === 'function' ? found(whenReady) : found;
            const attempt = { decision, events, before: before.source?.stamp };
            const lastly = underMutex && (() => underMutex(lease, result).then(ready));
            if (table === before.table) {
                await lastly?.();
                await this.writer.record(events);
                return { ...attempt, written: undefined };
            }
            const written = await this.writer.write(table, before.source, lease, events, lastly);
            return written.became === 'untouched' ? undefined : { ...attempt, written };
        });
    }

    private async readAgain(): Promise<LocksReading> {
        try {
            const { table, source } = await this.reader.readTable();
            return { table, stamp: source?.stamp };
        } catch (error) {
            throw error instanceof CheckoutError ? this.errors.unconfirmed(error.cause ?? error) : error;
        }
    }
}

/** Whether a try ended because the connection to the server broke; nothing was replaced then. */
function isHiccup(error: unknown): boolean {
    return error instanceof CheckoutError && error.code !== 'changeUnconfirmed' && isDisconnect(error.cause);
}
