import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { limitConcurrency } from '../core/base/concurrency';
import type { CheckOutKey, CheckOutRecord, FileChange } from '../core/revisions/checkOutRecords';
import { describeError } from '../core/base/errors';
import { VersionStore, type KeptVersion, type UndoneVersion } from '../core/revisions/versionStore';
import type { Lock } from '../core/locks/lockTable';
import { nameOf } from '../core/base/repositoryPath';
import type { Outcome } from '../core/locks/rules';
import { plainLine } from '../core/base/plainText';
import { SerialQueue } from '../core/base/serialQueue';
import { DisposableStore } from './disposables';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

const MAX_CONCURRENT_COMPARISONS = 8;
/** How often old copies are cleaned up. */
const TIDY_INTERVAL_MS = 6 * 60 * 60_000;

/** Runs a job and shows its progress. @param title such as "Checking out 12 files" */
export type RunWithProgress = <T>(title: string, job: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** The versions at check-out of the files that the user holds, and the changes they discarded: private to this computer. */
export class CheckOutVersions implements vscode.Disposable {
    /** What is kept, for the transactions of the repositories. */
    readonly kept: VersionStore;
    /** By repository, so that a slow share does not delay another. */
    private readonly noting = new Map<string, SerialQueue>();
    private readonly keeping = new Map<string, SerialQueue>();
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<readonly RepositoryResource[]>());

    /** The files whose version at check-out was recorded, or copied. */
    readonly onDidKeep = this.emitter.event;

    constructor(
        storage: vscode.Uri,
        private readonly repositories: Repositories,
        private readonly log: vscode.LogOutputChannel,
        private readonly withProgress: RunWithProgress,
    ) {
        this.kept = new VersionStore(path.join(storage.fsPath, 'versions'));
        this.disposables.addInterval(() => void this.tidy(), TIDY_INTERVAL_MS);
    }

    /** Records the files that were just checked out, and keeps copies of them, in the background. */
    noteCheckOut(session: RepositorySession, outcomes: readonly Outcome[]): void {
        this.begin(
            session,
            outcomes.flatMap(({ path: file, lock }) => (lock === undefined ? [] : { path: file, lock })),
        );
    }

    /** Records that check-outs ended, and that those of files that stay checked out began again. */
    noteCheckIn(session: RepositorySession, outcomes: readonly Outcome[]): void {
        const { root } = session.repository.options;
        const done = outcomes.filter(({ lock }) => lock !== undefined);
        void this.next(this.noting, root, async () => {
            for (const { path: file, lock } of done) {
                await this.try(file, () => this.kept.end(keyOf(session, file, lock), Date.now()));
            }
        });
        this.begin(
            session,
            done.flatMap(({ path: file, kept }) => (kept === undefined ? [] : { path: file, lock: kept })),
        );
    }

    /** Whether a file that the user holds was changed since check-out. Unsaved edits do not count. */
    async stateOf({ session, path: file }: RepositoryResource): Promise<FileChange> {
        await this.noting.get(session.repository.options.root)?.idle();
        const found = session.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined || found.missing) return 'unknown';
        return this.kept.compare(keyOf(session, file, found.lock), found.diskPath);
    }

    /** The same for several files, in order. */
    async statesOf(files: readonly RepositoryResource[]): Promise<FileChange[]> {
        const states: FileChange[] = [];
        await limitConcurrency(files.entries(), MAX_CONCURRENT_COMPARISONS, async ([index, file]) => {
            states[index] = await this.stateOf(file);
        });
        return states;
    }

    /** The version at check-out of a file that the user holds, if it was recorded. */
    async versionOf({ session, path: file }: RepositoryResource): Promise<KeptVersion | undefined> {
        await this.noting.get(session.repository.options.root)?.idle();
        const found = session.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined) return undefined;
        return this.kept.version(keyOf(session, file, found.lock));
    }

    /** The same, with a copy that is taken from the revisions where this computer has none. @throws CheckoutError */
    async fetchVersionOf(resource: RepositoryResource): Promise<KeptVersion | undefined> {
        const { session, path: file } = resource;
        await this.noting.get(session.repository.options.root)?.idle();
        const found = session.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined) return undefined;
        return session.repository.revisions.versionAtCheckOut(keyOf(session, file, found.lock), this.kept);
    }

    /** The version at the check-out with this time in its lock. */
    async versionAt({ session, path: file }: RepositoryResource, timestamp: string): Promise<KeptVersion | undefined> {
        return this.kept.version({ root: session.repository.options.root, path: file, timestamp });
    }

    /** Settles when the copies that are being made are complete. */
    async whenKept({ repository }: RepositorySession): Promise<void> {
        await this.keeping.get(repository.options.root)?.idle();
    }

    /**
     * Keeps unsaved edits that an undo is about to discard.
     * @throws the system error
     */
    async keepUnsaved({ session, path: file }: RepositoryResource, text: Uint8Array): Promise<void> {
        await this.kept.keepUndone({ root: session.repository.options.root, path: file }, text, Date.now());
    }

    /** The discarded changes in the open repositories that can be restored, newest first. @throws the system error */
    async undone(): Promise<
        { readonly resource: RepositoryResource; readonly version: UndoneVersion; readonly copy: string }[]
    > {
        return (await this.kept.undone(Date.now())).flatMap((version) => {
            const session = this.openedAt(version.root);
            const copy = this.kept.copyOf(version);
            return session === undefined ? [] : [{ resource: { session, path: version.path }, version, copy }];
        });
    }

    /** Removes what is no longer needed. */
    async tidy(): Promise<void> {
        try {
            await this.kept.tidy((record) => this.isOver(record), Date.now());
        } catch (error) {
            this.log.warn(plainLine(`Old versions could not be cleaned up: ${describeError(error)}`));
        }
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private openedAt(root: string): RepositorySession | undefined {
        return this.repositories.all.find(({ repository }) => repository.options.root === root);
    }

    private isOver({ root, path: file, timestamp }: CheckOutRecord): boolean {
        const session = this.openedAt(root);
        if (session?.repository.state.kind !== 'ready') return false;
        return session.file(file)?.lock?.timestamp !== timestamp;
    }

    private begin(session: RepositorySession, files: readonly { readonly path: string; readonly lock: Lock }[]): void {
        if (files.length === 0) return;
        const { snapshot, options } = session.repository;
        const { keepVersionsUpTo } = session.settings;
        const resources = files.map(({ path: file }) => ({ session, path: file }));
        // All at once and now: a save while others are still being recorded would pass for the state at check-out.
        const looks = new Map(files.map(({ path: file }) => [file, stat(snapshot.diskPath(file))]));
        for (const look of looks.values()) look.catch(() => undefined); // Reported when its turn comes.
        const noted = this.next(this.noting, options.root, async () => {
            for (const { path: file, lock } of files) {
                await this.try(file, async () => this.kept.note(keyOf(session, file, lock), await looks.get(file)!));
            }
            this.emitter.fire(resources);
        });
        const [first = ''] = files.map(({ path: file }) => plainLine(nameOf(file)));
        const what = files.length === 1 ? first : `${files.length} files`;
        void this.next(this.keeping, options.root, async () => {
            await noted;
            await this.withProgress(`Keeping a copy of ${what} as checked out`, async (signal) => {
                for (const { path: file, lock } of files) {
                    const diskPath = snapshot.diskPath(file);
                    const key = keyOf(session, file, lock);
                    await this.try(file, () => this.kept.keep(key, diskPath, keepVersionsUpTo, signal));
                }
            });
            this.emitter.fire(resources);
        });
    }

    private next(queues: Map<string, SerialQueue>, root: string, job: () => Promise<void>): Promise<void> {
        let queue = queues.get(root);
        if (queue === undefined) queues.set(root, (queue = new SerialQueue()));
        return queue.run(job);
    }

    private async try(file: string, job: () => Promise<void>): Promise<void> {
        try {
            await job();
        } catch (error) {
            // Then it is unknown whether the file was changed; nothing else depends on it.
            this.log.warn(
                plainLine(`The version of ${file} at check-out could not be recorded: ${describeError(error)}`),
            );
        }
    }
}

function keyOf({ repository }: RepositorySession, file: string, lock: Lock | undefined): CheckOutKey {
    return { root: repository.options.root, path: file, timestamp: lock?.timestamp ?? '' };
}
