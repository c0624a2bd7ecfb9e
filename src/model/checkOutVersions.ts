import * as path from 'node:path';
import * as vscode from 'vscode';
import { limitConcurrency } from '../core/base/concurrency';
import type { CheckOutKey, CheckOutRecord, FileChange } from '../core/revisions/checkOutRecords';
import { describeLoss } from '../core/revisions/loss';
import { moveFolders, privateFolder } from '../core/revisions/privateFolder';
import type { FileState } from '../core/disk/fileState';
import { describeError } from '../core/base/errors';
import type { UndoneVersion } from '../core/revisions/undoneRecords';
import { VersionStore, type KeptVersion } from '../core/revisions/versionStore';
import type { Lock } from '../core/locks/lockEntry';
import { nameOf } from '../core/base/repositoryPath';
import type { Outcome } from '../core/locks/rules';
import { plainLine } from '../core/base/plainText';
import { SerialQueue } from '../core/base/serialQueue';
import { DisposableStore } from './disposables';
import { readKeepVersionsTotal } from './settings';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

const MAX_CONCURRENT_COMPARISONS = 8;
/** How often old copies are cleaned up. */
const TIDY_INTERVAL_MS = 6 * 60 * 60_000;

/** A file whose check-out began. */
interface Beginning {
    readonly path: string;
    readonly lock: Lock;
    /** How it was then; undefined where that could not be told. */
    readonly file: FileState | undefined;
}

/** The share of the total limit that may be copied before it is looked at again. */
const UNCHECKED_SHARE = 0.1;
/** The folders of the copies. The records first: a copy without one is taken for left behind. */
const FOLDERS = ['check-outs', 'undone', 'contents'];

/** How many files a notice names; the others are counted. */
const FILES_NAMED = 3;

/** Runs a job and shows its progress. @param title such as "Checking out 12 files" */
export type RunWithProgress = <T>(title: string, job: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** The versions at check-out of the files that the user holds, and the changes they discarded: private to this computer. */
export class CheckOutVersions implements vscode.Disposable {
    /** Absolute path of the folder that is private to this computer. */
    readonly folder: string;
    /** What is kept, for the transactions of the repositories. */
    readonly kept: VersionStore;
    /** By repository, so that a slow share does not delay another. */
    private readonly noting = new Map<string, SerialQueue>();
    private readonly keeping = new Map<string, SerialQueue>();
    /** By the URIs of files whose copy is still to be made: makes it now. */
    private readonly pending = new Map<string, () => Promise<void>>();
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
        private readonly withProgress: RunWithProgress,
        private readonly warn: (sentence: string) => void,
    ) {
        this.folder = privateFolder(storage.fsPath, process.platform, process.env);
        this.kept = new VersionStore(this.folder);
        this.moved = this.move(path.join(storage.fsPath, 'versions'), this.folder);
        // What is saved must not be taken for what was checked out, nor be the end of it.
        this.disposables.add(
            vscode.workspace.onWillSaveTextDocument((event) => {
                const copy = this.pending.get(event.document.uri.toString());
                if (copy !== undefined) event.waitUntil(copy());
            }),
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
        void this.next(this.noting, root, async () => {
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
        void this.next(this.noting, root, async () => {
            for (const { from, path: file, lock } of renamed) {
                await this.try(file, () => this.kept.rename(keyOf(session, from, lock), file));
            }
            this.emitter.fire(renamed.map(({ path: file }) => ({ session, path: file })));
        });
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
        const { options } = session.repository;
        const resources = files.map(({ path: file }) => ({ session, path: file }));
        const noted = this.next(this.noting, options.root, async () => {
            for (const { path: file, lock, file: state } of files) {
                if (state !== undefined) await this.try(file, () => this.kept.note(keyOf(session, file, lock), state));
            }
            this.emitter.fire(resources);
        });
        const [first = ''] = files.map(({ path: file }) => plainLine(nameOf(file)));
        const what = files.length === 1 ? first : `${files.length} files`;
        const abort = new AbortController();
        // What is in memory cannot be lost any more to a save; of the others the small ones are the sooner safe.
        const copies = files
            .toSorted((one, other) => sizeToRead(one) - sizeToRead(other))
            .map((file) => this.copyOnce(session, file, noted, abort.signal));
        void this.next(this.keeping, options.root, async () => {
            await noted;
            const lost: string[] = [];
            await this.withProgress(`Keeping a copy of ${what} as checked out`, async (signal) => {
                signal.addEventListener('abort', () => abort.abort());
                if (signal.aborted) abort.abort();
                for (const copy of copies) lost.push(...(await copy()));
            });
            if (lost.length > 0) this.warn(noticeOf(lost));
            for (const { file } of files) this.copied += file?.size ?? 0;
            if (this.copied > UNCHECKED_SHARE * readKeepVersionsTotal()) await this.tidy();
            this.emitter.fire(resources);
        });
    }

    /**
     * The copy of a file, which is made once: when its turn comes, or before that for a save.
     * @returns what answers with a sentence when there is no copy
     */
    private copyOnce(
        session: RepositorySession,
        { path: file, lock, file: state }: Beginning,
        noted: Promise<void>,
        signal: AbortSignal,
    ): () => Promise<readonly string[]> {
        const { snapshot } = session.repository;
        const diskPath = snapshot.diskPath(snapshot.locate(file) ?? file);
        const uri = vscode.Uri.file(diskPath).toString();
        const { keepVersionsUpTo } = session.settings;
        const copy = async (): Promise<readonly string[]> => {
            await noted;
            const key = keyOf(session, file, lock);
            const sentences: string[] = [];
            await this.try(file, async () => {
                try {
                    const loss = await this.kept.keep(key, diskPath, keepVersionsUpTo, { signal, bytes: state?.bytes });
                    if (loss === 'changed' || state === undefined) sentences.push(describeLoss(file, loss));
                } catch (error) {
                    sentences.push(describeLoss(file, 'failed'));
                    throw error;
                }
            });
            if (this.pending.get(uri) === start) this.pending.delete(uri);
            return sentences;
        };
        let running: Promise<readonly string[]> | undefined;
        const run = (): Promise<readonly string[]> => (running ??= copy());
        const start = async (): Promise<void> => void (await run());
        if (state?.bytes === undefined) this.pending.set(uri, start);
        return run;
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
            this.log.warn(`The version of ${file} at check-out could not be recorded: ${describeError(error)}`);
        }
    }
}

function keyOf({ repository }: RepositorySession, file: string, lock: Lock | undefined): CheckOutKey {
    return { root: repository.options.root, path: file, timestamp: lock?.timestamp ?? '' };
}

/** How much of a file is still to be read for its copy, in bytes. */
function sizeToRead({ file }: Beginning): number {
    return file?.bytes === undefined ? (file?.size ?? 0) : -1;
}

/** That there are no copies of files, as a notice. */
function noticeOf(sentences: readonly string[]): string {
    const others = sentences.length - FILES_NAMED;
    const more = others > 0 ? ` ${others} other ${others === 1 ? 'file has' : 'files have'} no copy, either.` : '';
    const [it, version] = sentences.length === 1 ? ['it', 'that version'] : ['them', 'those versions'];
    return `${sentences.slice(0, FILES_NAMED).join(' ')}${more} Undo Check-Out cannot put ${it} back, and nothing can be compared with ${version}.`;
}
