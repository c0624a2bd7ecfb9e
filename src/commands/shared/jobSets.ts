import * as vscode from 'vscode';
import { listed } from '../../core/base/sentences';
import { sameJob } from '../../core/programs/jobs';
import { foldCase, folderOf, foldPath, nameOf, pathIn } from '../../core/base/repositoryPath';
import { truncate } from '../../core/base/truncate';
import { withoutIcons } from '../../ui/textSafety';
import { plainLine, plainName } from '../../core/base/plainText';
import type { FileState } from '../../core/repository/snapshot';
import type { RepositorySession } from '../../model/repositorySession';
import type { RepositoryResource } from '../../model/repositories';
import { showInStatusBar } from '../../ui/messages';
import { byRepository } from './targets';

/** The files that a command applies to, and whether to all of them or none. */
export interface JobChoice {
    readonly targets: readonly RepositoryResource[];
    readonly allOrNone: boolean;
}

/** The other files of a job: those that can be included, and those that someone else holds. */
interface Mates {
    readonly job: string;
    readonly available: readonly RepositoryResource[];
    readonly held: readonly RepositoryResource[];
}

const NAMES_SHOWN = 6;
const NAME_LENGTH = 60;

/**
 * Includes the other files of the jobs as the setting says: all, none, or as the user answers.
 * @returns undefined when the user cancels
 */
export async function withJobs(
    targets: readonly RepositoryResource[],
    verb: 'check out' | 'check in',
): Promise<JobChoice | undefined> {
    const find = verb === 'check out' ? matesToCheckOut : matesToCheckIn;
    const groups = byRepository(targets).map(([session, paths]) => ({
        ask: session.settings.jobSets === 'ask',
        mates: session.settings.jobSets === 'never' ? [] : find(session, paths),
    }));
    const always = groups.filter(({ ask }) => !ask).flatMap(({ mates }) => mates);
    const offered = groups.filter(({ ask }) => ask).flatMap(({ mates }) => mates);
    const certain = [...targets, ...always.flatMap(({ available, held }) => [...available, ...held])];
    const optional = offered.flatMap(({ available }) => available);
    if (optional.length === 0) return { targets: certain, allOrNone: certain.length > targets.length };
    const answer = await ask(certain, optional, offered, verb);
    if (answer === undefined) return undefined;
    if (answer === 'always' || answer === 'never') await remember(answer);
    const chosen = answer === 'all' || answer === 'always' ? [...certain, ...optional] : certain;
    return { targets: chosen, allOrNone: chosen.length > targets.length };
}

/** A check-out includes the files that are available; those that someone else holds are in the way. */
function matesToCheckOut(session: RepositorySession, paths: readonly string[]): Mates[] {
    const { snapshot } = session.repository;
    return jobsOf(session, paths).map(({ job, folder }) => {
        const listing = snapshot.folder(folder)?.listing;
        const names =
            listing === undefined ? [] : (session.jobs.jobsIn(listing.files).byName.get(foldCase(job))?.files ?? []);
        const mates = without(
            paths,
            names.map((name) => pathIn(folder, name)),
        );
        const inState = (state: FileState): RepositoryResource[] =>
            mates.filter((path) => snapshot.file(path)?.state === state).map((path) => ({ session, path }));
        return { job, available: inState('available'), held: inState('heldByOthers') };
    });
}

/** A check-in includes the files that the user holds, even if a file is missing. */
function matesToCheckIn(session: RepositorySession, paths: readonly string[]): Mates[] {
    const mine = session.repository.snapshot.heldByMe().map(({ path }) => path);
    return jobsOf(session, paths).map(({ job, folder }) => {
        const ofJob = mine.filter((path) => foldPath(folderOf(path)) === foldPath(folder));
        const mates = without(paths, ofJob).filter((path) => sameJob(session.jobs.jobOf(path) ?? '', job));
        return { job, available: mates.map((path) => ({ session, path })), held: [] };
    });
}

function jobsOf(session: RepositorySession, paths: readonly string[]): { job: string; folder: string }[] {
    const jobs = new Map<string, { job: string; folder: string }>();
    for (const path of paths) {
        const job = session.jobs.jobOf(path);
        const folder = folderOf(path);
        if (job !== undefined) jobs.set(`${foldPath(folder)}/${foldCase(job)}`, { job, folder });
    }
    return [...jobs.values()];
}

function without(paths: readonly string[], others: readonly string[]): string[] {
    const known = new Set(paths.map(foldPath));
    return others.filter((path) => !known.has(foldPath(path)));
}

async function ask(
    targets: readonly RepositoryResource[],
    mates: readonly RepositoryResource[],
    jobs: readonly Mates[],
    verb: 'check out' | 'check in',
): Promise<'alone' | 'all' | 'always' | 'never' | undefined> {
    const concerned = jobs.filter(({ available }) => available.length > 0);
    const [first] = concerned;
    const [which, rest] =
        concerned.length === 1 && first !== undefined
            ? [`Job ${shown(first.job)}`, `job ${shown(first.job)}`]
            : [`${concerned.length} Jobs`, `${concerned.length} jobs`];
    const held = concerned.flatMap((job) => job.held);
    const isOne = targets.length === 1;
    const subject = isOne ? nameShown(targets[0]!) : `${targets.length} Files`;
    const alone = {
        label: isOne ? `${subject} Only` : `These ${subject} Only`,
        iconPath: new vscode.ThemeIcon('file'),
        answer: 'alone' as const,
    };
    const count = 1 + mates.length;
    const quantity = count === 2 ? 'Both' : `All ${count}`;
    const kind = held.length > 0 ? 'Available Files' : 'Files';
    const whole = `${quantity} ${kind} of ${which}${verb === 'check in' ? ' That You Hold' : ''}`;
    const all = {
        label: isOne ? whole : `These ${subject} and ${mates.length} More of ${which}`,
        description: held.length === 0 ? '' : heldBy(held),
        detail: names([...targets, ...mates]),
        iconPath: new vscode.ThemeIcon('files'),
        answer: 'all' as const,
    };
    const separator = { label: 'Do not ask again', kind: vscode.QuickPickItemKind.Separator, answer: 'alone' as const };
    const always = {
        label: 'Always the Whole Job',
        iconPath: new vscode.ThemeIcon('check-all'),
        answer: 'always' as const,
    };
    const never = {
        label: 'Never: Only the Files That I Choose',
        iconPath: new vscode.ThemeIcon('circle-slash'),
        answer: 'never' as const,
    };
    const picked = await vscode.window.showQuickPick([alone, all, separator, always, never], {
        title: `${verb === 'check out' ? 'Check Out' : 'Check In'} ${subject}`,
        placeHolder: `${verb === 'check out' ? 'Check out' : 'Check in'} the rest of ${rest}, too?`,
    });
    return picked?.answer;
}

/** Puts an answer into the user's settings, for all repositories. */
async function remember(answer: 'always' | 'never'): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('cncCheckout');
    await configuration.update('jobSets', answer, vscode.ConfigurationTarget.Global);
    showInStatusBar(`The setting cncCheckout.jobSets is "${answer}" now`);
}

function heldBy(held: readonly RepositoryResource[]): string {
    return held
        .slice(0, NAMES_SHOWN)
        .map((mate) => {
            const user = mate.session.file(mate.path)?.lock?.user;
            const by = user === undefined ? '; by whom cannot be read' : ` by ${shown(plainName(user))}`;
            return `${nameShown(mate)} is checked out${by}`;
        })
        .join(', ');
}

function names(files: readonly RepositoryResource[]): string {
    return listed(files, NAMES_SHOWN, nameShown);
}

function nameShown({ path }: RepositoryResource): string {
    return shown(nameOf(path));
}

function shown(text: string): string {
    return withoutIcons(plainLine(truncate(text, NAME_LENGTH)));
}
