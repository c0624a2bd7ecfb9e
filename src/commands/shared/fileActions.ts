import * as vscode from 'vscode';
import type { FileItem } from './filePick';

/** What a list of files offers. */
interface FileActions {
    readonly title: string;
    readonly placeholder: string;
    /** Items above the files. */
    readonly first: readonly vscode.QuickPickItem[];
    readonly checkOut?: (item: FileItem) => Promise<void>;
    readonly checkIn?: (item: FileItem) => Promise<void>;
}

const checkOutButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Check Out…' };
const checkInButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('check'), tooltip: 'Check In' };

/**
 * Lets the user select a file, or check one out or in by the button in its row. The list opens at once and fills when the
 * files are there.
 * @returns the selected item; undefined when the user cancelled or used a button
 */
export async function showFileActions(
    files: readonly FileItem[] | Promise<readonly FileItem[]>,
    { title, placeholder, first, checkOut, checkIn }: FileActions,
): Promise<vscode.QuickPickItem | FileItem | undefined> {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem | FileItem>();
    Object.assign(pick, { title, placeholder, matchOnDescription: true, busy: true });
    const answer = new Promise<{ item: vscode.QuickPickItem | FileItem; button?: vscode.QuickInputButton } | undefined>(
        (resolve) => {
            pick.onDidAccept(() => {
                const [item] = pick.selectedItems;
                // A barcode scanner may send Enter before the files are there: that selects nothing yet.
                if (item !== undefined) resolve({ item });
            });
            pick.onDidTriggerItemButton((event) => resolve(event));
            pick.onDidHide(() => resolve(undefined));
        },
    );
    pick.show();
    try {
        pick.items = [...first, ...(await files).map((item) => withButton(item, checkOut !== undefined))];
        pick.busy = false;
        const chosen = await answer;
        if (chosen?.button === undefined || !('resource' in chosen.item)) return chosen?.item;
        pick.hide();
        await (chosen.button === checkInButton ? checkIn : checkOut)?.(chosen.item);
        return undefined;
    } finally {
        pick.dispose();
    }
}

function withButton(item: FileItem, canCheckOut: boolean): FileItem {
    if (!vscode.workspace.isTrusted) return item;
    if (item.file.state === 'heldByMe') return { ...item, buttons: [checkInButton] };
    return item.file.state === 'available' && canCheckOut ? { ...item, buttons: [checkOutButton] } : item;
}
