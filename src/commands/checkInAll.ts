import * as vscode from 'vscode';
import { checkInFiles } from './checkIn';
import type { CommandContext } from './commandContext';
import { fileItem } from './filePick';

/** Check In All My Files: shows what the person holds, all of it chosen, and checks in what they leave chosen. */
export async function checkInAll(context: CommandContext): Promise<void> {
    await Promise.all(context.repositories.all.map((opened) => opened.lookNow()));
    const held = context.repositories.heldByMe();
    if (held.length === 0) {
        void vscode.window.showInformationMessage('You have nothing checked out.');
        return;
    }
    const items = held.map((resource) => ({ ...fileItem(resource, resource.file), picked: true }));
    const chosen = await vscode.window.showQuickPick(items, {
        canPickMany: true,
        title: 'Check In All My Files',
        placeHolder: 'Choose the files to check in',
        matchOnDescription: true,
    });
    if (chosen !== undefined)
        await checkInFiles(
            context,
            chosen.map(({ resource }) => resource),
        );
}
