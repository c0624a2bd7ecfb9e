import { CheckoutError, isSystemError } from '../base/errors';
import { cancelled } from '../locks/refusal';
import { restoreDiscarded, undoCheckOuts, type DiscardHost, type DiscardOptions, type DiscardRequest } from './discard';
import { contentsOf } from './fileContent';
import type { History, HistoryQuery } from '../history/historyEvent';
import type { ListingOptions } from './listing';
import { isBehindLink } from '../disk/links';
import { LockTable, newLock } from '../locks/lockTable';
import type { ChangeTerms, LocksMark, LockStore, StoredLocks } from '../locks/lockStore';
import type { RestorePreview } from '../locks/locksRestore';
import { foldersOf, RepositoryFolders, type KnownFolders } from './repositoryFolders';
import { SerialQueue } from '../base/serialQueue';
import { foldPath, folderOf, isRepositoryPath } from '../base/repositoryPath';
import type { VersionStore } from '../revisions/versionStore';
import type { CheckOutRequest, Outcome, TakeOverRequest } from '../locks/rules';
import { sameState, stateAfter, type RepositoryState } from './repositoryState';
import { Snapshot } from './snapshot';
import { snapshotDiff, type SnapshotDifference } from './snapshotDiff';

/** Which repository this is and who works in it here. */
export interface RepositoryOptions {
    /** Absolute path of the folder of CAM files. */
    readonly root: string;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
    readonly user: string;
    readonly host: string;
}

/** How a check-out or check-in is meant, and how it is given up. */
export interface ChangeOptions extends ChangeTerms {
    /** Once aborted, files that were not looked at yet are left alone, and their outcome says so. */
    readonly signal?: AbortSignal;
}

/** A change of the snapshot or the state. */
export interface RepositoryChange extends SnapshotDifference {
    readonly state: boolean;
}

/**
 * Files and locks of one repository: the snapshot that everything shows, the operations, and one event for every change
 * of it, whoever made it. Nothing is read before `refresh`.
 */
export class Repository {
    private current: Snapshot;
    private mark: LocksMark | undefined;
    private readonly folders: RepositoryFolders;
    private status: RepositoryState = { kind: 'loading' };
    private seen: number | undefined;
    private readonly work = new SerialQueue();
    private readonly listeners = new Set<(change: RepositoryChange) => void>();

    constructor(
        readonly options: RepositoryOptions,
        private readonly store: LockStore,
    ) {
        this.folders = new RepositoryFolders(options.root, options.extensions);
        this.current = new Snapshot(options.root, options.user, new Map(), new Map(), LockTable.empty);
    }

    get snapshot(): Snapshot {
        return this.current;
    }

    get state(): RepositoryState {
        return this.status;
    }

    /**
     * When files and locks were last found to be as the snapshot has them, in milliseconds since 1970 by this computer's
     * clock; undefined before the first time.
     */
    get lastSeen(): number | undefined {
        return this.seen;
    }

    /** Calls `listener` at every change until the returned function is called. */
    onDidChange(listener: (change: RepositoryChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Reads the locks and lists again every folder that was looked at. Never throws: what went wrong is the state. */
    refresh(): Promise<void> {
        return this.work.run(() =>
            this.guard(async () => {
                const listings = await this.folders.relist(this.current);
                this.show(listings, await this.readLocks());
            }),
        );
    }

    /** Looks, by one `stat`, whether the locks changed, and reads them if so. `force` reads them in any case. */
    poll(force = false): Promise<void> {
        return this.work.run(() =>
            this.guard(async () => {
                const unwell = this.status.kind !== 'ready';
                const isKnown = !force && !unwell && this.mark !== undefined;
                if (isKnown && (await this.store.mark()) === this.mark) return;
                const table = await this.readLocks();
                const isEmptied = table.entries.length === 0 && this.current.table.entries.length > 0;
                this.show(
                    unwell || isEmptied ? await this.folders.relist(this.current) : foldersOf(this.current),
                    table,
                );
            }),
        );
    }

    /** Lists a folder that a person looks at, again if it was listed before. */
    look(folder: string): Promise<void> {
        return this.work.run(() => this.guard(async () => this.show(await this.folders.look(this.current, folder))));
    }

    /**
     * The path on disk of a file that is there now, to be opened. A link that took the place of a file or folder since it
     * was listed is not followed.
     * @param path inside the repository
     * @returns undefined when there is no such file
     */
    async openable(path: string): Promise<string | undefined> {
        if (this.current.locate(path) === undefined) {
            await this.work.run(() => this.guard(async () => void (await this.request(path, new Set()))));
        }
        const located = this.current.locate(path);
        if (located === undefined) return undefined;
        const diskPath = this.current.diskPath(located);
        return (await isBehindLink(this.options.root, diskPath)) ? undefined : diskPath;
    }

    /** Lists the whole repository. A long walk does not hold up anything else. */
    lookEverywhere(): Promise<void> {
        return this.walk({});
    }

    /** Lists the folders of the repository that nobody looked at yet. */
    lookFurther(): Promise<void> {
        return this.walk({ trustsKnown: true });
    }

    private walk(options: ListingOptions): Promise<void> {
        return this.guard(async () => {
            const before = this.current.listings;
            const { folders, unreadable } = await this.folders.list(this.current, options);
            await this.work.run(async () => {
                const listings = new Map(folders);
                // What was looked at during the walk is newer.
                for (const [folder, listing] of this.current.listings) {
                    if (listing !== before.get(folder)) listings.set(folder, listing);
                }
                this.show({ folders: listings, unreadable: new Map(unreadable) });
            });
        });
    }

    /**
     * Checks files out in one transaction, with one outcome for each path, in order.
     * @param paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    checkOut(paths: readonly string[], message: string, options: ChangeOptions = {}): Promise<readonly Outcome[]> {
        const { signal } = options;
        return this.work.run(async () => {
            const requests: CheckOutRequest[] = [];
            const listed = new Set<string>();
            const wantedIn = new Map<string, number>();
            for (const path of paths) wantedIn.set(folderOf(path), (wantedIn.get(folderOf(path)) ?? 0) + 1);
            await this.folders.require(this.current);
            for (const wanted of paths) {
                if (signal?.aborted) break;
                requests.push(await this.request(wanted, listed, wantedIn.get(folderOf(wanted))));
            }
            if (options.allOrNone && requests.length < paths.length) return paths.map(leftAlone);
            const lock = newLock(this.options.user, this.options.host, message, new Date());
            const present = requests.filter((request) => request.present).map(({ path }) => path);
            const terms = { ...options, contents: await contentsOf(this.current, present) };
            const changed = await this.store.checkOut(requests, lock, this.options.extensions, terms);
            await this.showLocks(changed);
            return [...changed.outcomes, ...paths.slice(requests.length).map(leftAlone)];
        });
    }

    /**
     * Checks files in, in one transaction, with one outcome for each path, in order.
     * @param paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    checkIn(paths: readonly string[], options: ChangeOptions = {}): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            await this.folders.require(this.current);
            if (options.signal?.aborted) return paths.map(leftAlone);
            const terms = { ...options, contents: await contentsOf(this.current, paths) };
            const changed = await this.store.checkIn(paths, this.options.user, terms);
            await this.showLocks(changed);
            return changed.outcomes;
        });
    }

    /**
     * Takes files over from their holders, in one transaction, with one outcome for each file, in order.
     * @param requests paths inside the repository, and the locks that the person was shown
     * @throws CheckoutError when the transaction could not be carried out
     */
    takeOver(requests: readonly TakeOverRequest[], message: string): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            await this.folders.require(this.current);
            const lock = newLock(this.options.user, this.options.host, message, new Date());
            const contents = await contentsOf(
                this.current,
                requests.map(({ path }) => path),
            );
            const changed = await this.store.takeOver(requests, lock, { contents });
            await this.showLocks(changed);
            return changed.outcomes;
        });
    }

    /**
     * Undoes check-outs in one transaction, with one outcome for each file, in order: puts the file back, if it and its
     * lock are still what the person was shown, and releases it. A file without a content is only released.
     * @param versions where the changes that are discarded are kept first
     * @throws CheckoutError when the transaction could not be carried out; it says which files were put back all the same
     */
    async undo(
        requests: readonly DiscardRequest[],
        versions: VersionStore,
        options: DiscardOptions = {},
    ): Promise<readonly Outcome[]> {
        const outcomes = await undoCheckOuts(this.discardHost(), requests, versions, options);
        await this.lookForNewFiles(requests);
        return outcomes;
    }

    /**
     * Puts discarded changes back into a file that the user has checked out, if it and its lock are still what the person
     * was shown. What they replace is kept like what an undo discards.
     * @throws CheckoutError when the transaction could not be carried out
     */
    async restoreUndone(
        request: DiscardRequest,
        versions: VersionStore,
        options: DiscardOptions = {},
    ): Promise<Outcome> {
        const outcome = await restoreDiscarded(this.discardHost(), request, versions, options);
        await this.lookForNewFiles([request]);
        return outcome;
    }

    /**
     * What a restore of the last good copy of the locks would change.
     * @throws CheckoutError `noBackup`, `locksFileUnreachable`
     */
    previewRestore(): Promise<RestorePreview> {
        return this.store.previewRestore();
    }

    /**
     * Puts the last good copy of the locks in force, if it and the locks are still what the person was shown.
     * @returns where the locks of before are kept; undefined when there were none
     * @throws CheckoutError
     */
    restoreLocks(preview: RestorePreview): Promise<string | undefined> {
        return this.work.run(async () => {
            const restored = await this.store.restore(preview);
            await this.guard(async () => this.show(await this.folders.relist(this.current), this.adopt(restored)));
            return restored.setAside;
        });
    }

    /**
     * What was done to a file or to all, the newest first.
     * @throws CheckoutError `historyUnreadable`
     */
    history(wanted: HistoryQuery = {}): Promise<History> {
        return this.store.history(wanted);
    }

    private discardHost(): DiscardHost {
        const current = (): Snapshot => this.current;
        return {
            get snapshot() {
                return current();
            },
            user: this.options.user,
            extensions: this.options.extensions,
            // Files are prepared outside of the queue: a large one takes long to copy.
            transact: (change) =>
                this.work.run(async () => {
                    await this.folders.require(this.current);
                    const changed = await change(this.store);
                    await this.showLocks(changed);
                    return changed.outcomes;
                }),
        };
    }

    /** Lists the folders again in which files were missing. */
    private async lookForNewFiles(requests: readonly DiscardRequest[]): Promise<void> {
        for (const { path, seen } of requests) if (seen === undefined) await this.look(folderOf(path));
    }

    private async guard(job: () => Promise<void>): Promise<void> {
        try {
            await job();
            if (this.status.kind === 'ready') this.seen = Date.now();
        } catch (error) {
            if (!(error instanceof CheckoutError) && !isSystemError(error)) throw error;
            this.enter(stateAfter(this.folders.explain(error), this.current.listings.size > 0));
        }
    }

    private enter(state: RepositoryState): void {
        const before = this.status;
        this.status = state;
        if (!sameState(before, state)) this.fire({ files: new Set(), folders: new Set(), state: true });
    }

    /** @param siblings how many files of the same folder are wanted */
    private async request(wanted: string, listed: Set<string>, siblings = 1): Promise<CheckOutRequest> {
        if (!isRepositoryPath(wanted)) return { path: wanted, present: false };
        const known = this.current.locate(wanted);
        if (known !== undefined && (await this.folders.isStillThere(this.current, known, siblings)))
            return { path: known, present: true };
        const parts = folderOf(wanted).split('/');
        const chain =
            folderOf(wanted) === '' ? [''] : ['', ...parts.map((_, end) => parts.slice(0, end + 1).join('/'))];
        for (const folder of chain) {
            const located = this.current.locateFolder(folder);
            if (located === undefined) break;
            if (listed.has(foldPath(folder))) continue;
            listed.add(foldPath(folder));
            this.show(await this.folders.add(this.current, located));
        }
        const located = this.current.locate(wanted);
        return { path: located ?? wanted, present: located !== undefined };
    }

    private async readLocks(): Promise<LockTable> {
        return this.adopt(await this.store.list());
    }

    /** Remembers the mark of locks that are about to be shown. @returns their table: the one that is shown where it says the same */
    private adopt({ table, mark }: StoredLocks): LockTable {
        const unchanged = mark === this.mark && table.equals(this.current.table);
        this.mark = mark;
        return unchanged ? this.current.table : table;
    }

    /** Shows the locks as a change left them. After trouble they are read again: only that says whether it is over. */
    private async showLocks(changed: StoredLocks): Promise<void> {
        const isWell = this.status.kind === 'ready';
        await this.guard(async () =>
            this.show(foldersOf(this.current), isWell ? this.adopt(changed) : await this.readLocks()),
        );
    }

    private show(listings: KnownFolders, table?: LockTable): void {
        const { root, user } = this.options;
        const before = this.current;
        const after = new Snapshot(root, user, listings.folders, listings.unreadable, table ?? before.table);
        this.current = after;
        const { files, folders } = snapshotDiff(before, after);
        const state = table !== undefined && this.status.kind !== 'ready';
        if (state) this.status = { kind: 'ready' };
        if (state || files.size > 0 || folders.size > 0) this.fire({ files, folders, state });
    }

    private fire(change: RepositoryChange): void {
        for (const listener of this.listeners) listener(change);
    }
}

function leftAlone(path: string): Outcome {
    return { path, refusal: cancelled(path) };
}
