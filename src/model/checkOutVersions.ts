import * as path from 'node:path';
import * as vscode from 'vscode';
import { limitConcurrency } from '../core/base/concurrency';
import type { CheckOutRecord, FileChange } from '../core/revisions/checkOutRecords';
import { describeLoss } from '../core/revisions/loss';
import { moveFolders, privateFolder } from '../core/revisions/privateFolder';
import { describeError } from '../core/base/errors';
import type { UndoneVersion } from '../core/revisions/undoneRecords';
import { VersionStore, type KeptVersion } from '../core/revisions/versionStore';
import type { Lock } from '../core/locks/lockEntry';
import type { Outcome } from '../core/locks/rules';
import { SerialQueues } from '../core/base/serialQueue';
import { CopiesAtCheckOut, keyOf, noticeOf, type Beginning, type RunWithProgress } from './copiesAtCheckOut';
import { DisposableStore } from './disposables';
import { readKeepVersionsTotal } from './settings';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

const MAX_CONCURRENT_COMPARISONS = 8;
/** How often old copies are cleaned up. */
const TIDY_INTERVAL_MS = 6 * 60 * 60_000;

/** The share of the total limit that may be copied before it is looked at again. */
const UNCHECKED_SHARE = 0.1;
/** The folders of the copies. The records first: a copy without one is taken for left behind. */
const FOLDERS = ['check-outs', 'undone', 'contents'];

/** The versions at check-out of the files that the user holds, and the changes they discarded: private to this computer. */
export class CheckOutVersions implements vscode.Disposable {
    /** Absolute path of the folder that is private to this computer. */
    readonly folder: string;
    /** What is kept, for the transactions of the repositories. */
    readonly kept: VersionStore;
    /** By repository, so that a slow share does not delay another. */
    private readonly noting = new SerialQueues<string>();
    private readonly copies: CopiesAtCheckOut;
    /** Bytes copied since the total was looked at. */
    private copied = 0;
    /** Settles when copies of earlier versions are where they belong. */
    private readonly moved: Promise<void>;
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<readonly RepositoryResource[]>());

    /** The files whose version at check-out was recorded, or copied. */
    readonly onDidKeep = this.emitter.event;

    constructor(
        storage: vscode.Uri,
        private readonly repositories: Repositories,
        private readonly log: vscode.LogOutputChannel,
        withProgress: RunWithProgress,
        private readonly warn: (sentence: string) => void,
    ) {
        this.folder = privateFolder(storage.fsPath, process.platform, process.env);
        this.kept = new VersionStore(this.folder);
        this.moved = this.move(path.join(storage.fsPath, 'versions'), this.folder);
        this.copies = this.disposables.add(
            new CopiesAtCheckOut(this.kept, withProgress, warn, (file, job) => this.try(file, job)),
        );
        this.disposables.addInterval(() => void this.tidy(), TIDY_INTERVAL_MS);
    }

    /** Records the files that were just checked out, and keeps copies of them, in the background. */
    noteCheckOut(session: RepositorySession, outcomes: readonly Outcome[]): void {
        this.begin(
            session,
            outcomes.flatMap(({ path: file, lock, file: state }) =>
                lock === undefined ? [] : { path: file, lock, file: state },
            ),
        );
    }

    /** Records that check-outs ended, and that those of files that stay checked out began again. */
    noteCheckIn(session: RepositorySession, outcomes: readonly Outcome[]): void {
        const { root } = session.repository.options;
        const done = outcomes.filter(({ lock }) => lock !== undefined);
        void this.noting.run(root, async () => {
            for (const { path: file, lock } of done) {
                await this.try(file, () => this.kept.end(keyOf(session, file, lock), Date.now()));
            }
        });
        this.begin(
            session,
            done.flatMap(({ path: file, kept, file: state }) =>
                kept === undefined ? [] : { path: file, lock: kept, file: state },
            ),
        );
    }

    /** Has the versions at check-out go along with files that were renamed. */
    noteRename(
        session: RepositorySession,
        renamed: readonly { readonly from: string; readonly path: string; readonly lock: Lock }[],
    ): void {
        const { root } = session.repository.options;
        void this.noting.run(root, async () => {
            for (const { from, path: file, lock } of renamed) {
                await this.try(file, () => this.kept.rename(keyOf(session, from, lock), file));
            }
            this.emitter.fire(renamed.map(({ path: file }) => ({ session, path: file })));
        });
    }

    /** Whether a file that the user holds was changed since check-out. Unsaved edits do not count. */
    async stateOf({ session, path: file }: RepositoryResource): Promise<FileChange> {
        await this.noting.idle(session.repository.options.root);
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
        await this.noting.idle(session.repository.options.root);
        const found = session.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined) return undefined;
        return this.kept.version(keyOf(session, file, found.lock));
    }

    /** The same, with a copy that is taken from the revisions where this computer has none. @throws CheckoutError */
    async fetchVersionOf(resource: RepositoryResource): Promise<KeptVersion | undefined> {
        const { session, path: file } = resource;
        await this.noting.idle(session.repository.options.root);
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
        await this.copies.whenKept(repository.options.root);
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
            await this.moved;
            this.copied = 0;
            const total = readKeepVersionsTotal();
            const removed = await this.kept.tidy((record) => this.isOver(record), Date.now(), total);
            const lost = removed.map(({ path: file }) => describeLoss(file, 'removed'));
            if (lost.length > 0) this.warn(noticeOf(lost));
            for (const { repository } of this.repositories.all)
                if (repository.state.kind === 'ready') await repository.removeLeftovers();
        } catch (error) {
            this.log.warn(`Old versions could not be cleaned up: ${describeError(error)}`);
        }
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async move(from: string, to: string): Promise<void> {
        try {
            await moveFolders(from, to, FOLDERS);
        } catch (error) {
            this.log.warn(`Copies in ${from} could not be moved to ${to}: ${describeError(error)}`);
        }
    }

    private openedAt(root: string): RepositorySession | undefined {
        return this.repositories.all.find(({ repository }) => repository.options.root === root);
    }

    private isOver({ root, path: file, timestamp }: CheckOutRecord): boolean {
        const session = this.openedAt(root);
        if (session?.repository.state.kind !== 'ready') return false;
        return session.file(file)?.lock?.timestamp !== timestamp;
    }

    private begin(session: RepositorySession, files: readonly Beginning[]): void {
        if (files.length === 0) return;
        const { root } = session.repository.options;
        const resources = files.map(({ path: file }) => ({ session, path: file }));
        const noted = this.noting.run(root, async () => {
            for (const { path: file, lock, file: state } of files) {
                if (state !== undefined) await this.try(file, () => this.kept.note(keyOf(session, file, lock), state));
            }
            this.emitter.fire(resources);
        });
        void this.copies.make(session, files, noted, async (bytes) => {
            this.copied += bytes;
            if (this.copied > UNCHECKED_SHARE * readKeepVersionsTotal()) await this.tidy();
            this.emitter.fire(resources);
        });
    }

    private async try(file: string, job: () => Promise<void>): Promise<void> {
        try {
            await job();
        } catch (error) {
            // Then it is unknown whether the file was changed; nothing else depends on it.
            this.log.warn(`The version of ${file} at check-out could not be recorded: ${describeError(error)}`);
        }
    }
}
