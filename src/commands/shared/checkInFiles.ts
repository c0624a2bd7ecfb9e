import * as vscode from 'vscode';
import type { Outcome } from '../../core/locks/rules';
import { withoutIcons } from '../../ui/textSafety';
import { plainLine } from '../../core/base/plainText';
import { isUnsaved } from '../../ui/openEditors';
import { withProgress } from '../../ui/progress';
import { showMessage } from '../../ui/messages';
import type { RepositoryResource } from '../../model/repositories';
import { askForMessage } from './askForMessage';
import type { CommandContext } from './commandContext';
import { askToRelease, heldStates } from './fileStates';
import { withJobs } from './jobSets';
import { describe, reportOutcomes } from './reportOutcomes';
import { byRepository } from './targets';

/** How a check-in of several files is meant, and what the person was asked already. */
export interface CheckInTerms {
    readonly allOrNone?: boolean;
    /** Whether the person saw what became of the files. */
    readonly isAsked?: boolean;
    /** Whether a message is asked for, whatever the settings say. */
    readonly asksForMessage?: boolean;
    /** Whether the files stay checked out. */
    readonly keep?: boolean;
}

/** Checks files in, and of their jobs what goes along. */
export async function checkInWithJobs(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    terms: CheckInTerms = {},
): Promise<void> {
    const choice = await withJobs(targets, 'check in');
    if (choice !== undefined) await checkInFiles(context, choice.targets, { ...terms, allOrNone: choice.allOrNone });
}

/**
 * Checks files in. Where nothing was changed in any of them, the person is told so and asked; one whose unsaved edits could
 * not be saved is checked in only if the person says so.
 */
export async function checkInFiles(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    terms: CheckInTerms = {},
): Promise<void> {
    const { allOrNone = false, keep = false } = terms;
    if (targets.length === 0) return;
    if (!terms.isAsked && !(await goesOnUnchanged(context, targets, keep))) return;
    const message = await messageFor(targets, terms);
    if (message === undefined) return;
    const ready: RepositoryResource[] = [];
    for (const target of targets) {
        if (await saved(target)) ready.push(target);
        else if (allOrNone) return;
    }
    let outcomes: readonly Outcome[] = [];
    for (const [session, paths] of byRepository(ready)) {
        const title = `Checking in ${describe(paths)}`;
        const work = (signal: AbortSignal): Promise<readonly Outcome[]> =>
            session.repository.checkIn(paths, { signal, allOrNone, message, keep });
        const done = await withProgress(title, work);
        context.versions.noteCheckIn(session, done);
        outcomes = outcomes.concat(done);
    }
    reportOutcomes(keep ? 'Checked in, and kept,' : 'Checked in', outcomes, context.log);
}

/** Whether the check-in is still wanted; where nothing was changed in any file, the person is told so. */
async function goesOnUnchanged(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    keep: boolean,
): Promise<boolean> {
    if (!(await heldStates(context, targets)).every((state) => state === 'unchanged')) return true;
    const subject = describe(targets.map(({ path }) => path));
    if (!keep) return askToRelease(withoutIcons(subject), targets.length);
    const [it, stays] = targets.length === 1 ? ['it', 'It stays'] : ['them', 'They stay'];
    showMessage(
        'info',
        `${subject}: nothing was changed since you checked ${it} out, so there is nothing to check in. ${stays} checked out.`,
    );
    return false;
}

/** What is said of the check-in, `''` where nobody asks for it; undefined when the person leaves. */
async function messageFor(targets: readonly RepositoryResource[], terms: CheckInTerms): Promise<string | undefined> {
    const isWanted = terms.asksForMessage || targets.some(({ session }) => session.settings.askForCheckInMessage);
    if (!isWanted) return '';
    const subject = describe(targets.map(({ path }) => path));
    return askForMessage({
        title: `Check In ${subject}${terms.keep ? ' and Keep Checked Out' : ''}`,
        prompt: 'Say what you did',
        audience: 'It is kept in the history.',
        placeHolder: 'Feed of operation 2 reduced',
    });
}

/** Saves the file if it is open with unsaved edits; false when it is to stay checked out. */
async function saved({ session, path }: RepositoryResource): Promise<boolean> {
    const file = session.file(path);
    if (file?.state !== 'heldByMe') return true; // The rule will say why it cannot be checked in.
    const uri = vscode.Uri.file(file.diskPath);
    if (!isUnsaved(uri)) return true;
    await vscode.workspace.save(uri);
    if (!isUnsaved(uri)) return true;
    const anyway = 'Check In Anyway';
    const answer = await vscode.window.showWarningMessage(
        `${plainLine(path)} has unsaved edits that could not be saved.`,
        {
            modal: true,
            detail: 'Checked in now, your edits stay in this window only, and somebody else may check the file out and change it.',
        },
        anyway,
    );
    return answer === anyway;
}
