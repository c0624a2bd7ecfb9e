import * as vscode from 'vscode';
import { checkInWithJobs } from './shared/checkInFiles';
import { checkInAll } from './checkInAll';
import type { CommandContext } from './shared/commandContext';
import { fileItem } from './shared/filePick';
import { openResource } from './shared/openResource';
import { showFileActions } from './shared/fileActions';

/** Show My Check-Outs: lists the files that the user holds, to open or check in any or all of them. */
export async function showMyCheckOuts(context: CommandContext): Promise<void> {
    const held = context.repositories.heldByMe();
    if (held.length === 0) {
        void vscode.window.showInformationMessage('You have no files checked out.');
        return;
    }
    const all = {
        label: 'Check In All…',
        description: `${held.length} files`,
        iconPath: new vscode.ThemeIcon('check-all'),
    };
    const files = held.map((resource) => fileItem(resource, resource.file));
    const chosen = await showFileActions(files, {
        title: 'My Check-Outs',
        placeholder: 'Select a file to open, or use its button to check it in',
        first: held.length > 1 ? [all] : [],
        checkIn: (item) => checkInWithJobs(context, [item.resource]),
    });
    if (chosen === undefined) return;
    if ('resource' in chosen) await openResource(chosen.resource);
    else await checkInAll(context);
}
