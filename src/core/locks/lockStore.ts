import { formatTimestamp } from '../base/time';
import type { FileContent, History, HistoryEvent, HistoryQuery } from '../history/historyEvent';
import { sameUser, type Lock, type LockTable } from './lockTable';
import type { FileWork } from './fileWork';
import type { FileStep, LocksFile } from './locksFile';
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
import { refuseUnlessHeld, undo, type HeldFile } from './undoRule';
import { type FileStamp, isCoarse } from '../disk/fileStamp';

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
    /** Takes files over with the same lock for each; see the rule of that name. */
    takeOver(requests: readonly TakeOverRequest[], lock: Lock, terms?: ChangeTerms): Promise<RuleResult>;
    /**
     * Ends check-outs, each when its file is put back; see the rule of that name.
     * @throws CheckoutError; files may have been put back by then, which `work` knows
     */
    undo(files: readonly HeldFile[], user: string, work: FileWork, terms?: ChangeTerms): Promise<RuleResult>;
    /** Puts another content into a file while `user` holds it under the lock that was shown. */
    putBack(file: HeldFile, user: string, work: FileWork, terms?: ChangeTerms): Promise<Outcome>;
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

    async undo(files: readonly HeldFile[], user: string, work: FileWork, terms: ChangeTerms = {}): Promise<RuleResult> {
        const before = await this.file.history.contentsAtCheckOut(files.map(({ path }) => path));
        const owner = { ...this.file.owner, user };
        const told = { ...terms, action: 'undo' as const };
        return this.apply(
            (table) => undo(table, files, user, Date.now(), (path) => work.refusalOf(path)),
            // That it is gone proves nothing: another window of the same user may have checked it in.
            (table, path, certain, { lock }) => certain && lock !== undefined && !isThere(table, path, lock),
            (outcome, lock) => checkInEvent(outcome, lock, owner, told, before.get(foldPath(outcome.path))),
            (outcomes, held) => work.putInPlace(doneIn(outcomes), held),
        );
    }

    putBack(file: HeldFile, user: string, work: FileWork, terms: ChangeTerms = {}): Promise<Outcome> {
        const { path, seen } = file;
        return this.file.withLocks<Outcome>(async (table, held) => {
            const refusal = refuseUnlessHeld(table, file, user, Date.now(), 'restore') ?? work.refusalOf(path);
            if (refusal !== undefined) return { result: { path, refusal }, events: [] };
            if (!(await work.putInPlace([path], held))) {
                const why = work.refusalOf(path);
                return { result: { path, ...(why && { refusal: why }) }, events: [] };
            }
            return { result: { path, lock: seen }, events: [putBackEvent(path, { ...this.file.owner, user }, terms)] };
        });
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
        stands: (table: LockTable, path: string, certain: boolean, outcome: Outcome) => boolean,
        event: (outcome: Outcome, lock: Lock) => HistoryEvent,
        files?: FileStep<readonly Outcome[]>,
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
            files,
        );
        return { table, outcomes: result };
    }
}

function isThere(table: LockTable, path: string, { user, timestamp }: Lock): boolean {
    const there = table.find(path)?.lock;
    return there?.user === user && there.timestamp === timestamp;
}

function doneIn(outcomes: readonly Outcome[]): string[] {
    return outcomes.flatMap(({ path, refusal }) => (refusal === undefined ? [path] : []));
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

function putBackEvent(file: string, { user, host }: MutexOwner, { contents }: ChangeTerms): HistoryEvent {
    const time = formatTimestamp(new Date());
    const after = contents?.get(foldPath(file));
    return { time, action: 'put-back', file, user, host, message: '', ...(after && { after }) };
}
