import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { CheckoutError } from '../../core/base/errors';
import { WITHOUT_REVISION } from '../../core/revisions/revisionErrors';
import type { Outcome } from '../../core/locks/rules';
import { withoutIcons } from '../../ui/textSafety';
import { plainLine } from '../../core/base/plainText';
import { saveEdits } from '../../ui/openEditors';
import { withProgress } from '../../ui/progress';
import { reportError, showMessage, type Action } from '../../ui/messages';
import type { RepositorySession } from '../../model/repositorySession';
import type { RepositoryResource } from '../../model/repositories';
import { askForMessage } from './askForMessage';
import type { CommandContext } from './commandContext';
import { askToRelease, heldStates } from './fileStates';
import { withJobs } from './jobSets';
import { confirmOtherComputer } from './otherComputer';
import { describe, reportOutcomes } from './reportOutcomes';
import { byRepository } from './targets';

/** How files are to be checked in, and what the user was asked already. */
export interface CheckInTerms {
    readonly allOrNone?: boolean;
    /** Whether the user has seen which files are unchanged. */
    readonly isAsked?: boolean;
    /** Whether to ask for a message even if the settings do not. */
    readonly asksForMessage?: boolean;
    /** Whether the files stay checked out. */
    readonly keep?: boolean;
    /** Whether nothing is kept of them this time. */
    readonly withoutRevision?: boolean;
    /** The message that was asked for already. */
    readonly message?: string;
}

/** Checks files in, and the rest of their jobs if wanted. */
export async function checkInWithJobs(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    terms: CheckInTerms = {},
): Promise<void> {
    const choice = await withJobs(targets, 'check in');
    if (choice !== undefined) await checkInFiles(context, choice.targets, { ...terms, allOrNone: choice.allOrNone });
}

/**
 * Checks files in. Asks first if none of them has changes; a file whose unsaved edits could not be saved is checked in only
 * if the user confirms.
 */
export async function checkInFiles(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    terms: CheckInTerms = {},
): Promise<void> {
    const { allOrNone = false, keep = false } = terms;
    if (targets.length === 0) return;
    if (!terms.isAsked && !(await goesOnUnchanged(context, targets, keep))) return;
    const fromOtherComputer = await confirmOtherComputer(context, targets, 'Check in');
    if (fromOtherComputer === undefined) return;
    const message = await messageFor(context, targets, terms);
    if (message === undefined) return;
    const ready: RepositoryResource[] = [];
    for (const target of targets) {
        if (await saved(target)) ready.push(target);
        else if (allOrNone) return;
    }
    let outcomes: readonly Outcome[] = [];
    const groups = byRepository(ready);
    for (const [session, paths] of groups) {
        const title = `Checking in ${describe(paths)}`;
        let read = 0;
        let total: number | undefined;
        void sizeOf(session, paths).then((bytes) => (total = bytes));
        const work = (signal: AbortSignal): Promise<readonly Outcome[]> =>
            session.repository.checkIn(paths, {
                signal,
                allOrNone,
                message,
                keep,
                keepsBytes: keep,
                versions: context.versions.kept,
                fromOtherComputer,
                withoutRevision: terms.withoutRevision ?? false,
                onProgress: (bytes) => void (read += bytes),
            });
        const done = await withProgress(title, work, () => ({ done: read, total })).catch((error: unknown) =>
            unkeptOutcomes(paths, error),
        );
        context.versions.noteCheckIn(session, done);
        // What stays checked out keeps its computer, under a new time.
        if (fromOtherComputer)
            await context.names.claim(
                session,
                done.flatMap(({ kept }) => kept ?? []),
            );
        outcomes = outcomes.concat(done);
    }
    const files = groups.flatMap(([session, paths]) => paths.map((path) => ({ session, path })));
    report(context, files, { ...terms, message, isAsked: true }, outcomes);
}

/** That no file was checked in because none could be kept; throws any other error. */
function unkeptOutcomes(paths: readonly string[], error: unknown): readonly Outcome[] {
    if (!(error instanceof CheckoutError) || error.code !== 'revisionNotKept') throw error;
    const { code, message } = error;
    return paths.map((path) => ({ path, refusal: { code, message } }));
}

/** Says what was done and what was refused; where a revision could not be kept, with the way to go on without. */
function report(
    context: CommandContext,
    files: readonly RepositoryResource[],
    terms: CheckInTerms,
    all: readonly Outcome[],
): void {
    const outcomes = all.map(withButton);
    const isUnkept = ({ refusal }: Outcome): boolean => refusal?.code === 'revisionNotKept';
    const unkept = outcomes.filter(isUnkept);
    const refused = files.filter((_, index) => terms.allOrNone === true || isUnkept(outcomes[index]!));
    const without: Action = {
        title: 'Check In Without Revision',
        run: () =>
            checkInFiles(context, refused, { ...terms, withoutRevision: true }).catch((error: unknown) =>
                reportError(error, context.log),
            ),
    };
    const deed = terms.keep ? 'checkInAndKeep' : 'checkIn';
    if (terms.allOrNone) return reportOutcomes(deed, outcomes, context.log, unkept.length > 0 ? [without] : []);
    reportOutcomes(
        deed,
        outcomes.filter((outcome) => !isUnkept(outcome)),
        context.log,
    );
    const [first, ...others] = unkept;
    if (first?.refusal === undefined) return;
    const more = others.length === 0 ? '' : ` The same is true of ${others.length} more.`;
    for (const { refusal } of unkept) context.log.warn(`Refused: ${refusal?.message}`);
    showMessage('warning', `${first.refusal.message}${more}`, [without]);
}

/** Leaves out of a refusal what a button of its message does. */
function withButton(outcome: Outcome): Outcome {
    const { path, refusal } = outcome;
    if (refusal?.code !== 'revisionNotKept') return outcome;
    return { path, refusal: { ...refusal, message: refusal.message.replace(` ${WITHOUT_REVISION}`, '') } };
}

/** Bytes of files; those that are gone count for nothing. */
async function sizeOf(session: RepositorySession, paths: readonly string[]): Promise<number> {
    const sizes = await Promise.all(
        paths.map((path) =>
            stat(session.repository.snapshot.diskPath(path)).then(
                ({ size }) => size,
                () => 0,
            ),
        ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whether to go on: always if a file has changes, otherwise if the user wants to release the files. */
async function goesOnUnchanged(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    keep: boolean,
): Promise<boolean> {
    if (!(await heldStates(context, targets)).every((state) => state === 'unchanged')) return true;
    const subject = describe(targets.map(({ path }) => path));
    if (!keep) return askToRelease(withoutIcons(subject), targets.length);
    const stays = targets.length === 1 ? 'It stays' : 'They stay';
    showMessage(
        'info',
        `${subject}: no changes since check-out, so there is nothing to check in. ${stays} checked out.`,
    );
    return false;
}

/** The message of the check-in; `''` if none is asked for, undefined when the user cancels. */
async function messageFor(
    { recentMessages }: CommandContext,
    targets: readonly RepositoryResource[],
    terms: CheckInTerms,
): Promise<string | undefined> {
    if (terms.message !== undefined) return terms.message;
    const isWanted = terms.asksForMessage || targets.some(({ session }) => session.settings.askForCheckInMessage);
    if (!isWanted) return '';
    const subject = describe(targets.map(({ path }) => path));
    const question = {
        kind: 'checkIn' as const,
        title: `Check In ${subject}${terms.keep ? ' and Keep Checked Out' : ''}`,
        question: 'What did you change?',
        audience: 'kept in the history',
        without: 'Check in without a message',
    };
    return askForMessage(question, recentMessages);
}

/** Saves the file if it has unsaved edits. @returns false if it is to stay checked out */
async function saved({ session, path }: RepositoryResource): Promise<boolean> {
    const file = session.file(path);
    if (file?.state !== 'heldByMe') return true; // The rule will say why it cannot be checked in.
    const uri = vscode.Uri.file(file.diskPath);
    if (await saveEdits(uri)) return true;
    const anyway = 'Check In Anyway';
    const answer = await vscode.window.showWarningMessage(
        `${plainLine(path)} has unsaved edits that could not be saved.`,
        {
            modal: true,
            detail: 'If you check it in now, your edits stay in this window only, and someone else may check the file out and change it.',
        },
        anyway,
    );
    return answer === anyway;
}
