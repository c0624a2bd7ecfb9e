// repository: a folder of CAM files with their locks and revisions: where it is, what is in it, and what is done in it.

import { replaceContents, type ContentRequest } from './undo';
import { FileContents, withStates } from './fileContent';
import { notArrived, type NotArrived } from './arrivals';
import { CheckInTransaction } from './checkIn';
import { CheckOutTransaction, type WhenNotArrived } from './checkOut';
import type { ReadContent } from './compareRevision';
import { findFiles } from './findFiles';
import type { Finding } from './finding';
import { keepFound, type FoundFile } from './keepFound';
import type { RepositoryOptions } from './observedRepository';
import { StagingFolder } from '../disk/stagingFolder';
import { newLock, requireUserName, sameUser } from '../locks/holder';
import type { ChangeTerms, LockStore } from '../locks/lockStore';
import { folderOf, foldPath } from '../base/repositoryPath';
import type { Outcome, SeenLock } from '../locks/rules';
import type { Reading } from '../revisions/compressedFile';
import { SharedRevisions } from './sharedRevisions';
import { TendedRepository } from './tendedRepository';
import type { VersionStore } from '../revisions/versionStore';

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
    /** What becomes of a file whose newest content has not arrived at this site; it is refused by default. */
    readonly whenNotArrived?: WhenNotArrived;
    /** By folded paths: files of which the person was shown that this has not arrived, and takes what is here. */
    readonly takesAsItIs?: ReadonlyMap<string, NotArrived>;
    /** What was read of files just before, by folded paths: a large one is not read again while it is the same. */
    readonly known?: Map<string, ReadContent>;
    /** Where the versions at check-out are, to keep what was in a file before its first check-in, or before it was fetched. */
    readonly versions?: VersionStore;
}

/** Files and locks of one repository, and what can be done with them. See `ObservedRepository` for what is shown of it. */
export class Repository extends TendedRepository {
    /** What was checked in, for everybody. */
    readonly revisions: SharedRevisions;

    constructor(options: RepositoryOptions, store: LockStore) {
        super(options, store);
        this.revisions = new SharedRevisions(store, options);
    }

    /**
     * Checks files out in one transaction, with one outcome for each path, in order; see `CheckOutTransaction`.
     * @param paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    async checkOut(
        paths: readonly string[],
        message: string,
        options: ChangeOptions = {},
    ): Promise<readonly Outcome[]> {
        const { store, revisions } = this;
        const { user, host, extensions } = this.options;
        const transaction = new CheckOutTransaction(paths, message, options, {
            store,
            user,
            host,
            extensions,
            revisions,
            find: (wanted, signal) => findFiles(this.live, this.folders, wanted, signal),
            show: (changed) => this.showLocks(changed),
            snapshot: () => this.snapshot,
            replace: async (request, versions) => (await this.replaceContents([request], false, versions))[0]!,
        });
        requireUserName(user);
        await transaction.prepare();
        const outcomes = await this.work.run(async () => {
            await this.options.claim?.();
            await this.folders.require(this.snapshot);
            return transaction.run();
        });
        return transaction.fetch(outcomes);
    }

    /**
     * Checks files in, in one transaction, with one outcome for each path, in order. What is checked in is kept as a
     * revision first, see `CheckInTransaction`.
     * @param paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    checkIn(paths: readonly string[], options: ChangeOptions = {}): Promise<readonly Outcome[]> {
        const { store, revisions } = this;
        const { root, user, keepsRevisions = true, keepsRevisionsUpTo: upTo } = this.options;
        return new CheckInTransaction(paths, options, {
            store,
            user,
            root,
            revisions: keepsRevisions && !options.withoutRevision ? revisions : undefined,
            upTo,
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
     * Keeps what was found in files as revisions, where it is not in the latest one: what was there before the first check-in,
     * and what somebody changed outside of CNC Checkout. Nothing is kept of files that somebody else has, or that are larger
     * than what is kept.
     * @returns the numbers of the new revisions, by folded paths
     * @throws CheckoutError `revisionNotKept` and others; an `AbortError`
     */
    async keepFound(found: readonly FoundFile[], reading: Reading = {}): Promise<ReadonlyMap<string, number>> {
        const { store, revisions } = this;
        const { root, user, keepsRevisionsUpTo: upTo } = this.options;
        const states = new Map(found.map(({ path, file }) => [foldPath(path), file]));
        const files = await this.work.run(() => this.find(found.map(({ path }) => path)));
        const own = files
            .filter(({ lock }) => lock === undefined || sameUser(lock.user, user))
            .map((each) => ({ ...each, file: states.get(foldPath(each.path)) }));
        return keepFound(own, { store, revisions, root, user, upTo }, reading);
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

    /**
     * The files whose newest checked-in content has not arrived at this site yet, by folded paths.
     * @param paths inside the repository, spelled as on disk
     * @param known what was read of the files before, to be gone on with
     * @throws CheckoutError; the system error of a file; an `AbortError`
     */
    async notArrived(
        paths: readonly string[],
        known?: Map<string, ReadContent>,
        reading?: Reading,
    ): Promise<ReadonlyMap<string, NotArrived>> {
        if (!this.revisions.hasSites) return new Map();
        await this.revisions.index.refresh();
        const files = paths.map((path) => ({
            path,
            diskPath: this.snapshot.diskPath(this.snapshot.locate(path) ?? path),
        }));
        return notArrived(files, this.revisions, known, reading);
    }

    /** What could keep people from working here; see `diagnose`. */
    async diagnose(versionsFolder: string): Promise<readonly Finding[]> {
        const { diagnose } = await import('./diagnosis.js'); // Nothing else needs it.
        return diagnose(this, this.store, versionsFolder);
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
}
