import { cancelled } from '../locks/refusal';
import { replaceContents, type ContentRequest } from './undo';
import { renameFile } from './renameFile';
import { FileContents, withStates } from './fileContent';
import type { History, HistoryQuery } from '../history/historyEvent';
import type { HistoryMark, HistoryStep } from '../history/historyReader';
import { CheckInTransaction } from './checkIn';
import { findFiles } from './findFiles';
import { keepFound } from './keepFound';
import type { ListingOptions } from './listing';
import { isBehindLink } from '../disk/links';
import { StagingFolder } from '../disk/stagingFolder';
import { type LockTable, newLock, requireUserName, sameUser } from '../locks/lockTable';
import { LiveSnapshot, type RepositoryChange } from './liveSnapshot';
import type { ChangeTerms, LocksMark, LockStore, StoredLocks } from '../locks/lockStore';
import type { Renaming } from '../locks/renameRule';
import type { RestorePreview } from '../locks/locksRestore';
import { foldersOf, RepositoryFolders } from './repositoryFolders';
import { folderOf } from '../base/repositoryPath';
import { SerialQueue } from '../base/serialQueue';
import type { Outcome, SeenLock } from '../locks/rules';
import type { RepositoryState } from './repositoryState';
import type { Snapshot } from './snapshot';
import type { Reading } from '../revisions/compressedFile';
import type { FileToKeep } from './revisionStaging';
import { SharedRevisions } from './sharedRevisions';
import type { VersionStore } from '../revisions/versionStore';

/** Which repository this is and who works in it here. */
export interface RepositoryOptions {
    /** Absolute path of the folder of CAM files. */
    readonly root: string;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
    readonly user: string;
    readonly host: string;
    /** Whether a check-in keeps what was checked in; true by default. */
    readonly keepsRevisions?: boolean;
    /** Done before a change may make a locks file; rejects with a CheckoutError when there must be none. */
    readonly claim?: () => Promise<void>;
}

/** How a check-out or check-in is meant, and how it is given up. */
export interface ChangeOptions extends ChangeTerms {
    /** Once aborted, files that were not looked at yet are left alone, and their outcome says so. */
    readonly signal?: AbortSignal;
    /** Whether the outcomes are to carry what is in small files, for a copy of it. */
    readonly keepsBytes?: boolean;
    /** Told how many bytes of the files were read since it was last called. */
    readonly onProgress?: (bytes: number) => void;
    /** Whether a check-in keeps nothing this time, whatever `keepsRevisions` says. */
    readonly withoutRevision?: boolean;
    /** Where the versions at check-out are, to keep what was in a file before its first check-in. */
    readonly versions?: VersionStore;
}

/**
 * Files and locks of one repository: the snapshot that everything shows, what can be done in it, and one event for every
 * change of it, whoever made it. Nothing is read before `refresh`.
 */
export class Repository {
    private readonly folders: RepositoryFolders;
    private readonly live: LiveSnapshot;
    /** What was checked in, for everybody. */
    readonly revisions: SharedRevisions;
    /** The mark of the locks that the snapshot has; undefined when they have to be read at the next look. */
    private mark: LocksMark | undefined;
    /** Each job here goes on from the snapshot that the one before it left. */
    private readonly work = new SerialQueue();

    constructor(
        readonly options: RepositoryOptions,
        private readonly store: LockStore,
    ) {
        this.folders = new RepositoryFolders(options.root, options.extensions);
        this.revisions = new SharedRevisions(store, options);
        this.live = new LiveSnapshot(options.root, options.user, (error) => this.folders.explain(error));
    }

    get snapshot(): Snapshot {
        return this.live.snapshot;
    }

    get state(): RepositoryState {
        return this.live.state;
    }

    /**
     * When files and locks were last found to be as the snapshot has them, in milliseconds since 1970 by this computer's
     * clock; undefined before the first time.
     */
    get lastSeen(): number | undefined {
        return this.live.lastSeen;
    }

    /** Calls `listener` at every change until the returned function is called. */
    onDidChange(listener: (change: RepositoryChange) => void): () => void {
        return this.live.onDidChange(listener);
    }

    /** Reads the locks and lists again every folder that was looked at. Never throws: what went wrong is the state. */
    refresh(): Promise<void> {
        return this.work.run(() =>
            this.live.guard(async () => {
                const listings = await this.folders.relist(this.snapshot);
                this.live.show(listings, await this.readLocks());
            }),
        );
    }

    /** Looks whether the locks changed, and reads them if so. `force` reads them in any case. */
    poll(force = false): Promise<void> {
        return this.work.run(() =>
            this.live.guard(async () => {
                const unwell = this.state.kind !== 'ready';
                const isKnown = !force && !unwell && this.mark !== undefined;
                if (isKnown && (await this.store.mark()) === this.mark) return;
                const table = await this.readLocks();
                const isEmptied = table.entries.length === 0 && this.snapshot.table.entries.length > 0;
                this.live.show(
                    unwell || isEmptied ? await this.folders.relist(this.snapshot) : foldersOf(this.snapshot),
                    table,
                );
            }),
        );
    }

    /** Lists a folder that a person looks at, again if it was listed before. */
    look(folder: string): Promise<void> {
        return this.work.run(() =>
            this.live.guard(async () => this.live.show(await this.folders.look(this.snapshot, folder))),
        );
    }

    /**
     * The path on disk of a file that is there now, to be opened. A link that took the place of a file or folder since it
     * was listed is not followed.
     * @param path inside the repository
     * @returns undefined when there is no such file
     */
    async openable(path: string): Promise<string | undefined> {
        if (this.snapshot.locate(path) === undefined) {
            await this.work.run(() =>
                this.live.guard(async () => void (await findFiles(this.live, this.folders, [path]))),
            );
        }
        const located = this.snapshot.locate(path);
        if (located === undefined) return undefined;
        const diskPath = this.snapshot.diskPath(located);
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
        return this.live.guard(async () => {
            const before = this.snapshot.listings;
            const { folders, unreadable } = await this.folders.list(this.snapshot, options);
            await this.work.run(async () => {
                const listings = new Map(folders);
                // What was looked at during the walk is newer.
                for (const [folder, listing] of this.snapshot.listings) {
                    if (listing !== before.get(folder)) listings.set(folder, listing);
                }
                this.live.show({ folders: listings, unreadable: new Map(unreadable) });
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
            requireUserName(this.options.user);
            await this.options.claim?.();
            await this.folders.require(this.snapshot);
            const requests = await findFiles(this.live, this.folders, paths, signal);
            if (options.allOrNone && requests.length < paths.length) return paths.map(leftAlone);
            const lock = newLock(this.options.user, this.options.host, message, new Date());
            const present = requests.filter((request) => request.present).map(({ path }) => path);
            const contents = await FileContents.read(this.snapshot, present, options);
            const terms = { ...options, contents };
            const changed = await this.store.checkOut(requests, lock, this.options.extensions, terms);
            await this.showLocks(changed);
            return [...withStates(changed.outcomes, contents), ...paths.slice(requests.length).map(leftAlone)];
        });
    }

    /**
     * Checks files in, in one transaction, with one outcome for each path, in order. What is checked in is kept as a
     * revision first, see `CheckInTransaction`.
     * @param paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    checkIn(paths: readonly string[], options: ChangeOptions = {}): Promise<readonly Outcome[]> {
        const { store, revisions } = this;
        const { root, user, keepsRevisions = true } = this.options;
        return new CheckInTransaction(paths, options, {
            store,
            user,
            root,
            revisions: keepsRevisions && !options.withoutRevision ? revisions : undefined,
            find: (wanted) => this.work.run(() => this.find(wanted)),
            carryOut: (transaction) =>
                this.work.run(async () => {
                    await this.folders.require(this.snapshot);
                    const changed = await transaction(this.snapshot);
                    await this.showLocks(changed);
                    return changed.outcomes;
                }),
        }).run();
    }

    /**
     * Keeps what is in files as revisions, where it is not in the latest one: what was there before the first check-in, and
     * what somebody changed outside of CNC Checkout. Nothing is kept of files that somebody else has.
     * @param paths inside the repository
     * @returns the numbers of the new revisions, by folded paths
     * @throws CheckoutError `revisionNotKept` and others; an `AbortError`
     */
    async keepFound(paths: readonly string[], reading: Reading = {}): Promise<ReadonlyMap<string, number>> {
        const { store, revisions } = this;
        const { root, user } = this.options;
        const files = await this.work.run(() => this.find(paths));
        const own = files.filter(({ lock }) => lock === undefined || sameUser(lock.user, user));
        return keepFound(own, { store, revisions, root, user }, reading);
    }

    /** Finds files on the disk, and their locks. */
    private async find(paths: readonly string[]): Promise<readonly FileToKeep[]> {
        await this.folders.require(this.snapshot);
        const isKnown =
            this.state.kind === 'ready' && this.mark !== undefined && (await this.store.mark()) === this.mark;
        if (!isKnown) await this.showLocks(await this.store.list());
        const found = await findFiles(this.live, this.folders, paths);
        return found.map(({ path }) => ({
            path,
            diskPath: this.snapshot.diskPath(path),
            lock: this.snapshot.table.find(path)?.lock,
        }));
    }

    /**
     * Takes files over from their holders, in one transaction, with one outcome for each file, in order.
     * @param requests paths inside the repository, and the locks that the person was shown
     * @throws CheckoutError when the transaction could not be carried out
     */
    takeOver(
        requests: readonly SeenLock[],
        message: string,
        options: Pick<ChangeOptions, 'keepsBytes'> = {},
    ): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            requireUserName(this.options.user);
            await this.options.claim?.();
            await this.folders.require(this.snapshot);
            const lock = newLock(this.options.user, this.options.host, message, new Date());
            const paths = requests.map(({ path }) => path);
            const contents = await FileContents.read(this.snapshot, paths, options);
            const changed = await this.store.takeOver(requests, lock, { contents });
            await this.showLocks(changed);
            return withStates(changed.outcomes, contents);
        });
    }

    /**
     * Undoes a check-out: puts the file back as it was, and releases it, in one transaction.
     * @param request what the person was shown and agreed to; without a content, the file is only released
     * @param versions where the changes that are discarded are kept
     * @returns the refusal when the lock is no longer the one that the person was shown
     * @throws CheckoutError `fileNotRestored` and others; the sentence says what became of the file
     */
    async undo(request: ContentRequest, versions: VersionStore): Promise<Outcome> {
        return (await this.undoAll([request], versions))[0]!;
    }

    /**
     * Undoes check-outs in one transaction, with one outcome for each request, in order: a file that cannot be put back stays
     * as it is, and checked out. Of one file alone, that is thrown. See `undo`.
     */
    undoAll(requests: readonly ContentRequest[], versions: VersionStore): Promise<readonly Outcome[]> {
        return this.replaceContents(requests, true, versions);
    }

    /**
     * Puts discarded changes back into a file that the user has checked out, under the same conditions as `undo`.
     * @throws CheckoutError
     */
    async restoreUndone(request: ContentRequest, versions: VersionStore): Promise<Outcome> {
        return (await this.replaceContents([request], false, versions))[0]!;
    }

    /**
     * Puts a revision back into a file that the user has checked out, under the same conditions as `undo`. The next
     * check-in makes it a new revision.
     * @param request what the person was shown; its content is that of the revision
     * @throws CheckoutError
     */
    async restoreRevision(
        request: Omit<ContentRequest, 'content' | 'restoredFrom'> & Reading,
        number: number,
        versions: VersionStore,
    ): Promise<Outcome> {
        const { signal, onProgress, ...seen } = request;
        const content = await this.revisions.contentOf(request.path, number, { signal, onProgress });
        const restoring = { ...seen, content, restoredFrom: number };
        return (await this.replaceContents([restoring], false, versions))[0]!;
    }

    /** Removes what undos have left beside the locks whose processes were killed. Never fails because of the disk. */
    removeLeftovers(): Promise<void> {
        return StagingFolder.removeAbandoned(this.store.staging);
    }

    private async replaceContents(
        requests: readonly ContentRequest[],
        ends: boolean,
        versions: VersionStore,
    ): Promise<readonly Outcome[]> {
        const { store, snapshot } = this;
        // Not in the queue: a large file takes long to copy, and nothing else need wait for that.
        const changed = await replaceContents(requests, ends, { ...this.options, store, snapshot, versions });
        // A look meanwhile may have read what somebody else did since.
        await this.work.run(() => this.showLocks(changed, this.snapshot.table === snapshot.table));
        const missing = requests.filter(({ file }) => file === undefined).map(({ path }) => folderOf(path));
        for (const folder of new Set(missing)) await this.look(folder); // It may be back.
        return changed.outcomes;
    }

    /**
     * Renames a file that nobody else has, together with its lock, as one transaction.
     * @param from path inside the repository
     * @param to path inside the repository that no file has yet; its folder must exist
     * @throws CheckoutError `fileNotRenamed` and others; unless the sentence says otherwise, nothing was changed
     */
    rename(from: string, to: string): Promise<Outcome> {
        return this.work.run(async () => {
            await this.folders.require(this.snapshot);
            const [request] = await findFiles(this.live, this.folders, [from, to]);
            const { store, snapshot } = this;
            const { changed, outcome } = await renameFile(request!, to, { ...this.options, store, snapshot });
            if (changed !== undefined) await this.showChanged(changed, [from, to]);
            return outcome;
        });
    }

    /**
     * Has the locks go along with a file or folder that was renamed already, whoever has them, in one transaction, with one
     * outcome for each lock. Where nothing was checked out, only the history says it.
     * @param renaming paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    followRename(renaming: Renaming): Promise<readonly Outcome[]> {
        const { user, extensions } = this.options;
        return this.work.run(async () => {
            const changed = await this.store.rename(renaming, { user, extensions, onlyOwn: false });
            await this.showChanged(changed, [renaming.from, renaming.to]);
            return changed.outcomes;
        });
    }

    /**
     * Notes in the history that files or folders were deleted, for those files that are checked out.
     * @param paths inside the repository
     * @returns one outcome for each file that is checked out, and stays so
     * @throws CheckoutError when the transaction could not be carried out
     */
    noteDeletion(paths: readonly string[]): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            const changed = await this.store.noteDeletion(paths, this.options.user);
            await this.showChanged(changed, paths);
            return changed.outcomes;
        });
    }

    /**
     * Has the user go on with the check-outs that they made at this computer under another name, in one transaction.
     * @throws CheckoutError when the transaction could not be carried out
     */
    carryAlong(from: string): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            const changed = await this.store.carryAlong(from, this.options.user);
            await this.showLocks(changed);
            return changed.outcomes;
        });
    }

    /** Shows the locks as a change left them, and lists again the folders of files that came or went with it. */
    private async showChanged(changed: StoredLocks, paths: readonly string[]): Promise<void> {
        await this.showLocks(changed);
        await this.live.guard(async () => {
            for (const folder of new Set(paths.map((path) => this.snapshot.locateFolder(folderOf(path))))) {
                if (folder !== undefined) this.live.show(await this.folders.look(this.snapshot, folder));
            }
        });
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
            await this.live.guard(async () =>
                this.live.show(await this.folders.relist(this.snapshot), this.adopt(restored)),
            );
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

    /** What was done since a mark, the oldest first. @throws CheckoutError `historyUnreadable` */
    historySince(since?: HistoryMark): Promise<HistoryStep> {
        return this.store.historySince(since);
    }

    private async readLocks(): Promise<LockTable> {
        return this.adopt(await this.store.list());
    }

    /** Remembers the mark of locks that are about to be shown. @returns their table: the one that is shown where it says the same */
    private adopt({ table, mark }: StoredLocks): LockTable {
        const unchanged = mark === this.mark && table.equals(this.snapshot.table);
        this.mark = mark;
        return unchanged ? this.snapshot.table : table;
    }

    /**
     * Shows the locks as a change left them. After trouble they are read again: only that says whether it is over.
     * @param isNewest whether nobody can have read newer ones since the change
     */
    private async showLocks(changed: StoredLocks, isNewest = true): Promise<void> {
        await this.live.guard(async () => {
            const table = 'error' in this.state || !isNewest ? await this.readLocks() : this.adopt(changed);
            this.live.show(foldersOf(this.snapshot), table);
        });
    }
}

function leftAlone(path: string): Outcome {
    return { path, refusal: cancelled(path) };
}
