import { refusalFor, type Outcome } from '../../core/locks/rules';
import type { RepositorySession } from '../../model/repositorySession';
import { foldPath } from '../../core/base/repositoryPath';
import { waitingSentence } from '../../core/repository/arrivals';
import { checkOutOnceArrived } from '../../core/repository/checkOutOnceArrived';
import { withProgress } from '../../ui/progress';
import { reportRefusals, showMessage, type Action } from '../../ui/messages';
import type { RepositoryResource } from '../../model/repositories';
import { commandIds } from '../../commandIds';
import { askAboutArrivals, type ArrivalChoice, type LateFiles } from './arrivalQuestion';
import { askForMessage } from './askForMessage';
import type { CommandContext } from './commandContext';
import { withJobs } from './jobSets';
import { ASKED, goesOnAsFound } from './outsideQuestion';
import { describe, reportOutcomes } from './reportOutcomes';
import { byRepository } from './targets';
import { discardingEdits, unsavedDocument, type Replaced } from './unsavedEdits';
import { withOwnName } from './userName';

/** The third argument of the command Check Out… that leaves out the other files of the job. */
export const ALONE = 'alone';

/** What is not to be asked. */
interface CheckOutTerms {
    /** Whether to leave out the other files of their jobs. */
    readonly alone?: boolean;
    /** Whether the user has seen what was changed outside. */
    readonly isAsked?: boolean;
    /** Whether to ask for a message only where the shop requires one. */
    readonly atOnce?: boolean;
}

/**
 * Checks files out with one message for all. Files that cannot be checked out are refused before anything is asked.
 */
export async function checkOutFiles(
    context: CommandContext,
    wanted: readonly RepositoryResource[],
    { alone = false, isAsked = false, atOnce = false }: CheckOutTerms = {},
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
    const arrivals = await askAboutArrivals(chosen);
    if (arrivals === undefined) return;
    const again = [chosen[0], chosen, allOrNone ? undefined : ALONE, ASKED];
    if (!isAsked && !(await goesOnAsFound(context, chosen, again))) return;
    const isRequired = chosen.some(({ session }) => session.settings.requireMessage);
    const question = {
        kind: 'checkOut' as const,
        title: `Check Out ${describe(chosen.map(({ path }) => path))}`,
        question: 'What are you going to change?',
        audience: 'visible to everyone',
        without: 'Check out without a message',
        required: isRequired ? 'This shop requires a message for every check-out.' : undefined,
    };
    const message = atOnce && !isRequired ? '' : await askForMessage(question, context.recentMessages);
    if (message === undefined) return;
    let outcomes: readonly Outcome[] = allOrNone ? hopeless : [];
    for (const [session, paths] of byRepository(chosen)) {
        const done = await carryOut(context, session, paths, message, allOrNone, arrivals);
        context.versions.noteCheckOut(session, done);
        context.found.keep(session, done);
        outcomes = outcomes.concat(done);
    }
    reportOutcomes('checkOut', outcomes, context.log, allOrNone ? [withoutTheirJobs(targets)] : []);
}

/** Checks out the files of one repository, those whose newest content has not arrived as the user chose. */
async function carryOut(
    context: CommandContext,
    session: RepositorySession,
    paths: readonly string[],
    message: string,
    allOrNone: boolean,
    arrivals: ArrivalChoice,
): Promise<readonly Outcome[]> {
    const { repository } = session;
    const late = arrivals.late.get(session);
    const known = arrivals.known.get(session);
    const terms = { allOrNone, keepsBytes: true, ...(known && { known }) };
    const what = describe(paths);
    if (late === undefined || arrivals.way === 'asItIs') {
        return withProgress(`Checking out ${what}`, (signal) =>
            repository.checkOut(paths, message, { ...terms, signal, ...(late && { takesAsItIs: late }) }),
        );
    }
    if (arrivals.way === 'wait') {
        const outcomes = await withProgress(waitingTitle(paths, late), (signal) =>
            checkOutOnceArrived(repository, paths, message, { ...terms, signal }),
        );
        const done = outcomes.filter(({ refusal }) => refusal === undefined);
        // Nobody looks at the status bar all the time.
        if (done.length > 0) {
            const [has, is] = done.length === 1 ? ['has', 'is'] : ['have', 'are'];
            const files = describe(done.map(({ path }) => path));
            showMessage('info', `${files} ${has} arrived, and ${is} checked out by you now.`);
        }
        return outcomes;
    }
    const files = paths.map((path): Replaced => {
        const diskPath = session.uriOf(path).fsPath;
        const document = late.has(foldPath(path)) ? unsavedDocument(diskPath) : undefined;
        return { resource: { session, path }, diskPath, document };
    });
    const fetching = { ...terms, whenNotArrived: 'fetch', versions: context.versions.kept } as const;
    return withProgress(`Checking out ${what}`, (signal) =>
        discardingEdits(context, files, () => repository.checkOut(paths, message, { ...fetching, signal })),
    );
}

function waitingTitle(paths: readonly string[], late: LateFiles): string {
    if (late.size === 1) return waitingSentence(paths, late);
    return `Waiting until the newest contents of ${late.size} files have arrived here. None is checked out until then.`;
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
