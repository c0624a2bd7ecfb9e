import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import type { FileTimes } from '../core/disk/fileState';
import { timesOf } from '../core/revisions/stagedContent';
import type { RevisionRow } from '../model/historyRows';
import { showMessage } from '../ui/messages';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { revisionDescription, revisionLabel } from '../ui/revisionText';
import { checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { confirmOtherComputer } from './shared/otherComputer';
import { reportOutcomes } from './shared/reportOutcomes';
import { oneRevision, requireContent } from './shared/revisionTargets';
import { discardingEdits, unsavedDocument } from './shared/unsavedEdits';

/** Restore This Revision…: puts a revision back into its file, which the person has checked out for that. */
export async function restoreRevision(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    if (!(await isCheckedOut(context, row))) return;
    const { session, path, revision } = row;
    const fromOtherComputer = await confirmOtherComputer(context, [row], 'Restore a revision of');
    const lock = session.file(path)?.lock;
    if (fromOtherComputer === undefined || lock === undefined) return;
    const uri = session.uriOf(path);
    const diskPath = uri.fsPath;
    const document = unsavedDocument(diskPath);
    if (document === undefined && isUnsaved(uri)) {
        const text = `${path} has unsaved edits in an editor that shows no text. Save or revert them, and restore the revision then.`;
        return showMessage('warning', text);
    }
    const file = await timesOf(diskPath);
    if (!(await ask(row, file, document !== undefined))) return;
    const outcomes = await withProgress(`Restoring ${plainLine(nameOf(path))}`, (signal) =>
        discardingEdits(context, [{ resource: row, diskPath, document }], async () => {
            const request = { path, seen: lock, file, fromOtherComputer, signal };
            return [await session.repository.restoreRevision(request, revision.number, context.versions.kept)];
        }),
    );
    reportOutcomes('restoreRevision', outcomes, context.log);
    context.history.refresh();
}

/** Whether the user has the file, at the latest now: they are offered to check it out. */
async function isCheckedOut(context: CommandContext, { session, path, revision }: RevisionRow): Promise<boolean> {
    await session.lookNow();
    const state = session.file(path)?.state;
    if (state === 'heldByMe') return true;
    if (state !== 'heldByOthers') {
        const yes = 'Check Out…';
        const answer = await vscode.window.showWarningMessage(
            `Check out ${plainLine(nameOf(path))} to restore revision ${revision.number}?`,
            { modal: true, detail: 'A file can be changed only while you have it checked out.' },
            yes,
        );
        if (answer !== yes) return false;
    }
    await checkOutFiles(context, [{ session, path }], { alone: true });
    // The check-out was cancelled or refused.
    if (session.file(path)?.state !== 'heldByMe') return false;
    await context.versions.whenKept(session);
    return true;
}

async function ask({ path, revision }: RevisionRow, file: FileTimes | undefined, isEdited: boolean): Promise<boolean> {
    const name = plainLine(nameOf(path));
    const yes = 'Restore';
    const now =
        file === undefined
            ? `${name} does not exist now.`
            : `What is in ${name} now (saved ${new Date(file.mtimeMs).toLocaleString()}) will be replaced; it can be restored for 7 days, with “Restore Discarded Changes…”.`;
    const detail = [
        `Revision ${revisionLabel(revision, Date.now())}`,
        revisionDescription(revision),
        '',
        now,
        ...(isEdited ? ['Your unsaved edits will be discarded.'] : []),
        'The next check-in makes it a new revision.',
    ];
    const answer = await vscode.window.showWarningMessage(
        `Restore revision ${revision.number} of ${name}?`,
        { modal: true, detail: detail.join('\n') },
        yes,
    );
    return answer === yes;
}
