import { dirname } from 'node:path';
import { CheckoutError } from '../base/errors';
import { foldPath, folderOf, isRepositoryPath, joinPath } from '../base/repositoryPath';
import type { FileContent } from '../history/historyEvent';
import type { FileWork } from '../locks/fileWork';
import type { Lock } from '../locks/lockTable';
import type { ChangedLocks, LockStore } from '../locks/lockStore';
import { cancelled, type Refusal } from '../locks/refusal';
import type { Outcome } from '../locks/rules';
import type { Lease } from '../mutex/lease';
import { removeQuietly, stagedIn } from '../revisions/stagedContent';
import type { VersionStore } from '../revisions/versionStore';
import { contentsOf } from './fileContent';
import { canBeListed } from './listing';
import { FileReplacement, type FileToReplace } from './fileReplacement';
import type { Snapshot } from './snapshot';

// Undoing check-outs, and restoring what an undo discarded: the changes of the product that change what is in a program.

/** A file that the user has checked out, as they were shown it, and what is to be in it. */
export interface DiscardRequest extends FileToReplace {
    /** The lock that they were shown. */
    readonly lock: Lock;
}

/** How an undo or a restore is carried out. */
export interface DiscardOptions {
    /** Once aborted, nothing is changed any more, and each outcome says so. */
    readonly signal?: AbortSignal | undefined;
    /** Called when all is prepared, right before the mutex is taken. For tests. */
    readonly whenPrepared?: () => void | Promise<void>;
}

/** What an undo or a restore needs of its repository. */
export interface DiscardHost {
    /** As last seen. */
    readonly snapshot: Snapshot;
    readonly user: string;
    readonly extensions: ReadonlySet<string>;
    /** Makes a change in its turn, and shows the locks as it leaves them. */
    readonly transact: (change: (store: LockStore) => Promise<ChangedLocks>) => Promise<readonly Outcome[]>;
}

/**
 * Undoes check-outs as one transaction: each file is put back, and released; see `Repository.undo`.
 * @throws CheckoutError; its message says which files were put back all the same
 */
export async function undoCheckOuts(
    host: DiscardHost,
    requests: readonly DiscardRequest[],
    versions: VersionStore,
    options: DiscardOptions,
): Promise<readonly Outcome[]> {
    return withReplacements(host, requests, versions, options, async (work) => {
        const unchanged = requests.filter(({ content }) => content === undefined).map(({ path }) => path);
        const read = await contentsOf(host.snapshot, unchanged);
        const terms = { contents: new Map([...read, ...contentsIn(requests)]) };
        const files = requests.map(({ path, lock }) => ({ path, seen: lock }));
        try {
            const outcomes = await host.transact((store) => store.undo(files, host.user, work, terms));
            return outcomes.map((outcome) => work.explain(outcome));
        } catch (error) {
            throw work.explainFailure(error);
        }
    });
}

/**
 * Restores discarded changes to a file that the user has checked out; see `Repository.restoreUndone`.
 * @throws CheckoutError; its message says whether the file was changed all the same
 */
export async function restoreDiscarded(
    host: DiscardHost,
    request: DiscardRequest,
    versions: VersionStore,
    options: DiscardOptions,
): Promise<Outcome> {
    const [outcome] = await withReplacements(host, [request], versions, options, (work) => {
        const { path, lock } = request;
        const terms = { contents: contentsIn([request]) };
        return host.transact((store) => store.putBack({ path, seen: lock }, host.user, work, terms));
    });
    return outcome!;
}

/** Prepares the replacements, has them carried out, and leaves nothing behind. */
async function withReplacements(
    host: DiscardHost,
    requests: readonly DiscardRequest[],
    versions: VersionStore,
    { signal, whenPrepared }: DiscardOptions,
    carryOut: (work: Replacements) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
    const work = new Replacements(host.snapshot, requests, versions);
    try {
        await work.prepare(signal);
        await whenPrepared?.();
        if (signal?.aborted) return requests.map(({ path }) => ({ path, refusal: cancelled(path) }));
        const outcomes = await carryOut(work);
        await work.removeLeftovers(host);
        return outcomes;
    } finally {
        await work.finish();
    }
}

/** The replacements of one change. */
class Replacements implements FileWork {
    private readonly files = new Map<string, FileReplacement>();
    /** What was staged in the same folders before. */
    private leftovers: readonly Leftover[] = [];

    constructor(snapshot: Snapshot, requests: readonly DiscardRequest[], versions: VersionStore) {
        const { root } = snapshot;
        for (const request of requests) {
            const { path } = request;
            if (!isRepositoryPath(path) || this.files.has(foldPath(path))) continue;
            const diskPath = snapshot.diskPath(snapshot.locate(path) ?? path);
            this.files.set(foldPath(path), new FileReplacement(request, { root, diskPath, versions }));
        }
    }

    /** Does all that needs no mutex. */
    async prepare(signal: AbortSignal | undefined): Promise<void> {
        const folders = new Map<string, string>();
        for (const file of this.files.values()) {
            if (await file.isReachable()) folders.set(folderOf(file.path), dirname(file.diskPath));
        }
        this.leftovers = (
            await Promise.all([...folders].map(([folder, diskPath]) => leftoversIn(folder, diskPath)))
        ).flat();
        for (const file of this.files.values()) await file.prepare(signal);
    }

    refusalOf(path: string): Refusal | undefined {
        return this.files.get(foldPath(path))?.refusal;
    }

    async putInPlace(files: readonly { readonly path: string }[], lease: Lease): Promise<boolean> {
        const wanted = new Set(files.map(({ path }) => foldPath(path)));
        for (const [index, [path, file]] of [...this.files].entries()) {
            if (wanted.has(path)) await file.carryOut(lease, `file-${index}`);
        }
        return files.every(({ path }) => this.refusalOf(path) === undefined);
    }

    /**
     * Removes what processes staged that were killed: for a file that was replaced now, and for one that nobody has checked
     * out, since only its holder stages a content for it.
     */
    async removeLeftovers({ snapshot, extensions }: DiscardHost): Promise<void> {
        for (const { path, staged } of this.leftovers) {
            const isReplaced = this.files.get(foldPath(path))?.isDone === true;
            if (isReplaced || (canBeListed(path, extensions) && !snapshot.isHeld(path))) await removeQuietly(staged);
        }
    }

    async finish(): Promise<void> {
        for (const file of this.files.values()) await file.finish();
    }

    /** What became of a file; not only of its lock. */
    explain(outcome: Outcome): Outcome {
        const { path, refusal } = outcome;
        if (refusal === undefined || this.files.get(foldPath(path))?.isDone !== true) return outcome;
        const now = refusal.holder === undefined ? '' : ` It is now checked out by ${refusal.holder.user}.`;
        const message = `${path} was put back as it was at check-out, but its lock was changed before it could be released.${now}`;
        return { path, refusal: { ...refusal, message } };
    }

    /** The failure of a change, with what was done all the same. */
    explainFailure(error: unknown): unknown {
        const done = [...this.files.values()].filter(({ isDone }) => isDone).map(({ path }) => path);
        if (!(error instanceof CheckoutError) || done.length === 0) return error;
        const [subject, were] = done.length === 1 ? [done[0], 'was'] : [`${done.length} files`, 'were'];
        const text = `${subject} ${were} put back as at check-out, but may still be checked out. ${error.message}`;
        return new CheckoutError(error.code, text, error.path, { cause: error });
    }
}

/** What was staged for a file, by a process that may have been killed. */
interface Leftover {
    /** The file, inside the repository. */
    readonly path: string;
    readonly staged: string;
}

async function leftoversIn(folder: string, diskPath: string): Promise<Leftover[]> {
    return (await stagedIn(diskPath)).map(({ name, staged }) => ({ path: joinPath(folder, name), staged }));
}

function contentsIn(requests: readonly DiscardRequest[]): ReadonlyMap<string, FileContent> {
    return new Map(
        requests.flatMap(({ path, content }) =>
            content === undefined ? [] : [[foldPath(path), { size: content.size, sha256: content.sha256 }]],
        ),
    );
}
