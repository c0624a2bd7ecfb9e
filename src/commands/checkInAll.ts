import * as vscode from 'vscode';
import { showInStatusBar } from '../ui/messages';
import { withoutIcons } from '../ui/textSafety';
import { checkInFiles } from './shared/checkInFiles';
import type { CommandContext } from './shared/commandContext';
import { fileItem, pickSeveralFiles, type FileItem } from './shared/filePick';
import { heldStates, type HeldState } from './shared/fileStates';

/** The groups of the list, in order: their titles, and the mark of a file in each. */
const groups: readonly (readonly [state: HeldState, title: string, mark: string])[] = [
    ['unsaved', 'Unsaved edits', 'unsaved'],
    ['modified', 'Modified since check-out', 'modified'],
    ['unchanged', 'Unchanged since check-out', 'unchanged'],
    ['unknown', 'Not known whether modified', ''],
];

/**
 * Check In All My Files: lists the files that the user holds by state, all selected, and checks in those that stay selected.
 * Unsaved edits are saved first.
 */
export async function checkInAll(context: CommandContext): Promise<void> {
    await Promise.all(context.repositories.all.map((session) => session.lookNow()));
    if (context.repositories.heldByMe().length === 0) {
        void vscode.window.showInformationMessage('You have no files checked out.');
        return;
    }
    const files = await pickSeveralFiles(await itemsByState(context), {
        title: 'Check In All My Files',
        placeholder: 'Select the files to check in; unsaved edits are saved first',
    });
    if (files?.length === 0) showInStatusBar('No file was selected, so nothing was checked in');
    else if (files !== undefined) await checkInFiles(context, files, { isAsked: true });
}

/** The files that the user holds, under a heading for each state; without headings if no state is known. */
async function itemsByState(context: CommandContext): Promise<(FileItem | vscode.QuickPickItem)[]> {
    const held = context.repositories.heldByMe();
    const several = context.repositories.all.length > 1;
    const states = await heldStates(context, held);
    const isKnown = states.some((state) => state !== 'unknown');
    return groups.flatMap(([state, title, mark]) => {
        const items = held
            .filter((_, index) => states[index] === state)
            .map((resource) => {
                const item = fileItem(resource, resource.file);
                const repository = several ? withoutIcons(resource.session.name) : '';
                const description = [mark, repository, item.description].filter(Boolean).join(' · ');
                return { ...item, description, picked: true };
            });
        if (items.length === 0 || !isKnown) return items;
        return [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...items];
    });
}
