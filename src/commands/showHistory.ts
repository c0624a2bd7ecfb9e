import * as vscode from 'vscode';
import { FOCUS_HISTORY_VIEW } from '../commandIds';
import { isRepositoryResource } from '../model/repositories';
import type { CommandContext } from './shared/commandContext';
import { pickRepository } from './shared/pickRepository';
import { resolveTargets } from './shared/targets';

/** Show History: shows the revisions of a file, and all that happened to it, in the History view. */
export async function showHistory({ repositories, history }: CommandContext, ...args: unknown[]): Promise<void> {
    const [row] = args; // One history at a time, however many files are selected.
    const question = 'Select the file whose history to show';
    // A file that is gone has one, too.
    const [target] = isRepositoryResource(row)
        ? [row]
        : await resolveTargets(repositories, [row], question, () => true);
    if (target === undefined) return;
    await focusView();
    history.filter = '';
    history.subject.showFile(target);
}

/** Show Repository History: shows what happened to all files, by day, in the History view. */
export async function showRepositoryHistory(
    { repositories, history }: CommandContext,
    ...args: unknown[]
): Promise<void> {
    const session = await pickRepository(repositories, args, 'Select the repository whose history to show');
    if (session === undefined) return;
    await focusView();
    history.filter = '';
    history.subject.showRepository(session);
}

/** Before the rows are there: a focus that comes later closes the menu that somebody opened on one of them. */
async function focusView(): Promise<void> {
    await vscode.commands.executeCommand(FOCUS_HISTORY_VIEW);
}
