import * as vscode from 'vscode';
import { nameOf } from '../core/repositoryPath';
import { checkOut as checkOutRule, LONGEST_MESSAGE, type Outcome } from '../core/rules';
import { newLock } from '../core/lockTable';
import { plainLine, withoutIcons } from '../host/lockText';
import type { OpenRepository } from '../host/openRepository';
import { withProgress } from '../host/progress';
import { reportRefusals } from '../host/reporting';
import type { RepositoryResource } from '../host/repositories';
import type { CommandContext } from './commandContext';
import { byRepository, resolveTargets } from './targets';

/** How long a line in the status bar stays, in milliseconds. */
export const STATUS_TIME = 4000;

/** Check Out…: asks for a message, then checks out every file that it was called for. */
export async function checkOut(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { repositories } = context;
    const targets = await resolveTargets(
        repositories,
        args,
        'Choose the file to check out',
        ({ state }) => state === 'available',
    );
    await checkOutFiles(context, targets);
}

/** Checks files out with one message for all. What cannot be checked out is refused before anything is asked. */
export async function checkOutFiles(context: CommandContext, targets: readonly RepositoryResource[]): Promise<void> {
    const groups = byRepository(targets);
    if (groups.length === 0) return;
    const hopeless = await refusedNow(groups);
    if (hopeless.length === targets.length) return reportRefusals(hopeless, context.log);
    const message = await askForMessage(targets);
    if (message === undefined) return;
    let outcomes: readonly Outcome[] = [];
    for (const [opened, paths] of groups) {
        const title = `Checking out ${describe(paths)}`;
        outcomes = outcomes.concat(
            await withProgress(title, (signal) => opened.repository.checkOut(paths, message, { signal })),
        );
    }
    const done = outcomes.filter(({ refusal }) => refusal === undefined).map(({ path }) => path);
    if (done.length > 0) vscode.window.setStatusBarMessage(withoutIcons(`Checked out ${describe(done)}`), STATUS_TIME);
    reportRefusals(outcomes, context.log);
}

/** "4801247.vnc", or "3 files". */
export function describe(paths: readonly string[]): string {
    return paths.length === 1 ? plainLine(nameOf(paths[0] ?? '')) : `${paths.length} files`;
}

/** The refusals that are certain already, from the locks as they are now. */
async function refusedNow(groups: readonly [OpenRepository, string[]][]): Promise<Outcome[]> {
    const now = new Date();
    let outcomes: readonly Outcome[] = [];
    for (const [opened, paths] of groups) {
        const { repository, settings } = opened;
        await opened.lookNow();
        const lock = newLock(settings.user, settings.host, '', now);
        const requests = paths.map((path) => ({ path, present: true }));
        const table = repository.snapshot.table;
        outcomes = outcomes.concat(checkOutRule(table, requests, lock, settings.extensions, now.getTime()).outcomes);
    }
    return outcomes.filter(({ refusal }) => refusal !== undefined);
}

async function askForMessage(targets: readonly RepositoryResource[]): Promise<string | undefined> {
    const required = targets.some(({ opened }) => opened.settings.requireMessage);
    const message = await vscode.window.showInputBox({
        title: `Check Out ${describe(targets.map(({ path }) => path))}`,
        prompt: `Say what you are going to do${required ? '' : ' (may be left empty)'}. Everybody sees it.`,
        placeHolder: 'Working on revisions',
        // A look into another window must not cost what was typed.
        ignoreFocusOut: true,
        validateInput: (text) => {
            if (text.length > LONGEST_MESSAGE) return `The message is longer than ${LONGEST_MESSAGE} characters.`;
            if (required && text.trim() === '') return 'This shop asks for a message with every check-out.';
            return undefined;
        },
    });
    return message?.trim();
}
