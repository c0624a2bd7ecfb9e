import * as vscode from 'vscode';
import { formatAge } from '../core/base/time';
import type { UndoneVersion } from '../core/revisions/undoneRecords';
import { folderOf, nameOf } from '../core/base/repositoryPath';
import { timesOf } from '../core/revisions/stagedContent';
import { withoutIcons } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { showInStatusBar, showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import { checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { reportOutcomes } from './shared/reportOutcomes';

interface UndoneItem extends vscode.QuickPickItem {
    readonly resource: RepositoryResource;
    readonly version: UndoneVersion;
    readonly copy: string;
}

/** Restore Discarded Changes…: has them put back into their file, which the person has checked out for that. */
export async function restoreUndone(context: CommandContext): Promise<void> {
    const items = (await context.versions.undone()).map(({ resource, version, copy }): UndoneItem => {
        const age = formatAge(new Date(version.undoneAt).toISOString(), Date.now()) ?? '';
        const folder = plainLine(folderOf(version.path));
        return {
            label: withoutIcons(plainLine(nameOf(version.path))),
            description: withoutIcons([folder, `discarded ${age}`].filter(Boolean).join(' · ')),
            detail: `${new Date(version.undoneAt).toLocaleString()} · ${version.size.toLocaleString()} bytes`,
            iconPath: new vscode.ThemeIcon('discard'),
            resource,
            version,
            copy,
        };
    });
    if (items.length === 0) {
        return showMessage('info', 'No changes were discarded here in the last 7 days.');
    }
    const chosen = await vscode.window.showQuickPick(items, {
        title: 'Restore Discarded Changes',
        placeHolder: 'Choose the changes to restore',
        matchOnDescription: true,
    });
    if (chosen !== undefined) await restore(context, chosen);
}

async function restore(context: CommandContext, { resource, version, copy }: UndoneItem): Promise<void> {
    const { session, path } = resource;
    await session.lookNow();
    if (session.file(path)?.state !== 'heldByMe') {
        await checkOutFiles(context, [resource], { alone: true });
        // The check-out was cancelled or refused.
        if (session.file(path)?.state !== 'heldByMe') return;
        await context.versions.whenKept(session);
    }
    const diskPath = session.uriOf(path).fsPath;
    if (isUnsaved(vscode.Uri.file(diskPath))) {
        return showMessage('warning', `${path} has unsaved edits. Save or revert them, and restore it then.`);
    }
    const file = await timesOf(diskPath);
    const lock = session.file(path)?.lock;
    if (lock === undefined) return;
    const yes = 'Restore';
    const now =
        file === undefined
            ? `${plainLine(nameOf(path))} does not exist now.`
            : `What is in it now (saved ${new Date(file.mtimeMs).toLocaleString()}) will be discarded; it can be restored for 7 days.`;
    const answer = await vscode.window.showWarningMessage(
        `Restore the discarded changes to ${plainLine(nameOf(path))}?`,
        { modal: true, detail: now },
        yes,
    );
    if (answer !== yes) return;
    const request = { path, seen: lock, file, content: { ...version, copy } };
    const outcome = await withProgress(`Restoring ${plainLine(nameOf(path))}`, () =>
        session.repository.restoreUndone(request, context.versions.kept),
    );
    if (outcome.refusal !== undefined) return reportOutcomes('restoreUndone', [outcome], context.log);
    showInStatusBar(`Restored ${plainLine(nameOf(path))}`);
}
