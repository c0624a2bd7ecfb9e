import { refusalFor, type Outcome } from '../../core/locks/rules';
import type { RepositorySession } from '../../model/repositorySession';
import { withProgress } from '../../ui/progress';
import { reportRefusals, type Action } from '../../ui/messages';
import type { RepositoryResource } from '../../model/repositories';
import { commandIds } from '../../commandIds';
import { askForMessage } from './askForMessage';
import type { CommandContext } from './commandContext';
import { withJobs } from './jobSets';
import { ASKED, goesOnAsFound } from './outsideQuestion';
import { describe, reportOutcomes } from './reportOutcomes';
import { byRepository } from './targets';
import { withOwnName } from './userName';

/** The third argument of the command Check Out… that leaves out the other files of the job. */
export const ALONE = 'alone';

/**
 * Checks files out with one message for all. Files that cannot be checked out are refused before anything is asked.
 * @param terms whether to leave out the other files of their jobs (`alone`), and whether the user has seen what was changed
 * outside (`isAsked`)
 */
export async function checkOutFiles(
    context: CommandContext,
    wanted: readonly RepositoryResource[],
    { alone = false, isAsked = false }: { readonly alone?: boolean; readonly isAsked?: boolean } = {},
): Promise<void> {
    const targets = await withOwnName(context, wanted);
    if (targets === undefined) return;
    const groups = byRepository(targets);
    if (groups.length === 0) return;
    const { hopeless, hopeful } = await lookBefore(groups);
    if (hopeless.length === targets.length) return reportRefusals('checked out', hopeless, context.log);
    const choice = alone ? { targets, allOrNone: false } : await withJobs(hopeful, 'check out');
    if (choice === undefined) return;
    const { allOrNone } = choice;
    const chosen = allOrNone ? choice.targets : targets;
    const again = [chosen[0], chosen, allOrNone ? undefined : ALONE, ASKED];
    if (!isAsked && !(await goesOnAsFound(context, chosen, again))) return;
    const message = await askForMessage({
        title: `Check Out ${describe(chosen.map(({ path }) => path))}`,
        question: 'What are you going to change?',
        audience: 'visible to everyone',
        placeHolder: 'Working on revisions',
        required: chosen.some(({ session }) => session.settings.requireMessage)
            ? 'This shop requires a message for every check-out.'
            : undefined,
    });
    if (message === undefined) return;
    let outcomes: readonly Outcome[] = allOrNone ? hopeless : [];
    for (const [session, paths] of byRepository(chosen)) {
        const title = `Checking out ${describe(paths)}`;
        const work = (signal: AbortSignal): Promise<readonly Outcome[]> =>
            session.repository.checkOut(paths, message, { signal, allOrNone, keepsBytes: true });
        const done = await withProgress(title, work);
        context.versions.noteCheckOut(session, done);
        context.found.keep(session, done);
        outcomes = outcomes.concat(done);
    }
    reportOutcomes('checkOut', outcomes, context.log, allOrNone ? [withoutTheirJobs(targets)] : []);
}

/** The button for when a job could not be checked out as a whole. */
function withoutTheirJobs(targets: readonly RepositoryResource[]): Action {
    const title = `Check Out ${targets.length === 1 ? describe(targets.map(({ path }) => path)) : 'These'} Only`;
    return { title, command: commandIds.checkOut, arguments: [targets[0], targets, ALONE] };
}

/** Divides files, by the locks as they are now, into those that are refused for certain and those that may be available. */
async function lookBefore(
    groups: readonly [RepositorySession, string[]][],
): Promise<{ hopeless: Outcome[]; hopeful: RepositoryResource[] }> {
    const now = Date.now();
    const hopeless: Outcome[] = [];
    const hopeful: RepositoryResource[] = [];
    for (const [session, paths] of groups) {
        const { repository, settings } = session;
        await session.lookNow();
        for (const path of paths) {
            const refusal = refusalFor(
                repository.snapshot.table,
                { path, present: true },
                settings,
                settings.extensions,
                now,
            );
            if (refusal === undefined) hopeful.push({ session, path });
            else hopeless.push({ path, refusal });
        }
    }
    return { hopeless, hopeful };
}
