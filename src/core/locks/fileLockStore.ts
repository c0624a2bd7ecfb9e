import { formatTimestamp } from '../base/time';
import { foldPath } from '../base/repositoryPath';
import { FileStamp } from '../disk/fileStamp';
import type { FileContent, History, HistoryEvent, HistoryQuery, RevisionFacts } from '../history/historyEvent';
import { checkInEvent, checkOutEvent, revisionEvent, takeOverEvent } from '../history/eventBuilders';
import { readHistorySince, type HistoryMark, type HistoryStep } from '../history/historyReader';
import type {
    ChangedLocks,
    ChangeTerms,
    KnownContents,
    LocksMark,
    LockStore,
    Place,
    PlacingLease,
    RestoredLocks,
    Revise,
    Revised,
    StoredLocks,
} from './lockStore';
import type { LocksFile } from './locksFile';
import type { RestorePreview } from './locksRestore';
import { sameUser, type Lock, type LockTable } from './lockTable';
import {
    checkIn,
    checkOut,
    stillHeld,
    takeOver,
    together,
    undo,
    type CheckOutRequest,
    type Done,
    type Outcome,
    type RuleResult,
    type SeenLock,
} from './rules';

/** After how long a file with a coarse time cannot have changed again without another time. */
const COARSE_TIME_MS = 3000;

/** The locks of a repository in its locks file. */
export class FileLockStore implements LockStore {
    /** The last stamp with a coarse time, and when it was first seen. */
    private coarse: { readonly stamp: FileStamp; readonly since: number } | undefined;

    /** @param coarseTimeMs see `COARSE_TIME_MS` */
    constructor(
        readonly file: LocksFile,
        private readonly coarseTimeMs = COARSE_TIME_MS,
    ) {}

    async list(): Promise<StoredLocks> {
        const asked = performance.now();
        const { table, stamp } = await this.file.reader.read();
        return { table, mark: this.isSettled(stamp, asked) ? markOf(stamp) : undefined };
    }

    async mark(): Promise<LocksMark> {
        return markOf(await this.file.reader.stamp());
    }

    checkOut(
        requests: readonly CheckOutRequest[],
        lock: Lock,
        extensions: ReadonlySet<string>,
        terms: ChangeTerms = {},
    ): Promise<ChangedLocks> {
        return this.apply(
            onTerms(terms, (table) => checkOut(table, requests, lock, extensions, Date.now())),
            (table, { path }) => isThere(table, path, lock),
            ({ path }) => [checkOutEvent(path, lock, terms.contents?.get(foldPath(path)))],
            terms.contents,
        );
    }

    takeOver(requests: readonly SeenLock[], lock: Lock, terms: ChangeTerms = {}): Promise<ChangedLocks> {
        return this.apply(
            onTerms(terms, (table) => takeOver(table, requests, lock, Date.now())),
            (table, { path }) => isThere(table, path, lock),
            ({ path, previous, others = [] }) =>
                [previous, ...others].map((from) =>
                    takeOverEvent(path, lock, from, terms.contents?.get(foldPath(path))),
                ),
            terms.contents,
        );
    }

    async checkIn(paths: readonly string[], user: string, terms: ChangeTerms = {}): Promise<ChangedLocks> {
        const { action = 'check-in', message = '', contents, revise } = terms;
        const { host } = this.file.owner;
        const before = await this.file.history.contentsAtCheckOut(paths);
        const keptFrom = terms.keep ? formatTimestamp(new Date()) : undefined;
        let revised: ReadonlyMap<string, Revised> = new Map();
        const changed = await this.apply(
            onTerms(terms, (table) => checkIn(table, paths, user, Date.now(), keptFrom)),
            (table, { path, kept }, certain) => {
                if (kept !== undefined) return isThere(table, path, kept);
                const there = table.find(path)?.lock;
                // That it is gone proves nothing: another window of the same user may have checked it in.
                return certain && (there === undefined || !sameUser(there.user, user));
            },
            ({ path, lock }, index) => {
                // The path that was asked for: the lock's key may be spelled otherwise.
                const { found, revision, restoredFrom } = revised.get(foldPath(paths[index] ?? path)) ?? {};
                const content = {
                    before: contentSince(lock, before.get(foldPath(path))),
                    after: revision === undefined ? contents?.get(foldPath(path)) : contentOf(revision),
                };
                const facts = { action, user, host, message, keptFrom, ...content, revision, restoredFrom };
                const checkedIn = checkInEvent(path, lock, facts);
                return found === undefined
                    ? [checkedIn]
                    : [revisionEvent('found', path, found, { user, host }), checkedIn];
            },
            contents,
            revise &&
                (async (lease, outcomes) => {
                    const done = paths.filter((_, index) => outcomes[index]?.refusal === undefined);
                    revised = await revise(lease, done);
                }),
        );
        const outcomes = changed.outcomes.map((outcome, index) => {
            const number = revised.get(foldPath(paths[index]!))?.revision?.number;
            return number === undefined || !isDone(outcome) ? outcome : { ...outcome, revision: number };
        });
        return { ...changed, outcomes };
    }

    async undo(request: SeenLock, user: string, place: Place, terms: ChangeTerms = {}): Promise<ChangedLocks> {
        return this.applyToContent('undo', request, user, place, terms);
    }

    async replaceContent(
        request: SeenLock,
        user: string,
        place: Place,
        terms: ChangeTerms = {},
    ): Promise<ChangedLocks> {
        return this.applyToContent('restore', request, user, place, terms);
    }

    private async applyToContent(
        action: 'undo' | 'restore',
        request: SeenLock,
        user: string,
        place: Place,
        { message = '', contents, restoredFrom }: ChangeTerms,
    ): Promise<ChangedLocks> {
        const { host } = this.file.owner;
        const before = await this.file.history.contentsAtCheckOut([request.path]);
        const rule = action === 'undo' ? undo : stillHeld;
        return this.apply(
            (table) => rule(table, request, user, Date.now()),
            (table, { path, lock }, certain) =>
                action === 'restore' ? isThere(table, path, lock) : certain && !isThere(table, path, lock),
            ({ path, lock }) => {
                const content = {
                    before: contentSince(lock, before.get(foldPath(path))),
                    after: contents?.get(foldPath(path)),
                };
                const facts = { action, user, host, message, keptFrom: undefined, restoredFrom, ...content };
                return [checkInEvent(path, lock, facts)];
            },
            contents,
            async (lease, outcomes) => {
                if (outcomes.every(isDone)) await place(lease);
            },
        );
    }

    async keepFound(
        requests: readonly { readonly path: string; readonly seen: Lock | undefined }[],
        user: string,
        revise: Revise,
    ): Promise<ReadonlyMap<string, RevisionFacts>> {
        let found: ReadonlyMap<string, RevisionFacts> = new Map();
        const { host } = this.file.owner;
        await this.file.update(
            (table) => ({
                table,
                result: requests.filter(({ path, seen }) => hasLock(table, path, seen)).map(({ path }) => path),
                events: async (whenReady) => {
                    await whenReady;
                    return [...found].map(([path, facts]) => revisionEvent('found', path, facts, { user, host }));
                },
            }),
            () => true,
            async (lease, still) => {
                const revised = await revise(lease, still);
                found = new Map(
                    still.flatMap((path) => {
                        const facts = revised.get(foldPath(path))?.found;
                        return facts === undefined ? [] : [[path, facts]];
                    }),
                );
            },
        );
        return new Map([...found].map(([path, facts]) => [foldPath(path), facts]));
    }

    async record(event: HistoryEvent): Promise<void> {
        await this.file.update(
            (table) => ({ table, result: undefined, events: [event] }),
            () => true,
        );
    }

    get place(): string {
        return this.file.file;
    }

    historySince(since?: HistoryMark, isWanted?: (line: string) => boolean): Promise<HistoryStep> {
        return readHistorySince(this.file.history.file, since, isWanted);
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

    private async apply(
        rule: Rule,
        stands: (table: LockTable, done: Done, certain: boolean) => boolean,
        eventsOf: (done: Done, index: number) => readonly HistoryEvent[],
        contents?: KnownContents,
        underMutex?: (lease: PlacingLease, outcomes: readonly Outcome[]) => Promise<void>,
    ): Promise<ChangedLocks> {
        const asked = performance.now();
        const { table, result, stamp } = await this.file.update(
            (before) => {
                const { table: after, outcomes } = rule(before);
                const done = outcomes.filter(isDone);
                const events = async (whenReady: Promise<void>): Promise<readonly HistoryEvent[]> => {
                    await contents?.lookAgain?.(done.map(({ path }) => path));
                    await whenReady;
                    return outcomes.flatMap((outcome, index) => (isDone(outcome) ? eventsOf(outcome, index) : []));
                };
                return { table: after, result: outcomes, events: done.length === 0 ? [] : events };
            },
            (after, outcomes, certain) => outcomes.filter(isDone).every((done) => stands(after, done, certain)),
            underMutex,
        );
        return { table, mark: this.markAfterChange(stamp, asked), outcomes: result };
    }
}

function markOf(stamp: FileStamp | undefined): LocksMark {
    return stamp?.toString() ?? 'no file';
}

function isDone(outcome: Outcome): outcome is Done {
    return outcome.refusal === undefined;
}

function contentOf({ size, sha256 }: RevisionFacts): FileContent {
    return { size, sha256 };
}

/** Whether the lock of a file is the one that was seen; undefined for none. */
function hasLock(table: LockTable, path: string, seen: Lock | undefined): boolean {
    return seen === undefined ? table.find(path) === undefined : isThere(table, path, seen);
}

/** What was in a file when this lock began; another lock may have been there when the history was read. */
function contentSince(
    { timestamp }: Lock,
    known: { readonly time: string; readonly content: FileContent } | undefined,
): FileContent | undefined {
    return known?.time === timestamp ? known.content : undefined;
}

function isThere(table: LockTable, path: string, { user, timestamp }: Lock): boolean {
    const there = table.find(path)?.lock;
    return there?.user === user && there.timestamp === timestamp;
}

type Rule = (table: LockTable) => RuleResult;

function onTerms({ allOrNone = false }: ChangeTerms, rule: Rule): Rule {
    return allOrNone ? (table) => together(table, rule(table)) : rule;
}
