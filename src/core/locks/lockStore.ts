import { formatTimestamp } from '../base/time';
import type { FileContent, History, HistoryEvent, HistoryQuery } from '../history/historyEvent';
import { sameUser, type Lock, type LockTable } from './lockTable';
import type { LocksFile } from './locksFile';
import type { MutexOwner } from '../mutex/ownerFile';
import { foldPath } from '../base/repositoryPath';
import {
    checkIn,
    checkOut,
    takeOver,
    together,
    type CheckOutRequest,
    type Outcome,
    type RuleResult,
    type TakeOverRequest,
} from './rules';
import { FileStamp } from '../disk/fileStamp';

/** How a check-out or check-in of several files is meant. */
export interface ChangeTerms {
    /** Whether no file is to be changed when one is refused; see the rule `together`. */
    readonly allOrNone?: boolean;
    /** What is said of a check-in, for the history. */
    readonly message?: string;
    /** Whether files stay checked out after their check-in, under a new time. */
    readonly keep?: boolean;
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
    /**
     * The locks in force, and a mark by which `mark()` tells later whether they may have changed; undefined while no mark
     * can tell that, so that they have to be read again.
     */
    list(): Promise<{ readonly table: LockTable; readonly mark: string | undefined }>;
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
    /** Takes files over with the same lock for each; see the rule of that name. */
    takeOver(requests: readonly TakeOverRequest[], lock: Lock, terms?: ChangeTerms): Promise<RuleResult>;
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

    async list(): Promise<{ table: LockTable; mark: string | undefined }> {
        const { table, stamp } = await this.file.read();
        return { table, mark: this.isSettled(stamp) ? markOf(stamp) : undefined };
    }

    async mark(): Promise<string> {
        return markOf(await this.file.stamp());
    }

    checkOut(
        requests: readonly CheckOutRequest[],
        lock: Lock,
        extensions: ReadonlySet<string>,
        terms: ChangeTerms = {},
    ): Promise<RuleResult> {
        return this.apply(
            onTerms(terms, (table) => checkOut(table, requests, lock, extensions, Date.now())),
            (table, path) => isThere(table, path, lock),
            ({ path }) => checkOutEvent(path, lock, terms),
        );
    }

    takeOver(requests: readonly TakeOverRequest[], lock: Lock, terms: ChangeTerms = {}): Promise<RuleResult> {
        return this.apply(
            onTerms(terms, (table) => takeOver(table, requests, lock, Date.now())),
            (table, path) => isThere(table, path, lock),
            ({ path, previous }) => takeOverEvent(path, lock, previous, terms),
        );
    }

    async checkIn(paths: readonly string[], user: string, terms: ChangeTerms = {}): Promise<RuleResult> {
        const before = await this.file.history.contentsAtCheckOut(paths);
        const keptFrom = terms.keep ? formatTimestamp(new Date()) : undefined;
        return this.apply(
            onTerms(terms, (table) => checkIn(table, paths, user, Date.now(), keptFrom)),
            (table, path, certain, { kept }) => {
                if (kept !== undefined) return isThere(table, path, kept);
                const there = table.find(path)?.lock;
                // That it is gone proves nothing: another window of the same user may have checked it in.
                return certain && (there === undefined || !sameUser(there.user, user));
            },
            (outcome, lock) =>
                checkInEvent(outcome, lock, { ...this.file.owner, user }, terms, before.get(foldPath(outcome.path))),
        );
    }

    history(wanted: HistoryQuery): Promise<History> {
        return this.file.history.read(wanted);
    }

    /** Whether no later change can leave the same stamp. */
    private isSettled(stamp: FileStamp | undefined): boolean {
        if (stamp?.isCoarse !== true) return true;
        const now = performance.now();
        if (this.seen === undefined || !FileStamp.same(this.seen.stamp, stamp)) this.seen = { stamp, since: now };
        return now - this.seen.since >= this.coarseTime;
    }

    private async apply(
        rule: (table: LockTable) => RuleResult,
        stands: (table: LockTable, path: string, certain: boolean, outcome: Outcome) => boolean,
        event: (outcome: Outcome, lock: Lock) => HistoryEvent,
    ): Promise<RuleResult> {
        const { table, result } = await this.file.update(
            (before) => {
                const { table: after, outcomes } = rule(before);
                return { table: after, result: outcomes };
            },
            (after, outcomes, certain) =>
                outcomes.every(
                    (outcome) => outcome.refusal !== undefined || stands(after, outcome.path, certain, outcome),
                ),
            (outcomes) =>
                outcomes.flatMap((outcome) => (outcome.lock === undefined ? [] : event(outcome, outcome.lock))),
        );
        return { table, outcomes: result };
    }
}

function markOf(stamp: FileStamp | undefined): string {
    return stamp?.toString() ?? 'no file';
}

function isThere(table: LockTable, path: string, { user, timestamp }: Lock): boolean {
    const there = table.find(path)?.lock;
    return there?.user === user && there.timestamp === timestamp;
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

function takeOverEvent(file: string, lock: Lock, previous: Lock | undefined, terms: ChangeTerms): HistoryEvent {
    const event = checkOutEvent(file, lock, terms);
    const { timestamp: time = '', message = '', user } = previous ?? {};
    return { ...event, action: 'take-over', checkedOut: { time, message, ...(user && { user }) } };
}

function checkInEvent(
    { path: file, kept }: Outcome,
    { timestamp, message }: Lock,
    { user, host }: MutexOwner,
    terms: ChangeTerms,
    before: FileContent | undefined,
): HistoryEvent {
    const after = terms.contents?.get(foldPath(file));
    return {
        time: kept?.timestamp ?? formatTimestamp(new Date()),
        action: terms.action ?? 'check-in',
        file,
        user,
        host,
        message: terms.message ?? '',
        checkedOut: { time: timestamp, message },
        ...(kept && { kept: true }),
        ...(before && { before }),
        ...(after && { after }),
    };
}
