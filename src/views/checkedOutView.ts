import * as vscode from 'vscode';
import { CHECKED_OUT_VIEW } from '../commandIds';
import type { ChangedOutside } from '../model/changedOutside';
import type { HistorySubject } from '../model/historySubject';
import type { ModifiedFiles } from '../model/modifiedFiles';
import type { Repositories } from '../model/repositories';
import type { StalePrograms } from '../model/stalePrograms';
import { onDidAge } from '../ui/ageTicker';
import { FileTree } from './fileTree';
import type { TreeNode } from './treeNodes';

/** Creates the view of what is checked out: the user's own files first, then everybody's. */
export function registerCheckedOutView(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    stalePrograms: StalePrograms,
    modifiedFiles: ModifiedFiles,
    changedOutside: ChangedOutside,
    historySubject: HistorySubject,
): FileTree {
    const tree = new FileTree(repositories, stalePrograms, modifiedFiles, changedOutside, true);
    const view = vscode.window.createTreeView(CHECKED_OUT_VIEW, {
        treeDataProvider: tree,
        canSelectMany: true,
        showCollapseAll: true,
    });
    const expanded = ({ element }: vscode.TreeViewExpansionEvent<TreeNode>, open: boolean): void => {
        if (element.kind === 'group') tree.remember(element, open);
    };
    const count = (): void => {
        // Nobody can tell what is checked out where the locks file is damaged.
        const told = repositories.all.filter(({ repository }) => repository.state.kind !== 'damaged');
        const held = told.flatMap((session) => session.repository.snapshot.held());
        const mine = held.filter(({ state }) => state === 'heldByMe').length;
        view.description = held.length === 0 ? '' : `${mine} by you, ${held.length - mine} by others`;
    };
    count();
    context.subscriptions.push(
        tree,
        view,
        view.onDidChangeSelection(({ selection: [row, ...others] }) => {
            if (row?.kind === 'file' && others.length === 0) historySubject.follow(row);
        }),
        view.onDidExpandElement((event) => expanded(event, true)),
        view.onDidCollapseElement((event) => expanded(event, false)),
        repositories.onDidChange(count),
        repositories.onDidReopen(count),
        onDidAge((hasAged) => tree.redrawAges(hasAged)),
    );
    return tree;
}
