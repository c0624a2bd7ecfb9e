import { formatTimestamp } from './age';
import type { FileContent, History, HistoryEvent, HistoryQuery } from './history';
import { sameUser, type Lock, type LockTable } from './lockTable';
import type { LocksFile } from './locksFile';
import type { MutexOwner } from './mutexOwner';
import { foldPath } from './repositoryPath';
import { checkIn, checkOut, together, type CheckOutRequest, type RuleResult } from './rules';
import { isCoarse, type FileStamp } from './stableFile';

/** How a check-out or check-in of several files is meant. */
export interface ChangeTerms {
    /** Whether no file is to be changed when one is refused; see the rule `together`. */
    readonly allOrNone?: boolean;
    /** What is said of a check-in, for the history. */
    readonly message?: string;
    /** As what a check-in is told in the history. */
    readonly action?: 'check-in' | 'undo';
    /** What is in the files now, for the history, by their folded paths. */
    readonly contents?: ReadonlyMap<string, FileContent>;
}

/**
 * Where the locks of a repository are kept: today a file on the share. Every operation is one transaction and throws a
 * CheckoutError when it could not be carried out.
 */
export interface LockStore {
    /** The locks in force, and a mark by which `mark()` tells later whether they may have changed. */
    list(): Promise<{ readonly table: LockTable; readonly mark: string }>;
    /** The mark of the locks in force now; costs next to nothing. */
    mark(): Promise<string>;
    /** Checks files out with the same lock for each; see the rule of that name. */
    checkOut(
        requests: readonly CheckOutRequest[],
        lock: Lock,
        extensions: ReadonlySet<string>,
        terms?: ChangeTerms,
    ): Promise<RuleResult>;
    /** Checks files in; see the rule of that name. */
    checkIn(paths: readonly string[], user: string, terms?: ChangeTerms): Promise<RuleResult>;
    /** What was done, the newest first. */
    history(wanted: HistoryQuery): Promise<History>;
}

/** Milliseconds after which a file with a coarse time cannot change any more without another time. */
const COARSE_TIME = 3000;

/** The locks kept in a locks file. */
export class FileLockStore implements LockStore {
    private seen: { readonly stamp: FileStamp; readonly since: number } | undefined;

    constructor(
        readonly file: LocksFile,
        private readonly coarseTime = COARSE_TIME,
    ) {}

    async list(): Promise<{ table: LockTable; mark: string }> {
        const { table, stamp } = await this.file.read();
        // A mark that no later look gives: it has the locks read again until the stamp can be believed.
        return { table, mark: this.isSettled(stamp) ? stamp : `${stamp}, just seen` };
    }

    mark(): Promise<string> {
        return this.file.stamp();
    }

    checkOut(
        requests: readonly CheckOutRequest[],
        lock: Lock,
        extensions: ReadonlySet<string>,
        terms: ChangeTerms = {},
    ): Promise<RuleResult> {
        return this.apply(
            onTerms(terms, (table) => checkOut(table, requests, lock, extensions, Date.now())),
            (table, path) => {
                const there = table.find(path)?.lock;
                return there?.user === lock.user && there.timestamp === lock.timestamp;
            },
            (file) => checkOutEvent(file, lock, terms),
        );
    }

    async checkIn(paths: readonly string[], user: string, terms: ChangeTerms = {}): Promise<RuleResult> {
        const before = await this.file.history.contentsAtCheckOut(paths);
        return this.apply(
            onTerms(terms, (table) => checkIn(table, paths, user, Date.now())),
            (table, path, certain) => {
                const there = table.find(path)?.lock;
                // That it is gone proves nothing: another window of the same user may have checked it in.
                return certain && (there === undefined || !sameUser(there.user, user));
            },
            (file, lock) => checkInEvent(file, lock, { ...this.file.owner, user }, terms, before.get(foldPath(file))),
        );
    }

    history(wanted: HistoryQuery): Promise<History> {
        return this.file.history.read(wanted);
    }

    private isSettled(stamp: FileStamp): boolean {
        if (!isCoarse(stamp)) return true;
        const now = performance.now();
        if (this.seen?.stamp !== stamp) this.seen = { stamp, since: now };
        return now - this.seen.since >= this.coarseTime;
    }

    private async apply(
        rule: (table: LockTable) => RuleResult,
        stands: (table: LockTable, path: string, certain: boolean) => boolean,
        event: (path: string, lock: Lock) => HistoryEvent,
    ): Promise<RuleResult> {
        const { table, result } = await this.file.update(
            (before) => {
                const { table: after, outcomes } = rule(before);
                return { table: after, result: outcomes };
            },
            (after, outcomes, certain) =>
                outcomes.every(({ path, refusal }) => refusal !== undefined || stands(after, path, certain)),
            (outcomes) => outcomes.flatMap(({ path, lock }) => (lock === undefined ? [] : event(path, lock))),
        );
        return { table, outcomes: result };
    }
}

type Rule = (table: LockTable) => RuleResult;

function onTerms({ allOrNone = false }: ChangeTerms, rule: Rule): Rule {
    return allOrNone ? (table) => together(table, rule(table)) : rule;
}

function checkOutEvent(file: string, lock: Lock, { contents }: ChangeTerms): HistoryEvent {
    const { timestamp: time, user, host, message } = lock;
    const after = contents?.get(foldPath(file));
    return { time, action: 'check-out', file, user, ...(host && { host }), message, ...(after && { after }) };
}

function checkInEvent(
    file: string,
    { timestamp, message }: Lock,
    { user, host }: MutexOwner,
    terms: ChangeTerms,
    before: FileContent | undefined,
): HistoryEvent {
    const after = terms.contents?.get(foldPath(file));
    return {
        time: formatTimestamp(new Date()),
        action: terms.action ?? 'check-in',
        file,
        user,
        host,
        message: terms.message ?? '',
        checkedOut: { time: timestamp, message },
        ...(before && { before }),
        ...(after && { after }),
    };
}
