import { CheckoutError, isAbort } from '../base/errors';
import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import type { ChangedLocks, ChangeTerms, LockStore } from '../locks/lockStore';
import { sameUser } from '../locks/holder';
import { leftAlone } from '../locks/lockTransactions';
import { notTogether } from '../locks/refusal';
import type { Outcome } from '../locks/rules';
import type { Reading } from '../revisions/compressedFile';
import type { CheckOutKey } from '../revisions/checkOutRecords';
import { LostLease } from '../revisions/stagedRevision';
import type { VersionStore } from '../revisions/versionStore';
import { FileContents, withStates } from './fileContent';
import { RevisionStaging, StagingOutdated, type FileToKeep } from './revisionStaging';
import type { SharedRevisions } from './sharedRevisions';
import type { Snapshot } from './snapshot';

/** Where files are checked in, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly root: string;
    readonly user: string;
    /** Undefined where nothing is kept. */
    readonly revisions: SharedRevisions | undefined;
    /** Nothing is kept of a file with more bytes. */
    readonly upTo?: number | undefined;
    /** Finds files on the disk, one for each path. */
    readonly find: (paths: readonly string[]) => Promise<readonly FileToKeep[]>;
    /** Runs the transaction in its turn, and shows the locks that it leaves. */
    readonly carryOut: (transaction: (snapshot: Snapshot) => Promise<ChangedLocks>) => Promise<readonly Outcome[]>;
}

type Options = ChangeTerms & Reading & { readonly versions?: VersionStore; readonly keepsBytes?: boolean };

/** How often files that were written to meanwhile are kept again. */
const TRIES = 3;

/**
 * A check-in: keep what is in the files, which may take long and holds up nobody; then take the mutex, make sure that locks
 * and files are still the same, number the revisions, release the files, and tell the history of all that at once.
 */
export class CheckInTransaction {
    constructor(
        private readonly paths: readonly string[],
        private readonly options: Options,
        private readonly surroundings: Surroundings,
    ) {}

    /** @returns one outcome for each path, in order @throws CheckoutError */
    async run(): Promise<readonly Outcome[]> {
        const { signal } = this.options;
        for (let tries = 1; ; tries++) {
            if (signal?.aborted) return this.paths.map(leftAlone);
            let staging: RevisionStaging | undefined;
            try {
                staging = await this.stage();
                return await this.checkIn(staging);
            } catch (error) {
                if (signal?.aborted && isAbort(error)) return this.paths.map(leftAlone);
                if (!canBeTriedAnew(error) || tries === TRIES) throw error;
            } finally {
                await staging?.dispose();
            }
        }
    }

    /** Keeps what the user has checked out; of other files the rule says why they cannot be checked in. */
    private async stage(): Promise<RevisionStaging | undefined> {
        const { root, user, revisions, upTo, find } = this.surroundings;
        const { versions, signal, onProgress } = this.options;
        if (revisions === undefined) return undefined;
        const files = await find(this.paths.filter((path) => isRepositoryPath(path)));
        const mine = files.filter(({ lock }) => lock !== undefined && sameUser(lock.user, user));
        const { store, index } = revisions;
        const { contents } = this.surroundings.store;
        const hashAtCheckOut = contents && ((key: CheckOutKey) => revisions.hashAtCheckOut(key));
        const context = { root, store, index, versions, upTo, contents, hashAtCheckOut };
        try {
            return await RevisionStaging.prepare(mine, context, { signal, onProgress });
        } catch (error) {
            throw nothingCheckedIn(error);
        }
    }

    private async checkIn(staging: RevisionStaging | undefined): Promise<readonly Outcome[]> {
        const { store, user, carryOut } = this.surroundings;
        const { allOrNone } = this.options;
        const refusals = staging?.refusals ?? new Map<string, never>();
        const [obstacle] = refusals.values();
        if (allOrNone && obstacle !== undefined) {
            return this.paths.map((path) => ({
                path,
                refusal: refusals.get(foldPath(path)) ?? notTogether(path, obstacle),
            }));
        }
        const kept = this.paths.filter((path) => !refusals.has(foldPath(path)));
        const outcomes =
            kept.length === 0 && this.paths.length > 0
                ? []
                : await carryOut(async (snapshot) => {
                      // Files that stay checked out are copied as they are now.
                      const states =
                          staging === undefined || this.options.keep
                              ? await FileContents.read(snapshot, kept, this.options)
                              : undefined;
                      const contents = states ?? staging?.contents ?? new Map<string, never>();
                      const terms = { ...this.options, contents, revise: staging?.revise };
                      const changed = await store.checkIn(kept, user, terms);
                      return states === undefined
                          ? changed
                          : { ...changed, outcomes: withStates(changed.outcomes, states) };
                  });
        const rest = [...outcomes];
        return this.paths.map((path) => {
            const refusal = refusals.get(foldPath(path));
            return refusal === undefined ? rest.shift()! : { path, refusal };
        });
    }
}

function canBeTriedAnew(error: unknown): boolean {
    return error instanceof StagingOutdated || (error instanceof CheckoutError && error.cause instanceof LostLease);
}

/** The share went away before anything was changed, and the sentence is to say so. */
function nothingCheckedIn(error: unknown): unknown {
    if (!(error instanceof CheckoutError) || error.code !== 'historyUnreadable') return error;
    return new CheckoutError(error.code, `Nothing was checked in. ${error.message}`, error.path, { cause: error });
}
