import * as vscode from 'vscode';
import type { Outcome } from '../core/rules';
import { plainLine, withoutIcons } from '../host/lockText';
import { isUnsaved } from '../host/openEditors';
import { withProgress } from '../host/progress';
import { reportRefusals } from '../host/reporting';
import type { RepositoryResource } from '../host/repositories';
import { describe, STATUS_TIME } from './checkOut';
import type { CommandContext } from './commandContext';
import { askToRelease, heldStates } from './fileStates';
import { withJobs } from './jobSets';
import { byRepository, resolveTargets } from './targets';

/** Check In: saves what is open and unsaved, then checks in every file that it was called for. */
export async function checkIn(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file to check in',
        ({ state }) => state === 'heldByMe',
    );
    await checkInWithJobs(context, targets);
}

/** Checks files in, and of their jobs what goes along. */
export async function checkInWithJobs(context: CommandContext, targets: readonly RepositoryResource[]): Promise<void> {
    const choice = await withJobs(targets, 'check in');
    if (choice !== undefined) await checkInFiles(context, choice.targets, choice);
}

/** How a check-in of several files is meant, and what the person was asked already. */
interface CheckInTerms {
    readonly allOrNone?: boolean;
    /** Whether the person saw what became of the files. */
    readonly isAsked?: boolean;
}

/**
 * Checks files in. Where nothing was changed in any of them, the person is told so and asked; one whose unsaved edits could
 * not be saved is checked in only if the person says so.
 */
export async function checkInFiles(
    context: CommandContext,
    targets: readonly RepositoryResource[],
    { allOrNone = false, isAsked = false }: CheckInTerms = {},
): Promise<void> {
    if (targets.length === 0) return;
    if (!isAsked && (await heldStates(context, targets)).every((state) => state === 'unchanged')) {
        const subject = describe(targets.map(({ path }) => path));
        if (!(await askToRelease(withoutIcons(subject), targets.length))) return;
    }
    const ready: RepositoryResource[] = [];
    for (const target of targets) {
        if (await saved(target)) ready.push(target);
        else if (allOrNone) return;
    }
    let outcomes: readonly Outcome[] = [];
    for (const [opened, paths] of byRepository(ready)) {
        const title = `Checking in ${describe(paths)}`;
        const work = (signal: AbortSignal): Promise<readonly Outcome[]> =>
            opened.repository.checkIn(paths, { signal, allOrNone });
        const done = await withProgress(title, work);
        context.modifiedFiles.noteCheckIn(opened, done);
        outcomes = outcomes.concat(done);
    }
    const done = outcomes.filter(({ refusal }) => refusal === undefined).map(({ path }) => path);
    if (done.length > 0) vscode.window.setStatusBarMessage(withoutIcons(`Checked in ${describe(done)}`), STATUS_TIME);
    reportRefusals(outcomes, context.log);
}

/** Saves the file if it is open with unsaved edits; false when it is to stay checked out. */
async function saved({ opened, path }: RepositoryResource): Promise<boolean> {
    const file = opened.file(path);
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
