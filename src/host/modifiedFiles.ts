import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { eachAtOnce } from '../core/atOnce';
import { CheckOutRecords, type CheckOutKey, type FileChange } from '../core/checkOutRecords';
import { describeError } from '../core/errors';
import type { Lock } from '../core/lockTable';
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
        this.records = new CheckOutRecords(join(storage.fsPath, 'check-outs'));
    }

    /** Notes how the files are that were just checked out. In the background: nobody has to wait for it. */
    noteCheckOut(opened: OpenRepository, outcomes: readonly Outcome[]): void {
        const { snapshot } = opened.repository;
        const done = outcomes.filter(({ refusal }) => refusal === undefined);
        // All at once and now: what is saved while others are still noted would pass for how it was.
        const looks = new Map(done.map(({ path: file }) => [file, stat(snapshot.diskPath(file))]));
        for (const look of looks.values()) look.catch(() => undefined); // Told when its turn comes.
        this.later(done, async ({ path: file, lock }) => {
            await this.records.note(keyOf(opened, file, lock), snapshot.diskPath(file), await looks.get(file)!);
        });
    }

    /** Forgets how the files were that were just checked in. */
    noteCheckIn(opened: OpenRepository, outcomes: readonly Outcome[]): void {
        this.later(outcomes, ({ path: file, lock }) => this.records.forget(keyOf(opened, file, lock)));
    }

    /** Whether a file that the person holds was changed since they checked it out. Edits that are not saved do not count. */
    async stateOf({ opened, path: file }: RepositoryResource): Promise<FileChange> {
        await this.noting;
        const found = opened.file(file);
        if (found?.state !== 'heldByMe' || found.lock === undefined || found.missing) return 'unknown';
        return this.records.compare(keyOf(opened, file, found.lock), found.diskPath);
    }

    /** The same for several files, in order. */
    async statesOf(files: readonly RepositoryResource[]): Promise<FileChange[]> {
        const states: FileChange[] = [];
        await eachAtOnce(files.entries(), AT_ONCE, async ([index, file]) => {
            states[index] = await this.stateOf(file);
        });
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

function keyOf({ repository }: OpenRepository, path: string, lock: Lock | undefined): CheckOutKey {
    return { root: repository.options.root, path, timestamp: lock?.timestamp ?? '' };
}
