import { folderOf } from '../base/repositoryPath';
import { SerialQueue } from '../base/serialQueue';
import { isBehindLink } from '../disk/links';
import type { History, HistoryQuery } from '../history/historyEvent';
import type { HistoryMark, HistoryStep } from '../history/historyReader';
import type { LocksMark, LockStore, StoredLocks } from '../locks/lockStore';
import type { LockTable } from '../locks/lockTable';
import { findFiles } from './findFiles';
import type { ListingOptions } from './listing';
import { LiveSnapshot, type RepositoryChange } from './liveSnapshot';
import { foldersOf, RepositoryFolders } from './repositoryFolders';
import type { RepositoryState } from './repositoryState';
import type { FileToKeep } from './revisionStaging';
import type { Snapshot } from './snapshot';

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
    /** Nothing is kept of a file with more bytes; no limit by default. */
    readonly keepsRevisionsUpTo?: number | undefined;
    /** Done before a change may make a locks file; rejects with a CheckoutError when there must be none. */
    readonly claim?: () => Promise<void>;
}

/**
 * Files and locks of one repository as they are shown: the snapshot, and one event for every change of it, by anybody.
 * Nothing is read before `refresh`.
 */
export class ObservedRepository {
    protected readonly folders: RepositoryFolders;
    protected readonly live: LiveSnapshot;
    /** The mark of the locks that the snapshot has; undefined when they have to be read at the next look. */
    private mark: LocksMark | undefined;
    /** Each job here goes on from the snapshot that the one before it left. */
    protected readonly work = new SerialQueue();

    constructor(
        readonly options: RepositoryOptions,
        protected readonly store: LockStore,
    ) {
        this.folders = new RepositoryFolders(options.root, options.extensions);
        const { root, user, host } = options;
        this.live = new LiveSnapshot(root, user, host, (error) => this.folders.explain(error));
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

    /** Finds files on the disk, and their locks. */
    protected async find(paths: readonly string[]): Promise<readonly FileToKeep[]> {
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

    /** Shows the locks as a change left them, and lists again the folders of files that came or went with it. */
    protected async showChanged(changed: StoredLocks, paths: readonly string[]): Promise<void> {
        await this.showLocks(changed);
        await this.live.guard(async () => {
            for (const folder of new Set(paths.map((path) => this.snapshot.locateFolder(folderOf(path))))) {
                if (folder !== undefined) this.live.show(await this.folders.look(this.snapshot, folder));
            }
        });
    }

    protected async readLocks(): Promise<LockTable> {
        return this.adopt(await this.store.list());
    }

    /** Remembers the mark of locks that are about to be shown. @returns their table: the one that is shown where it says the same */
    protected adopt({ table, mark }: StoredLocks): LockTable {
        const unchanged = mark === this.mark && table.equals(this.snapshot.table);
        this.mark = mark;
        return unchanged ? this.snapshot.table : table;
    }

    /**
     * Shows the locks as a change left them. After trouble they are read again: only that says whether it is over.
     * @param isNewest whether nobody can have read newer ones since the change
     */
    protected async showLocks(changed: StoredLocks, isNewest = true): Promise<void> {
        await this.live.guard(async () => {
            const table = 'error' in this.state || !isNewest ? await this.readLocks() : this.adopt(changed);
            this.live.show(foldersOf(this.snapshot), table);
        });
    }
}
