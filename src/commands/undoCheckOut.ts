import * as vscode from 'vscode';
import type { Lock } from '../core/locks/lockEntry';
import { describeLoss } from '../core/revisions/loss';
import type { FileTimes } from '../core/disk/fileState';
import { CheckoutError } from '../core/base/errors';
import type { KeptVersion } from '../core/revisions/versionStore';
import { nameOf } from '../core/base/repositoryPath';
import { timesOf } from '../core/revisions/stagedContent';
import type { Outcome } from '../core/locks/rules';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import type { CommandContext } from './shared/commandContext';
import { keptVersion } from './shared/keptVersion';
import { confirmOtherComputer } from './shared/otherComputer';
import { describe, reportOutcomes } from './shared/reportOutcomes';
import { resolveTargets } from './shared/targets';
import { discardingEdits, unsavedDocument, type Replaced } from './shared/unsavedEdits';

/** Files that the question names; the others are counted. */
const FILES_NAMED = 12;
const NAME_LENGTH = 120;

/** A check-out that can be undone, as it was when the person was asked. */
interface Undoing extends Replaced {
    readonly lock: Lock;
    /** How the file is now; undefined when it is not there. */
    readonly seen: FileTimes | undefined;
    /** The version to go back to; undefined where nothing was changed. */
    readonly version: (KeptVersion & { readonly copy: string; readonly sha256: string }) | undefined;
}

/** Undo Check-Out…: shows what would be discarded, asks, and has the files put back and released. */
export async function undoCheckOut(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file whose check-out to undo',
        ({ state }) => state === 'heldByMe',
    );
    const undoings: Undoing[] = [];
    for (const session of new Set(targets.map((target) => target.session))) await session.lookNow();
    for (const target of targets) {
        const found = await look(context, target);
        if (typeof found === 'string') showMessage('warning', found);
        else undoings.push(found);
    }
    if (undoings.length === 0) return;
    const resources = undoings.map(({ resource }) => resource);
    const fromOtherComputer = await confirmOtherComputer(context, resources, 'Undo the check-out of');
    if (fromOtherComputer === undefined || !(await ask(undoings))) return;
    const outcomes: Outcome[] = [];
    const sessions = [...new Set(undoings.map(({ resource }) => resource.session))];
    try {
        for (const session of sessions) {
            const ofSession = undoings.filter(({ resource }) => resource.session === session);
            outcomes.push(...(await undo(context, session, ofSession, fromOtherComputer)));
        }
    } catch (error) {
        throw sessions.length === 1 ? error : stopped(error, outcomes.length, undoings.length);
    } finally {
        reportOutcomes('undo', outcomes, context.log);
    }
}

/** What is said of several repositories where one failed. */
function stopped(cause: unknown, before: number, all: number): unknown {
    if (!(cause instanceof CheckoutError)) return cause;
    const done = `${before === 0 ? 'None' : before} of the ${all} check-outs ${before < 2 ? 'was' : 'were'} undone before that`;
    const text = `${cause.message} ${done}; the others stay checked out.`;
    return new CheckoutError(cause.code, text, cause.path, { cause });
}

/** What an undo would do to a file, or why it cannot be done, as a sentence. */
async function look(context: CommandContext, resource: RepositoryResource): Promise<Undoing | string> {
    const { session, path } = resource;
    const file = session.file(path);
    if (file?.state !== 'heldByMe' || file.lock === undefined) {
        return `You have not checked out ${path}, so there is no check-out to undo.`;
    }
    const { diskPath } = file;
    const uri = vscode.Uri.file(diskPath);
    const document = unsavedDocument(diskPath);
    if (document === undefined && isUnsaved(uri)) {
        return `${path} has unsaved edits in an editor that shows no text. Save or revert them, and undo the check-out then.`;
    }
    const known = { resource, diskPath, lock: file.lock, document };
    const version = await keptVersion(context, resource);
    const seen = await timesOf(diskPath);
    if (seen !== undefined && (await context.versions.stateOf(resource)) === 'unchanged') {
        return { ...known, seen, version: undefined };
    }
    const { copy, sha256 } = version ?? {};
    if (version === undefined || copy === undefined || sha256 === undefined) {
        return `${describeLoss(path, version?.lost)} So it cannot be put back, and stays checked out. Put it back yourself, and check it in.`;
    }
    return { ...known, seen, version: { ...version, copy, sha256 } };
}

async function ask(undoings: readonly Undoing[]): Promise<boolean> {
    const yes = 'Undo Check-Out';
    const lines = firstLines(undoings, FILES_NAMED, sentence);
    const isLoss = undoings.some(({ version, document }) => version !== undefined || document !== undefined);
    const after = isLoss ? ['', 'They can be restored for 7 days, with “Restore Discarded Changes…”.'] : [];
    const answer = await vscode.window.showWarningMessage(
        `Undo the check-out of ${describe(undoings.map(({ resource }) => resource.path))}?`,
        { modal: true, detail: [...lines, ...after].join('\n') },
        yes,
    );
    return answer === yes;
}

/** What would become of a file. */
function sentence({ resource, seen, version, document }: Undoing): string {
    const name = plainLine(truncate(nameOf(resource.path), NAME_LENGTH));
    const unsaved = document === undefined ? '' : ' Your unsaved edits will be discarded.';
    if (version === undefined) {
        return document === undefined
            ? `${name}: no changes since check-out. It will be released.`
            : `${name}: no changes were saved since check-out.${unsaved}`;
    }
    if (seen === undefined) {
        return `${name} no longer exists. The checked-out version will be restored.${unsaved}`;
    }
    const saved = new Date(seen.mtimeMs).toLocaleString();
    return `${name}: your changes (saved ${saved}) will be discarded and the checked-out version restored.${unsaved}`;
}

/** Undoes check-outs of one repository, as one transaction. */
async function undo(
    context: CommandContext,
    session: RepositorySession,
    undoings: readonly Undoing[],
    fromOtherComputer: boolean,
): Promise<readonly Outcome[]> {
    const paths = undoings.map(({ resource }) => resource.path);
    return withProgress(`Undoing the check-out of ${describe(paths)}`, () =>
        discardingEdits(context, undoings, async () => {
            const requests = undoings.map(({ resource: { path }, lock, seen, version }) => {
                return { path, seen: lock, file: seen, content: version, fromOtherComputer };
            });
            const outcomes = await session.repository.undoAll(requests, context.versions.kept);
            context.versions.noteCheckIn(session, outcomes);
            return outcomes;
        }),
    );
}
