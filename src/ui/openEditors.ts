import * as vscode from 'vscode';

/** The resource of a tab, also for diffs, notebooks and editors of other extensions. */
export function resourceOf({ input }: vscode.Tab): vscode.Uri | undefined {
    if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) return input.modified;
    if (typeof input === 'object' && input !== null && 'uri' in input && input.uri instanceof vscode.Uri)
        return input.uri;
    return undefined;
}

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
