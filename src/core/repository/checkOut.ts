import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../base/errors';
import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import type { ChangedLocks, LockStore } from '../locks/lockStore';
import { newLock } from '../locks/holder';
import { notReplaced, notTogether, type Refusal } from '../locks/refusal';
import type { CheckOutRequest, Done, Outcome } from '../locks/rules';
import { isDone, leftAlone } from '../locks/lockTransactions';
import { timesOf } from '../revisions/stagedContent';
import type { VersionStore } from '../revisions/versionStore';
import { notArrived, notArrivedRefusal, type NotArrived } from './arrivals';
import type { ReadContent } from './compareRevision';
import { FileContents, withStates } from './fileContent';
import type { ChangeOptions } from './repository';
import type { SharedRevisions } from './sharedRevisions';
import type { Snapshot } from './snapshot';
import type { ContentRequest } from './undo';

/** For so long a server that went away after the files were checked out is waited for. */
const LONGEST_ABSENCE_MS = 10_000;
const PAUSE_MS = 250;

/** What becomes of a file whose newest content has not arrived at this site yet. */
export type WhenNotArrived = 'refuse' | 'fetch' | 'asItIs';

/** Where files are checked out, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly user: string;
    readonly host: string;
    readonly extensions: ReadonlySet<string>;
    readonly revisions: SharedRevisions;
    /** Finds files on the disk, one for each path, unless that is given up. */
    readonly find: (paths: readonly string[], signal: AbortSignal | undefined) => Promise<CheckOutRequest[]>;
    /** Shows the locks that a change left. */
    readonly show: (changed: ChangedLocks) => Promise<void>;
    readonly snapshot: () => Snapshot;
    /** Replaces what is in files under their locks. */
    readonly replace: (request: ContentRequest, versions: VersionStore) => Promise<Outcome>;
}

/**
 * A check-out: find the files, make sure that each is the newest that was checked in at whatever site, and take the locks in
 * one transaction. What others checked in until then is looked at afterwards: a lock on a file that is not the newest is
 * given back, unless the person wants the file as it is, or as it was checked in.
 */
export class CheckOutTransaction {
    private readonly late = new Map<string, NotArrived>();
    private readonly known: Map<string, ReadContent>;

    constructor(
        private readonly paths: readonly string[],
        private readonly message: string,
        private readonly options: ChangeOptions,
        private readonly surroundings: Surroundings,
    ) {
        this.known = options.known ?? new Map();
    }

    /** What can take long, and holds up nobody. @throws CheckoutError */
    async prepare(): Promise<void> {
        const { revisions } = this.surroundings;
        if (this.looksForArrivals) await revisions.index.refresh();
    }

    /** The transaction. @returns one outcome for each path, in order @throws CheckoutError */
    async run(): Promise<readonly Outcome[]> {
        const { find, store, user, host, extensions, show, snapshot } = this.surroundings;
        const { options, paths } = this;
        const found = await find(paths, options.signal);
        if (options.allOrNone && found.length < paths.length) return paths.map(leftAlone);
        await this.lookFor(found.map(({ path }) => path));
        const refusals = this.refusalsOf(found);
        const requests = found
            .filter(({ path }) => !refusals.has(foldPath(path)))
            .map((request) => (this.late.has(foldPath(request.path)) ? { ...request, present: true } : request));
        const present = requests.filter((request) => request.present).map(({ path }) => path);
        const contents = await FileContents.read(snapshot(), present, options);
        const lock = newLock(user, host, this.message, new Date());
        let outcomes: readonly Outcome[] = [];
        if (requests.length > 0 || found.length === 0) {
            const changed = await store.checkOut(requests, lock, extensions, { ...options, contents });
            await show(changed);
            outcomes = withStates(await this.withoutLate(changed.outcomes), contents);
        }
        const rest = [...outcomes];
        return [
            ...found.map(({ path }) => {
                const refusal = refusals.get(foldPath(path));
                return refusal === undefined ? rest.shift()! : { path, refusal };
            }),
            ...paths.slice(found.length).map(leftAlone),
        ];
    }

    /** Puts the newest contents into files that are checked out now. A file that cannot get it is released. */
    async fetch(outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
        if (this.options.whenNotArrived !== 'fetch') return outcomes;
        const fetched: Outcome[] = [];
        for (const outcome of outcomes) {
            const late = this.late.get(foldPath(outcome.path));
            fetched.push(late === undefined || !isDone(outcome) ? outcome : await this.fetchOne(outcome, late));
        }
        return fetched;
    }

    private get looksForArrivals(): boolean {
        return this.surroundings.revisions.hasSites && this.options.whenNotArrived !== 'asItIs';
    }

    private async lookFor(paths: readonly string[]): Promise<void> {
        if (!this.looksForArrivals) return;
        const { revisions, snapshot } = this.surroundings;
        const inside = paths.filter((path) => isRepositoryPath(path));
        const files = inside.map((path) => ({ path, diskPath: snapshot().diskPath(path) }));
        this.late.clear();
        const { takesAsItIs } = this.options;
        for (const [path, one] of await notArrived(files, revisions, this.known)) {
            if (takesAsItIs?.get(path)?.latest.number !== one.latest.number) this.late.set(path, one);
        }
    }

    private refusalsOf(found: readonly CheckOutRequest[]): ReadonlyMap<string, Refusal> {
        const refusals = new Map<string, Refusal>();
        if (this.options.whenNotArrived === 'fetch') return refusals;
        const { table } = this.surroundings.snapshot();
        for (const { path } of found) {
            const late = this.late.get(foldPath(path));
            // That somebody has it is the better reason.
            if (late !== undefined && table.find(path) === undefined) {
                refusals.set(foldPath(path), notArrivedRefusal(path, late));
            }
        }
        const [obstacle] = refusals.values();
        if (!this.options.allOrNone || obstacle === undefined) return refusals;
        return new Map(
            found.map(({ path }) => [foldPath(path), refusals.get(foldPath(path)) ?? notTogether(path, obstacle)]),
        );
    }

    /** Gives back what somebody checked in anew between the look and the lock. */
    private async withoutLate(outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
        const done = outcomes.filter(isDone);
        if (!this.looksForArrivals || done.length === 0) return outcomes;
        try {
            await this.refreshPatiently();
            await this.lookFor(done.map(({ path }) => path));
        } catch (error) {
            throw checkedOutUnseen(done, error);
        }
        if (this.options.whenNotArrived === 'fetch' || this.late.size === 0) return outcomes;
        const result: Outcome[] = [];
        for (const outcome of outcomes) {
            const late = this.late.get(foldPath(outcome.path));
            if (late === undefined || !isDone(outcome)) result.push(outcome);
            else result.push(await this.release(outcome, notArrivedRefusal(outcome.path, late)));
        }
        return result;
    }

    /** Waits for a server that went away: after a failover it is back within seconds, and the files are the user's by now. */
    private async refreshPatiently(): Promise<void> {
        const began = performance.now();
        for (;;) {
            try {
                return await this.surroundings.revisions.index.refresh();
            } catch (error) {
                const isAway = error instanceof CheckoutError && error.code === 'serverUnreachable';
                const isLong = performance.now() - began > LONGEST_ABSENCE_MS;
                if (!isAway || isLong || this.options.signal?.aborted) throw error;
            }
            await delay(PAUSE_MS);
        }
    }

    private async fetchOne(outcome: Done, { latest, older }: NotArrived): Promise<Outcome> {
        const { revisions, replace, snapshot } = this.surroundings;
        const { path, lock } = outcome;
        const { signal, onProgress, versions } = this.options;
        const diskPath = snapshot().diskPath(path);
        try {
            if (versions === undefined) throw new Error('There is no place for what is replaced.');
            const file = older === undefined ? undefined : await timesOf(diskPath);
            const content = await revisions.contentOf(path, latest.number, { signal, onProgress });
            const request = { path, seen: lock, file, content, restoredFrom: latest.number, isFetched: true };
            const replaced = await replace(request, versions);
            if (replaced.refusal !== undefined) return await this.release(outcome, replaced.refusal);
            const now = await timesOf(diskPath);
            return now === undefined ? outcome : { ...outcome, file: { ...now, sha256: latest.sha256 } };
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            return this.release(outcome, notReplaced(error));
        }
    }

    private async release(outcome: Done, refusal: Refusal): Promise<Outcome> {
        const { store, user, show } = this.surroundings;
        const { path, lock } = outcome;
        try {
            await show(await store.undo([{ path, seen: lock }], user, () => Promise.resolve()));
        } catch (error) {
            throw checkedOutUnseen([outcome], error);
        }
        return { path, refusal };
    }
}

/** The files are the user's by now, whatever failed afterwards: its own sentence would say that nothing was changed. */
function checkedOutUnseen(done: readonly Done[], cause: unknown): unknown {
    if (!(cause instanceof CheckoutError)) return cause;
    const [first, ...others] = done.map(({ path }) => path);
    const them = others.length === 0 ? `${first} is` : `${first} and ${others.length} more are`;
    const text = `${them} checked out by you now, but the lock server stopped answering before anybody could tell whether the newest content has arrived here. Look at that before you change anything.`;
    return new CheckoutError('changeUnconfirmed', text, first, { cause });
}
