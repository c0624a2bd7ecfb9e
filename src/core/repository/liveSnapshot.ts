import { CheckoutError, isSystemError } from '../base/errors';
import { LockTable } from '../locks/lockTable';
import type { KnownFolders } from './repositoryFolders';
import { sameState, stateAfter, type RepositoryState } from './repositoryState';
import { Snapshot } from './snapshot';
import { snapshotDiff, type SnapshotDifference } from './snapshotDiff';

/** A change of the snapshot or the state. */
export interface RepositoryChange extends SnapshotDifference {
    readonly state: boolean;
}

/** What is known of a repository now: its snapshot and its state, with one event for every change of either. */
export class LiveSnapshot {
    private current: Snapshot;
    private status: RepositoryState = { kind: 'loading' };
    private seen: number | undefined;
    private readonly listeners = new Set<(change: RepositoryChange) => void>();

    /**
     * @param root absolute path of the repository
     * @param explain what an error means that came while the repository was read
     */
    constructor(
        private readonly root: string,
        private readonly user: string,
        private readonly computer: string,
        private readonly explain: (error: unknown) => CheckoutError,
    ) {
        this.current = new Snapshot(root, user, new Map(), new Map(), LockTable.empty, computer);
    }

    get snapshot(): Snapshot {
        return this.current;
    }

    get state(): RepositoryState {
        return this.status;
    }

    /** See `Repository.lastSeen`. */
    get lastSeen(): number | undefined {
        return this.seen;
    }

    /** Calls `listener` at every change until the returned function is called. */
    onDidChange(listener: (change: RepositoryChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Looks at the repository. Never rejects for what a share or the locks file is like: that becomes the state. */
    async guard(look: () => Promise<void>): Promise<void> {
        try {
            await look();
            if (this.status.kind === 'ready') this.seen = Date.now();
        } catch (error) {
            if (!(error instanceof CheckoutError) && !isSystemError(error)) throw error;
            const before = this.status;
            this.status = stateAfter(this.explain(error), this.current.listings.size > 0);
            if (!sameState(before, this.status)) this.fire({ files: new Set(), folders: new Set(), state: true });
        }
    }

    /** Shows what was just read. @param table the locks, where they were read, too: then all is well */
    show(listings: KnownFolders, table?: LockTable): void {
        const before = this.current;
        const { folders: listed, unreadable } = listings;
        this.current = new Snapshot(this.root, this.user, listed, unreadable, table ?? before.table, this.computer);
        const { files, folders } = snapshotDiff(before, this.current);
        const state = table !== undefined && this.status.kind !== 'ready';
        if (state) this.status = { kind: 'ready' };
        if (state || files.size > 0 || folders.size > 0) this.fire({ files, folders, state });
    }

    private fire(change: RepositoryChange): void {
        for (const listener of this.listeners) listener(change);
    }
}
