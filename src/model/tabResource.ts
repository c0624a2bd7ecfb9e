import * as vscode from 'vscode';

/** The resource of a tab, also for diffs, notebooks and editors of other extensions. */
export function resourceOf({ input }: vscode.Tab): vscode.Uri | undefined {
    if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) return input.modified;
    if (typeof input === 'object' && input !== null && 'uri' in input && input.uri instanceof vscode.Uri)
        return input.uri;
    return undefined;
}
