import * as vscode from 'vscode';
import { formatAge } from '../core/base/time';
import type { UndoneVersion } from '../core/revisions/versionStore';
import { folderOf, nameOf } from '../core/base/repositoryPath';
import { restoreContent, timesOf } from '../core/revisions/restoreContent';
import { withoutIcons } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import { isUnsaved } from '../ui/openEditors';
import { withProgress } from '../ui/progress';
import { showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import { checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { STATUS_MESSAGE_MS } from './shared/reportOutcomes';

interface UndoneItem extends vscode.QuickPickItem {
    readonly resource: RepositoryResource;
    readonly version: UndoneVersion;
    readonly copy: string;
}

/** Restore What an Undo Threw Away…: puts it back into its file, which the person holds for that. */
export async function restoreUndone(context: CommandContext): Promise<void> {
    const items = (await context.versions.undone()).map(({ resource, version, copy }): UndoneItem => {
        const age = formatAge(new Date(version.undoneAt).toISOString(), Date.now()) ?? '';
        const folder = plainLine(folderOf(version.path));
        return {
            label: withoutIcons(plainLine(nameOf(version.path))),
            description: withoutIcons([folder, `thrown away ${age}`].filter(Boolean).join(' · ')),
            detail: `${new Date(version.undoneAt).toLocaleString()} · ${version.size.toLocaleString()} bytes`,
            iconPath: new vscode.ThemeIcon('discard'),
            resource,
            version,
            copy,
        };
    });
    if (items.length === 0) {
        return showMessage('info', 'Nothing was thrown away by undoing a check-out here during the last week.');
    }
    const chosen = await vscode.window.showQuickPick(items, {
        title: 'Restore What an Undo Threw Away',
        placeHolder: 'Choose what to put back into its file',
        matchOnDescription: true,
    });
    if (chosen !== undefined) await restore(context, chosen);
}

async function restore(context: CommandContext, { resource, version, copy }: UndoneItem): Promise<void> {
    const { session, path } = resource;
    await session.lookNow();
    if (session.file(path)?.state !== 'heldByMe') {
        await checkOutFiles(context, [resource], true);
        // Whoever left the check-out, or was refused, has restored nothing.
        if (session.file(path)?.state !== 'heldByMe') return;
        await context.versions.whenKept(session);
    }
    const diskPath = session.uriOf(path).fsPath;
    if (isUnsaved(vscode.Uri.file(diskPath))) {
        return showMessage('warning', `${path} has unsaved edits. Save or revert them, and restore it then.`);
    }
    const seen = await timesOf(diskPath);
    const yes = 'Restore';
    const now = seen === undefined ? 'There is no such file now.' : `It has ${seen.size.toLocaleString()} bytes now.`;
    const answer = await vscode.window.showWarningMessage(
        `Restore ${plainLine(nameOf(path))} as it was before its check-out was undone?`,
        {
            modal: true,
            detail: `${now} What is in it is replaced by what was thrown away, ${version.size.toLocaleString()} bytes, and can be had back for a week in the same way.`,
        },
        yes,
    );
    if (answer !== yes) return;
    await withProgress(`Restoring ${plainLine(nameOf(path))}`, async () => {
        const isKept = seen === undefined || (await context.versions.keepUndone(resource, { diskPath, was: seen }));
        if (!isKept) throw new Error(`${path} was left as it is, because it was changed while you were asked.`);
        await restoreContent({ ...version, copy }, diskPath, seen);
    });
    vscode.window.setStatusBarMessage(withoutIcons(`Restored ${plainLine(nameOf(path))}`), STATUS_MESSAGE_MS);
}
