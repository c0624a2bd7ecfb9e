import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { folderOf, nameOf } from '../core/base/repositoryPath';
import { formatAge } from '../core/base/time';
import { timesOf } from '../core/revisions/contentStore';
import type { ContentCopy } from '../core/revisions/stagedContent';
import type { UndoneVersion } from '../core/revisions/versionStore';
import type { RepositoryResource } from '../model/repositories';
import { showMessage } from '../ui/messages';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { withoutIcons } from '../ui/textSafety';
import { checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { reportOutcomes } from './shared/reportOutcomes';

interface UndoneItem extends vscode.QuickPickItem {
    readonly resource: RepositoryResource;
    readonly version: UndoneVersion & ContentCopy;
}

/** Restore Discarded Changes…: puts them back into their file, which the user checks out for that. */
export async function restoreUndone(context: CommandContext): Promise<void> {
    const items = (await context.versions.undone()).map(({ resource, version }): UndoneItem => {
        const age = formatAge(new Date(version.undoneAt).toISOString(), Date.now()) ?? '';
        const folder = plainLine(folderOf(version.path));
        return {
            label: withoutIcons(plainLine(nameOf(version.path))),
            description: withoutIcons([folder, `discarded ${age}`].filter(Boolean).join(' · ')),
            detail: `${new Date(version.undoneAt).toLocaleString()} · ${version.size.toLocaleString()} bytes`,
            iconPath: new vscode.ThemeIcon('discard'),
            resource,
            version,
        };
    });
    if (items.length === 0) {
        return showMessage('info', 'No changes were discarded on this computer in the last 7 days.');
    }
    const chosen = await vscode.window.showQuickPick(items, {
        title: 'Restore Discarded Changes',
        placeHolder: 'Choose the changes to restore to their file',
        matchOnDescription: true,
    });
    if (chosen !== undefined) await restore(context, chosen);
}

async function restore(context: CommandContext, { resource, version }: UndoneItem): Promise<void> {
    const { session, path } = resource;
    await session.lookNow();
    if (session.file(path)?.state !== 'heldByMe') {
        await checkOutFiles(context, [resource], true);
        await context.versions.whenKept(session);
    }
    const file = session.file(path);
    // The user cancelled the check-out, or it was refused, which they were told.
    if (file?.state !== 'heldByMe' || file.lock === undefined) return;
    if (isUnsaved(vscode.Uri.file(file.diskPath))) {
        return showMessage('warning', `${path} has unsaved edits. Save or revert them before you restore it.`);
    }
    const seen = await timesOf(file.diskPath);
    if (!(await ask(path, version, seen?.size))) return;
    const request = { path, lock: file.lock, seen, content: version };
    const { store } = context.versions;
    const outcome = await withProgress(`Restoring ${plainLine(nameOf(path))}`, (signal) =>
        session.repository.restoreUndone(request, store, { signal }),
    );
    reportOutcomes('restore', [outcome], context.log);
}

/** @param size of the file now, in bytes; undefined when it is not there */
async function ask(path: string, version: UndoneVersion, size: number | undefined): Promise<boolean> {
    const yes = 'Restore';
    const changes = `the discarded changes (${version.size.toLocaleString()} bytes)`;
    const detail =
        size === undefined
            ? `The file no longer exists. It comes back with ${changes}.`
            : `What is in it now (${size.toLocaleString()} bytes) will be replaced by ${changes}, and can be restored for 7 days in the same way.`;
    const answer = await vscode.window.showWarningMessage(
        `Restore ${plainLine(nameOf(path))} as it was before its check-out was undone?`,
        { modal: true, detail },
        yes,
    );
    return answer === yes;
}
