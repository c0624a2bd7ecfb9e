import { formatTimestamp } from '../base/time';
import { foldPath } from '../base/repositoryPath';
import type { FileContent, HistoryEvent, RevisionFacts } from '../history/historyEvent';
import { movedPath } from '../history/renamedFile';
import {
    checkInEvent,
    checkOutEvent,
    deleteEvent,
    handOverEvent,
    renameEvent,
    revisionEvent,
    takeOverEvent,
} from '../history/eventBuilders';
import { ContentChanges, contentSince, isThere } from './contentChanges';
import type { ChangedLocks, ChangeTerms, Place, Revised } from './lockStore';
import { isDone, type Rule } from './lockTransactions';
import { sameUser } from './holder';
import type { Lock } from './lockEntry';
import type { LockTable } from './lockTable';
import { carryAlong, onThisComputer } from './computerRule';
import { rename, type Renaming, type RenameTerms } from './renameRule';
import {
    checkIn,
    checkOut,
    takeOver,
    together,
    type CheckOutRequest,
    type Outcome,
    type RuleResult,
    type SeenLock,
} from './rules';

/**
 * What can be done with locks, wherever they are kept: each operation is a pure rule and what the history is to say of it,
 * which a store carries out in one transaction.
 */
export abstract class LockOperations extends ContentChanges {
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
        const { host } = this.owner;
        const before = await this.contentsAtCheckOut(paths);
        const keptFrom = terms.keep ? formatTimestamp(new Date()) : undefined;
        let revised: ReadonlyMap<string, Revised> = new Map();
        // The lock's key may be spelled otherwise than the path that was asked for.
        const askedFor = new Map<Outcome, string>();
        const rule = onTerms(terms, (table) => {
            const checkedIn = (some: readonly string[]): RuleResult => checkIn(table, some, user, Date.now(), keptFrom);
            return terms.fromOtherComputer ? checkedIn(paths) : onThisComputer(table, paths, user, host, checkedIn);
        });
        const changed = await this.apply(
            (table) => {
                const result = rule(table);
                result.outcomes.forEach((outcome, index) => askedFor.set(outcome, paths[index]!));
                return result;
            },
            (table, { path, kept }, certain) => {
                if (kept !== undefined) return isThere(table, path, kept);
                const there = table.find(path)?.lock;
                // That it is gone proves nothing: another window of the same user may have checked it in.
                return certain && (there === undefined || !sameUser(there.user, user));
            },
            (done) => {
                const { path, lock } = done;
                const known = revised.get(foldPath(askedFor.get(done) ?? path)) ?? {};
                const { found, revision, restoredFrom, keptIn } = known;
                const content = {
                    before: contentSince(lock, before.get(foldPath(path))),
                    after: revision === undefined ? contents?.get(foldPath(path)) : contentOf(revision),
                };
                const facts = { action, user, host, message, keptFrom, ...content, revision, restoredFrom, keptIn };
                const checkedIn = checkInEvent(path, lock, facts);
                return found === undefined
                    ? [checkedIn]
                    : [revisionEvent('found', path, found, { user, host }, '', known.foundIn), checkedIn];
            },
            contents,
            revise &&
                (async (lease, outcomes) => {
                    const done = paths.filter((_, index) => outcomes[index]?.refusal === undefined);
                    revised = await revise(lease, done);
                }),
        );
        const outcomes = changed.outcomes.map((outcome, index) => {
            const { revision, notKept } = revised.get(foldPath(paths[index]!)) ?? {};
            if (!isDone(outcome)) return outcome;
            return { ...outcome, ...(revision && { revision: revision.number }), ...(notKept && { notKept }) };
        });
        return { ...changed, outcomes };
    }

    async record(tell: (table: LockTable) => Promise<readonly HistoryEvent[]>): Promise<void> {
        let told: readonly HistoryEvent[] = [];
        await this.update(
            (table) => ({ table, result: table, events: (whenReady) => whenReady.then(() => told) }),
            () => true,
            async (_, table) => void (told = await tell(table)),
        );
    }

    rename(renaming: Renaming, terms: RenameTerms, place?: Place): Promise<ChangedLocks> {
        const { from, to } = renaming;
        const { host } = this.owner;
        const actor = { user: terms.user, host };
        return this.applyAll(
            (table) => rename(table, renaming, { ...terms, computer: host }, Date.now()),
            (table, { path, lock }) => isThere(table, path, lock),
            // One event, also for a folder, and also where nobody has a file: the history follows it.
            (done) => [renameEvent(from, to, actor, done.find((one) => foldPath(one.path) === foldPath(to))?.lock)],
            undefined,
            place && (async (lease, outcomes) => void (outcomes.every(isDone) && (await place(lease, from)))),
        );
    }

    noteDeletion(paths: readonly string[], user: string): Promise<ChangedLocks> {
        const actor = { user, host: this.owner.host };
        return this.apply(
            (table) => ({
                table,
                outcomes: table
                    .locks()
                    .filter((entry) => paths.some((path) => movedPath(entry.path, path, path) !== undefined))
                    .map(({ path, lock }) => ({ path, lock })),
            }),
            () => true,
            ({ path, lock }) => [deleteEvent(path, actor, lock)],
        );
    }

    carryAlong(from: string, to: string): Promise<ChangedLocks> {
        const { host } = this.owner;
        return this.apply(
            (table) => carryAlong(table, from, to, host),
            (table, { path, lock }) => isThere(table, path, lock),
            ({ path, previous, lock }) => [handOverEvent(path, { user: to, host }, previous ?? lock)],
        );
    }
}

function onTerms({ allOrNone = false }: ChangeTerms, rule: Rule): Rule {
    return allOrNone ? (table) => together(table, rule(table)) : rule;
}

function contentOf({ size, sha256 }: RevisionFacts): FileContent {
    return { size, sha256 };
}
