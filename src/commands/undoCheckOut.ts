import * as vscode from 'vscode';
import { CheckoutError, describeError } from '../core/base/errors';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import type { Outcome } from '../core/locks/rules';
import type { DiscardRequest } from '../core/repository/discard';
import { timesOf } from '../core/revisions/contentStore';
import type { RepositoryResource } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import { showMessage } from '../ui/messages';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { firstLines } from '../ui/textSafety';
import type { CommandContext } from './shared/commandContext';
import { keptVersion } from './shared/keptVersion';
import { describe, reportOutcomes } from './shared/reportOutcomes';
import { resolveTargets } from './shared/targets';

/** Files that the question names; the others are counted. */
const FILES_NAMED = 12;
const NAME_LENGTH = 120;

/** A check-out that can be undone, as the user is shown it. */
interface Undoing {
    readonly resource: RepositoryResource;
    readonly request: DiscardRequest;
    /** The document with unsaved edits. */
    readonly document: vscode.TextDocument | undefined;
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
    if (undoings.length === 0 || !(await ask(undoings))) return;
    const outcomes: Outcome[] = [];
    try {
        for (const session of new Set(undoings.map(({ resource }) => resource.session))) {
            const here = undoings.filter(({ resource }) => resource.session === session);
            outcomes.push(...(await undo(context, session, here)));
        }
    } finally {
        reportOutcomes('undo', outcomes, context.log);
    }
}

/** What an undo would do to a file, or why it cannot be done, as a sentence. */
async function look(context: CommandContext, resource: RepositoryResource): Promise<Undoing | string> {
    const { session, path } = resource;
    const file = session.file(path);
    if (file?.state !== 'heldByMe' || file.lock === undefined) {
        return `You have not checked out ${path}, so there is no check-out to undo.`;
    }
    const { diskPath, lock } = file;
    const uri = vscode.Uri.file(diskPath);
    const document = vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
    if (document === undefined && isUnsaved(uri)) {
        return `${path} has unsaved edits in an editor that does not show text. Save or revert them before you undo the check-out.`;
    }
    const version = await keptVersion(context, resource);
    const seen = await timesOf(diskPath);
    if (seen !== undefined && (await context.versions.stateOf(resource)) === 'unchanged') {
        return { resource, document, request: { path, lock, seen, content: undefined } };
    }
    const { copy, sha256 } = version ?? {};
    if (version === undefined || copy === undefined || sha256 === undefined) {
        return `${path} cannot be put back as it was, because this computer has no copy of it as checked out. It stays checked out. Put it back yourself, and check it in.`;
    }
    return { resource, document, request: { path, lock, seen, content: { ...version, copy, sha256 } } };
}

async function ask(undoings: readonly Undoing[]): Promise<boolean> {
    const yes = 'Undo Check-Out';
    const lines = firstLines(undoings, FILES_NAMED, sentence);
    const isLoss = undoings.some(({ request, document }) => request.content !== undefined || document !== undefined);
    const after = isLoss
        ? ['', 'Discarded changes can be restored for 7 days, with “Restore Discarded Changes…”.']
        : [];
    const answer = await vscode.window.showWarningMessage(
        `Undo the check-out of ${describe(undoings.map(({ resource }) => resource.path))}?`,
        { modal: true, detail: [...lines, ...after].join('\n') },
        yes,
    );
    return answer === yes;
}

/** What would become of a file. */
function sentence({ resource, request: { seen, content }, document }: Undoing): string {
    const name = plainLine(truncate(nameOf(resource.path), NAME_LENGTH));
    const unsaved = document === undefined ? '' : ' Your unsaved edits will be discarded.';
    if (content === undefined) {
        return document === undefined
            ? `${name}: No changes since check-out. It will be released.`
            : `${name}: No saved changes since check-out.${unsaved}`;
    }
    if (seen === undefined) return `${name} no longer exists. The checked-out version will be restored.${unsaved}`;
    const saved = new Date(seen.mtimeMs).toLocaleString();
    return `${name}: Your changes (saved ${saved}) will be discarded and the checked-out version restored.${unsaved}`;
}

async function undo(
    context: CommandContext,
    session: RepositorySession,
    undoings: readonly Undoing[],
): Promise<readonly Outcome[]> {
    const requests = undoings.map(({ request }) => request);
    const title = `Undoing the check-out of ${describe(requests.map(({ path }) => path))}`;
    const outcomes = await withProgress(title, async (signal) => {
        const edits = await discardEdits(context, undoings);
        let done: readonly Outcome[] = [];
        try {
            done = await session.repository.undo(requests, context.versions.store, { signal });
            return done;
        } finally {
            for (const [index, edit] of edits.entries()) {
                if (edit === undefined) continue;
                const outcome = done[index];
                if (outcome === undefined || outcome.refusal !== undefined) await giveBack(edit);
                else await revert(edit.document);
            }
        }
    });
    context.versions.noteCheckIn(session, outcomes);
    return outcomes;
}

/** Unsaved edits that were discarded, and can be given back to their editor. */
interface DiscardedEdits {
    readonly document: vscode.TextDocument;
    readonly text: string;
}

/**
 * Keeps the unsaved edits of each file, and then discards them. First of all: an editor that still has them could save them
 * over the file that was put back.
 * @throws CheckoutError when edits cannot be kept, and then nothing was changed
 */
async function discardEdits(
    { versions }: CommandContext,
    undoings: readonly Undoing[],
): Promise<(DiscardedEdits | undefined)[]> {
    const edits = undoings.map(({ document }) => document && { document, text: document.getText() });
    for (const [index, { resource }] of undoings.entries()) {
        const edit = edits[index];
        if (edit === undefined) continue;
        const { encoding } = edit.document;
        try {
            await versions.keepUnsaved(resource, await vscode.workspace.encode(edit.text, { encoding }));
        } catch (error) {
            const text = `${resource.path} was not changed, because your unsaved edits could not be kept: ${describeError(error)}.`;
            throw new CheckoutError('fileNotRestored', text, resource.path, { cause: error });
        }
    }
    for (const edit of edits) if (edit !== undefined) await revert(edit.document);
    return edits;
}

/** Has the editor show what is on disk. */
async function revert(document: vscode.TextDocument): Promise<void> {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
}

async function giveBack({ document, text }: DiscardedEdits): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    const { uri } = document;
    const now = await vscode.workspace.openTextDocument(uri);
    edit.replace(uri, new vscode.Range(now.positionAt(0), now.positionAt(now.getText().length)), text);
    await vscode.workspace.applyEdit(edit);
}
