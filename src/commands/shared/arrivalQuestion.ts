import * as vscode from 'vscode';
import { plainLine } from '../../core/base/plainText';
import { foldPath, nameOf } from '../../core/base/repositoryPath';
import { lateRevision, whatIsHere, type NotArrived } from '../../core/repository/arrivals';
import type { ReadContent } from '../../core/repository/compareRevision';
import type { RepositoryResource } from '../../model/repositories';
import type { RepositorySession } from '../../model/repositorySession';
import { CommandFailure } from '../../ui/messages';
import { isUnsaved } from '../../ui/openEditors';
import { withProgress } from '../../ui/progress';
import { firstLines } from '../../ui/textSafety';
import { describe } from './reportOutcomes';
import { byRepository } from './targets';
import { unsavedDocument } from './unsavedEdits';

/** Files whose newest content has not arrived at this site, by folded paths. */
export type LateFiles = ReadonlyMap<string, NotArrived>;

/** How files are to be checked out whose newest content has not arrived; `asUsual` where it has. */
export interface ArrivalChoice {
    readonly way: 'asUsual' | 'wait' | 'fetch' | 'asItIs';
    readonly late: ReadonlyMap<RepositorySession, LateFiles>;
    /** What was read of the files, by folded paths. */
    readonly known: ReadonlyMap<RepositorySession, Map<string, ReadContent>>;
}

/** A file whose newest content has not arrived here. */
interface LateFile extends RepositoryResource, NotArrived {}

/** Where the newest content of a file can be fetched from; otherwise a sentence says where it is. */
type Source = { readonly at: 'server' | 'here' } | { readonly at: 'elsewhere'; readonly sentence: string };

const FILES_NAMED = 10;
const wait = 'Wait';
const fetchFromServer = 'Fetch from Lock Server';
const fetchFromHere = 'Fetch from Revisions';
const asItIs = 'Check Out As It Is';

/**
 * Says which of the files that are about to be checked out have a newest content that has not arrived at this site, and asks
 * what to do.
 * @returns undefined when the user cancels
 * @throws CheckoutError
 */
export async function askAboutArrivals(files: readonly RepositoryResource[]): Promise<ArrivalChoice | undefined> {
    const late = new Map<RepositorySession, LateFiles>();
    const known = new Map<RepositorySession, Map<string, ReadContent>>();
    const all: LateFile[] = [];
    for (const [session, paths] of byRepository(files)) {
        if (!session.repository.revisions.hasSites) continue;
        const read = new Map<string, ReadContent>();
        known.set(session, read);
        const found = await look(session, paths, read);
        if (found.size === 0) continue;
        late.set(session, found);
        for (const path of paths) {
            const one = found.get(foldPath(path));
            if (one !== undefined) all.push({ session, path, ...one });
        }
    }
    if (all.length === 0) return { way: 'asUsual', late, known };
    const way = await ask(all, files.length);
    if (way === 'fetch') requireText(all);
    return way && { way, late, known };
}

/** What is checked out already is not asked about. */
async function look(
    session: RepositorySession,
    paths: readonly string[],
    read: Map<string, ReadContent>,
): Promise<LateFiles> {
    const free = paths.filter((path) => session.repository.snapshot.table.find(path) === undefined);
    return withProgress(`Looking whether the newest content of ${describe(free)} has arrived`, (signal) =>
        session.repository.notArrived(free, read, { signal }),
    );
}

async function ask(late: readonly LateFile[], count: number): Promise<ArrivalChoice['way'] | undefined> {
    const [first, ...others] = late;
    const isOne = others.length === 0;
    const sources = await sourcesOf(late);
    const isThere = late.every(({ older }) => older !== undefined);
    const isFetchable = sources.every(({ at }) => at !== 'elsewhere');
    const fetch = sources.some(({ at }) => at === 'server') ? fetchFromServer : fetchFromHere;
    const name = plainLine(nameOf(first!.path));
    const question = isOne
        ? `The newest content of ${name} has not arrived at this site yet.`
        : `The newest contents of ${late.length} of ${count} files have not arrived at this site yet.`;
    const which = isOne
        ? [`It is ${lateRevision(first!)}. ${whatIsHere(first!)}`]
        : firstLines(
              late,
              FILES_NAMED,
              (one) => `${plainLine(nameOf(one.path))}: ${lateRevision(one)}. ${whatIsHere(one)}`,
          );
    const where = sources.flatMap((source, at) =>
        source.at === 'elsewhere' ? [`${plainLine(nameOf(late[at]!.path))} cannot be fetched. ${source.sentence}`] : [],
    );
    const them = count === 1 ? 'it' : count === 2 ? 'both files' : `all ${count} files`;
    const edited = late.filter(({ session, path }) => unsavedDocument(session.uriOf(path).fsPath) !== undefined);
    const detail = [
        ...which,
        ...where.slice(0, FILES_NAMED),
        '',
        `${wait}: check ${them} out as soon as ${isOne ? 'it has' : 'all have'} arrived.`,
        ...(isFetchable ? [fetchLine(fetch, isOne, isThere, edited)] : []),
        ...(isThere
            ? [`${asItIs}: go on from what is here. What was changed since will be missing from your check-in.`]
            : []),
    ];
    const buttons = [wait, ...(isFetchable ? [fetch] : []), ...(isThere ? [asItIs] : [])];
    const answer = await vscode.window.showWarningMessage(
        question,
        { modal: true, detail: detail.join('\n') },
        ...buttons,
    );
    if (answer === undefined) return undefined;
    return answer === wait ? 'wait' : answer === asItIs ? 'asItIs' : 'fetch';
}

function fetchLine(title: string, isOne: boolean, isThere: boolean, edited: readonly LateFile[]): string {
    const [it, is] = isOne ? ['it', 'is'] : ['them', 'are'];
    const replaced = isThere ? ` What is here now can be restored for 7 days, with “Restore Discarded Changes…”.` : '';
    const unsaved = edited.length === 0 ? '' : ' Your unsaved edits will be discarded.';
    return `${title}: check ${it} out as ${isOne ? 'it' : 'they'} ${is} in the newest check-in.${replaced}${unsaved}`;
}

async function sourcesOf(late: readonly LateFile[]): Promise<readonly Source[]> {
    return Promise.all(
        late.map(async ({ session, latest }): Promise<Source> => {
            const { contents } = session.repository.revisions;
            const [place] = await contents.whereabouts([latest]);
            if (place === 'here' || place === 'server') return { at: place };
            return { at: 'elsewhere', sentence: await contents.elsewhere(latest.keptAs, latest.number) };
        }),
    );
}

/** @throws CommandFailure for a file whose unsaved edits nobody could keep */
function requireText(late: readonly LateFile[]): void {
    for (const { session, path } of late) {
        const uri = session.uriOf(path);
        if (unsavedDocument(uri.fsPath) !== undefined || !isUnsaved(uri)) continue;
        throw new CommandFailure(
            `${path} has unsaved edits in an editor that shows no text. Save or revert them, and check it out then.`,
        );
    }
}
