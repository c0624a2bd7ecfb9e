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
