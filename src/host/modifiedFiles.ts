import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { CheckOutRecords, type FileChange } from '../core/checkOutRecords';
import { describeError } from '../core/errors';
import type { Outcome } from '../core/rules';
import { plainLine } from './lockText';
import type { OpenRepository } from './openRepository';
import type { RepositoryResource } from './repositories';

/** Files that are looked at in the same moment. */
const AT_ONCE = 8;

/** Tells of the files that the person holds whether they were changed since they were checked out in this VS Code. */
export class ModifiedFiles {
    private readonly records: CheckOutRecords;
    private noting: Promise<unknown> = Promise.resolve();

    constructor(
        storage: vscode.Uri,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.records = new CheckOutRecords(path.join(storage.fsPath, 'check-outs'));
    }

    /** Notes how the files are that were just checked out. In the background: nobody has to wait for it. */
    noteCheckOut(opened: OpenRepository, outcomes: readonly Outcome[]): void {
        const { options, snapshot } = opened.repository;
        const done = outcomes.filter(({ refusal }) => refusal === undefined);
        // All at once and now: what is saved while others are still noted would pass for how it was.
        const looks = new Map(done.map(({ path: file }) => [file, stat(snapshot.diskPath(file))]));
        for (const look of looks.values()) look.catch(() => undefined); // Told when its turn comes.
        this.later(done, async ({ path: file, lock }) => {
            const key = { root: options.root, path: file, timestamp: lock?.timestamp ?? '' };
            await this.records.note(key, snapshot.diskPath(file), await looks.get(file)!);
        });
    }

    /** Forgets how the files were that were just checked in. */
    noteCheckIn(opened: OpenRepository, outcomes: readonly Outcome[]): void {
        this.later(outcomes, ({ path: file, lock }) =>
            this.records.forget({
                root: opened.repository.options.root,
                path: file,
                timestamp: lock?.timestamp ?? '',
            }),
        );
    }

    /** Whether a file that the person holds was changed since they checked it out. Edits that are not saved do not count. */
    async stateOf({ opened, path: file }: RepositoryResource): Promise<FileChange> {
        await this.noting;
        const found = opened.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined || found.missing) return 'unknown';
        const key = { root: opened.repository.options.root, path: file, timestamp: found.lock.timestamp };
        return this.records.compare(key, found.diskPath);
    }

    /** The same for several files, in order. */
    async statesOf(files: readonly RepositoryResource[]): Promise<FileChange[]> {
        const states: FileChange[] = [];
        const rest = [...files.entries()];
        const work = async (): Promise<void> => {
            for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
                states[next[0]] = await this.stateOf(next[1]);
            }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
        return states;
    }

    private later(outcomes: readonly Outcome[], job: (outcome: Outcome) => Promise<void>): void {
        this.noting = this.noting.then(async () => {
            for (const outcome of outcomes) {
                if (outcome.refusal !== undefined) continue;
                try {
                    await job(outcome);
                } catch (error) {
                    // Then nobody can tell whether it was changed, and nothing else is the worse for it.
                    this.log.warn(plainLine(`No note was made of how ${outcome.path} was: ${describeError(error)}`));
                }
            }
        });
    }
}
