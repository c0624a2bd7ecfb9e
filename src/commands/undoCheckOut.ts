import * as vscode from 'vscode';
import type { FileTimes } from '../core/revisions/contentStore';
import { CheckoutError, describeError } from '../core/base/errors';
import type { KeptVersion } from '../core/revisions/versionStore';
import { nameOf } from '../core/base/repositoryPath';
import { restoreContent, timesOf } from '../core/revisions/restoreContent';
import type { Outcome } from '../core/locks/rules';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import type { CommandContext } from './shared/commandContext';
import { keptVersion } from './shared/keptVersion';
import { describe, reportOutcomes } from './shared/reportOutcomes';
import { resolveTargets } from './shared/targets';

/** Files that the question names; the others are counted. */
const FILES_NAMED = 12;
const NAME_LENGTH = 120;

/** A check-out that can be undone, as it was when the person was asked. */
interface Undoing {
    readonly resource: RepositoryResource;
    readonly diskPath: string;
    /** The time in the lock. */
    readonly timestamp: string;
    /** How the file is now; undefined when it is not there. */
    readonly seen: FileTimes | undefined;
    /** The version to go back to; undefined where nothing was changed. */
    readonly version: (KeptVersion & { readonly copy: string; readonly sha256: string }) | undefined;
    readonly document: vscode.TextDocument | undefined;
}

/** Undo Check-Out…: shows what would be thrown away, asks, puts the files back as they were, and releases them. */
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
        for (const undoing of undoings) outcomes.push(...(await undo(context, undoing)));
    } catch (error) {
        throw undoings.length === 1 ? error : stopped(error, outcomes.length, undoings.length);
    } finally {
        reportOutcomes('undo', outcomes, context.log);
    }
}

/** What is said of several where one could not be undone. */
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
    const document = vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
    if (document === undefined && isUnsaved(uri)) {
        return `${path} has unsaved edits in an editor that shows no text. Save or revert them, and undo the check-out then.`;
    }
    const known = { resource, diskPath, timestamp: file.lock.timestamp, document };
    const version = await keptVersion(context, resource);
    const seen = await timesOf(diskPath);
    if (seen !== undefined && (await context.versions.stateOf(resource)) === 'unchanged') {
        return { ...known, seen, version: undefined };
    }
    const { copy, sha256 } = version ?? {};
    if (version === undefined || copy === undefined || sha256 === undefined) {
        return `${path} cannot be put back as it was, because no copy of it as checked out is on this computer. It stays checked out. Put it back yourself, and check it in.`;
    }
    return { ...known, seen, version: { ...version, copy, sha256 } };
}

async function ask(undoings: readonly Undoing[]): Promise<boolean> {
    const yes = 'Undo Check-Out';
    const lines = firstLines(undoings, FILES_NAMED, sentence);
    const isLoss = undoings.some(({ version, document }) => version !== undefined || document !== undefined);
    const after = isLoss
        ? ['', 'What is thrown away can be had back for a week, with “Restore What an Undo Threw Away…”.']
        : [];
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
    const unsaved = document === undefined ? '' : ' Your unsaved edits are thrown away.';
    if (version === undefined) {
        return document === undefined
            ? `${name}: nothing was changed; it is released.`
            : `${name}: nothing was saved since the check-out.${unsaved}`;
    }
    const then = `as it was at the check-out, ${version.size.toLocaleString()} bytes`;
    if (seen === undefined) return `${name} is not there any more. It comes back ${then}.${unsaved}`;
    const changed = `changed ${new Date(seen.mtimeMs).toLocaleString()}, ${seen.size.toLocaleString()} bytes now`;
    return `${name} (${changed}) is put back ${then}.${unsaved}`;
}

async function undo(context: CommandContext, undoing: Undoing): Promise<readonly Outcome[]> {
    const { resource, diskPath, timestamp, seen, version, document } = undoing;
    const { session, path } = resource;
    await session.lookNow();
    if (session.file(path)?.lock?.timestamp !== timestamp) {
        const message = `${path} changed hands while you were asked. Nothing was changed.`;
        return [{ path, refusal: { code: 'changedHands', message } }];
    }
    const done = await withProgress(`Undoing the check-out of ${describe([path])}`, async () => {
        await keep(context, undoing);
        if (version !== undefined) await restoreContent(version, diskPath, seen);
        if (document !== undefined) await revert(document);
        return release(undoing);
    });
    context.versions.noteCheckIn(session, done);
    return done;
}

/** Ends a check-out whose file is again as it was. */
async function release({ resource: { session, path }, version }: Undoing): Promise<readonly Outcome[]> {
    try {
        return await session.repository.checkIn([path], { action: 'undo' });
    } catch (error) {
        if (version === undefined || !(error instanceof CheckoutError)) throw error;
        const text = `${path} was put back as it was at the check-out, but may still be checked out. ${error.message}`;
        throw new CheckoutError(error.code, text, error.path, { cause: error });
    }
}

/** Keeps what is thrown away, before it is. @throws an error with a finished sentence, and then nothing was changed */
async function keep({ versions }: CommandContext, undoing: Undoing): Promise<void> {
    const { resource, diskPath, seen, version, document } = undoing;
    const { path } = resource;
    try {
        if (version !== undefined && seen !== undefined) {
            if (!(await versions.keepUndone(resource, { diskPath, was: seen }))) {
                throw new Error('it was changed while you were asked');
            }
        }
        if (document !== undefined) {
            const { encoding } = document;
            await versions.keepUndone(resource, await vscode.workspace.encode(document.getText(), { encoding }));
        }
    } catch (error) {
        const why = describeError(error);
        const text = `${path} was left as it is, because what is thrown away could not be kept: ${why}.`;
        throw new CheckoutError('fileNotRestored', text, diskPath, { cause: error });
    }
}

/** Has the editor show what is on disk. */
async function revert(document: vscode.TextDocument): Promise<void> {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
}
