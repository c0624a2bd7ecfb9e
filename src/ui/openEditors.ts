import * as vscode from 'vscode';
import { resourceOf } from '../model/tabResource';

export { resourceOf };

/** The resource of the active tab. */
export function activeResource(): vscode.Uri | undefined {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return (tab && resourceOf(tab)) ?? vscode.window.activeTextEditor?.document.uri;
}

/** Whether a tab shows a resource. */
export function isInTab(uri: vscode.Uri): boolean {
    const name = uri.toString();
    return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => resourceOf(tab)?.toString() === name));
}

/** Whether a resource has unsaved edits in any editor. */
export function isUnsaved(uri: vscode.Uri): boolean {
    const name = uri.toString();
    return (
        vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === name) ||
        vscode.window.tabGroups.all.some(({ tabs }) =>
            tabs.some((tab) => tab.isDirty && resourceOf(tab)?.toString() === name),
        )
    );
}

/** Saves the unsaved edits in a resource, also where no tab shows it. @returns whether none are left */
export async function saveEdits(uri: vscode.Uri): Promise<boolean> {
    const name = uri.toString();
    const document = vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === name);
    if (document !== undefined) await document.save();
    else if (isUnsaved(uri)) await vscode.workspace.save(uri);
    return !isUnsaved(uri);
}
