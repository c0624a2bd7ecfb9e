import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { SerialQueues } from '../core/base/serialQueue';
import type { FileState } from '../core/disk/fileState';
import type { Lock } from '../core/locks/lockEntry';
import type { CheckOutKey } from '../core/revisions/checkOutRecords';
import { describeLoss } from '../core/revisions/loss';
import type { VersionStore } from '../core/revisions/versionStore';
import { DisposableStore } from './disposables';
import type { RepositorySession } from './repositorySession';

/** How many files a notice names; the others are counted. */
const FILES_NAMED = 3;

/** A file whose check-out began. */
export interface Beginning {
    readonly path: string;
    readonly lock: Lock;
    /** How it was then; undefined where that could not be told. */
    readonly file: FileState | undefined;
}

/** Runs a job and shows its progress. @param title such as "Checking out 12 files" */
export type RunWithProgress = <T>(title: string, job: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Copies files as they were checked out, in the background, but before a save changes them. */
export class CopiesAtCheckOut implements vscode.Disposable {
    /** By repository, so that a slow share does not delay another. */
    private readonly keeping = new SerialQueues<string>();
    /** By the URIs of files whose copy is still to be made: makes it now. */
    private readonly pending = new Map<string, () => Promise<void>>();
    private readonly disposables = new DisposableStore();

    /** @param attempt runs a job for a file, and writes into the log why it failed */
    constructor(
        private readonly kept: VersionStore,
        private readonly withProgress: RunWithProgress,
        private readonly warn: (sentence: string) => void,
        private readonly attempt: (file: string, job: () => Promise<void>) => Promise<void>,
    ) {
        // What is saved must not be taken for what was checked out, nor be the end of it.
        this.disposables.add(
            vscode.workspace.onWillSaveTextDocument((event) => {
                const copy = this.pending.get(event.document.uri.toString());
                if (copy !== undefined) event.waitUntil(copy());
            }),
        );
    }

    /**
     * Copies files, the small ones first, and warns of those of which there is no copy.
     * @param noted settles when it is recorded how they were
     * @param afterwards told how many bytes the files have
     */
    make(
        session: RepositorySession,
        files: readonly Beginning[],
        noted: Promise<void>,
        afterwards: (bytes: number) => Promise<void>,
    ): Promise<void> {
        const [first = ''] = files.map(({ path: file }) => plainLine(nameOf(file)));
        const what = files.length === 1 ? first : `${files.length} files`;
        const abort = new AbortController();
        // What is in memory cannot be lost any more to a save; of the others the small ones are the sooner safe.
        const copies = files
            .toSorted((one, other) => sizeToRead(one) - sizeToRead(other))
            .map((file) => this.copyOnce(session, file, noted, abort.signal));
        return this.keeping.run(session.repository.options.root, async () => {
            await noted;
            const lost: string[] = [];
            await this.withProgress(`Keeping a copy of ${what} as checked out`, async (signal) => {
                signal.addEventListener('abort', () => abort.abort());
                if (signal.aborted) abort.abort();
                for (const copy of copies) lost.push(...(await copy()));
            });
            if (lost.length > 0) this.warn(noticeOf(lost));
            await afterwards(files.reduce((sum, { file }) => sum + (file?.size ?? 0), 0));
        });
    }

    /** Settles when the copies that are being made for a repository are complete. */
    async whenKept(root: string): Promise<void> {
        await this.keeping.idle(root);
    }

    dispose(): void {
        this.disposables.dispose();
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
            await this.attempt(file, async () => {
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
}

/** What names a check-out in what is private to this computer. */
export function keyOf({ repository }: RepositorySession, file: string, lock: Lock | undefined): CheckOutKey {
    return { root: repository.options.root, path: file, timestamp: lock?.timestamp ?? '' };
}

/** How much of a file is still to be read for its copy, in bytes. */
function sizeToRead({ file }: Beginning): number {
    return file?.bytes === undefined ? (file?.size ?? 0) : -1;
}

/** That there are no copies of files, as a notice. */
export function noticeOf(sentences: readonly string[]): string {
    const others = sentences.length - FILES_NAMED;
    const more = others > 0 ? ` ${others} other ${others === 1 ? 'file has' : 'files have'} no copy, either.` : '';
    const [it, version] = sentences.length === 1 ? ['it', 'that version'] : ['them', 'those versions'];
    return `${sentences.slice(0, FILES_NAMED).join(' ')}${more} Undo Check-Out cannot put ${it} back, and nothing can be compared with ${version}.`;
}
