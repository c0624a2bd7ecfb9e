import * as vscode from 'vscode';
import type { FileItem } from './filePick';
import { WordFilter } from './wordFilter';

/** What a list of files offers. */
interface FileActions {
    readonly title: string;
    readonly placeholder: string;
    /** Items above the files. */
    readonly first: readonly vscode.QuickPickItem[];
    readonly checkOut?: (item: FileItem) => Promise<void>;
    readonly checkIn?: (item: FileItem) => Promise<void>;
    /** Shows the file in its folder. */
    readonly reveal?: (item: FileItem) => Promise<void>;
}

const checkOutButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Check Out…' };
const checkInButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('check'), tooltip: 'Check In' };
const revealButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('list-tree'),
    tooltip: 'Reveal in CNC Checkout',
};

/**
 * Lets the user select a file, or check one out or in by the button in its row. The list opens at once and fills when the
 * files are there.
 * @returns the selected item; undefined when the user cancelled or used a button
 */
export async function showFileActions(
    files: readonly FileItem[] | Promise<readonly FileItem[]>,
    { title, placeholder, first, checkOut, checkIn, reveal }: FileActions,
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
        const items = (await files).map((item) =>
            withButtons(item, { canCheckOut: checkOut !== undefined, canReveal: reveal !== undefined }),
        );
        const filter = new WordFilter(items, ({ label, description }) => `${label} ${description ?? ''}`);
        const list = (text: string): void => {
            pick.items = text.trim() === '' ? [...first, ...items] : matching(filter, text);
        };
        pick.onDidChangeValue(list);
        list(pick.value);
        pick.busy = false;
        const chosen = await answer;
        if (chosen?.button === undefined || !('resource' in chosen.item)) return chosen?.item;
        pick.hide();
        const act = new Map([
            [checkInButton, checkIn],
            [checkOutButton, checkOut],
            [revealButton, reveal],
        ]).get(chosen.button);
        await act?.(chosen.item);
        return undefined;
    } finally {
        pick.dispose();
    }
}

/** What has all words, or that nothing has. Shown whatever VS Code itself makes of the words. */
function matching(filter: WordFilter<FileItem>, text: string): vscode.QuickPickItem[] {
    const { shown, count } = filter.matches(text);
    if (count === 0)
        return [{ label: `No file has "${text.trim()}" in its name, folder or check-out`, alwaysShow: true }];
    const more = count - shown.length;
    const rest = { label: `… and ${more} more. Type more of the name.`, alwaysShow: true };
    return [...shown.map((item) => ({ ...item, alwaysShow: true })), ...(more > 0 ? [rest] : [])];
}

function withButtons(
    item: FileItem,
    { canCheckOut, canReveal }: { readonly canCheckOut: boolean; readonly canReveal: boolean },
): FileItem {
    const buttons: vscode.QuickInputButton[] = canReveal ? [revealButton] : [];
    const { state } = item.file;
    if (vscode.workspace.isTrusted && state === 'heldByMe') buttons.push(checkInButton);
    if (vscode.workspace.isTrusted && state === 'available' && canCheckOut) buttons.push(checkOutButton);
    return { ...item, buttons };
}
