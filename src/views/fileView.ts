import * as vscode from 'vscode';
import { FILES_VIEW, viewCommandIds } from '../commandIds';
import { howOld } from '../ui/offlineText';
import type { ModifiedFiles } from '../model/modifiedFiles';
import type { Repositories } from '../model/repositories';
import type { StalePrograms } from '../model/stalePrograms';
import { onDidAge } from './ageTicker';
import { FileTree, type Filter } from './fileTree';
import type { Grouping } from './rowGroups';
import type { TreeNode } from './treeNodes';

/** Where the workspace remembers by what files are put together. */
const GROUPING = 'grouping';

/** Puts the tree into its container and keeps it, its filter, its grouping and its line of text true. */
export function registerFileTree(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    stalePrograms: StalePrograms,
    modifiedFiles: ModifiedFiles,
): FileTree {
    const tree = new FileTree(repositories, stalePrograms, modifiedFiles);
    const view = vscode.window.createTreeView(FILES_VIEW, {
        treeDataProvider: tree,
        canSelectMany: true,
        showCollapseAll: true,
    });
    let shown: Filter = 'all';
    let grouping = readGrouping(context.workspaceState);
    const explain = (): void => {
        view.message = explanation(repositories, shown, grouping);
    };
    const useFilter = (filter: Filter): void => {
        tree.show(filter);
        shown = filter;
        explain();
        void vscode.commands.executeCommand('setContext', 'cncCheckout.filter', filter);
    };
    const group = (by: Grouping): void => {
        tree.groupBy(by);
        grouping = by;
        explain();
        void vscode.commands.executeCommand('setContext', 'cncCheckout.grouping', by);
        void context.workspaceState.update(GROUPING, by);
    };
    const expanded = ({ element }: vscode.TreeViewExpansionEvent<TreeNode>, open: boolean): void => {
        if (element.kind === 'group') tree.remember(element, open);
        if (element.kind !== 'folder') return;
        if (open) element.session.openFolders.add(element.path);
        else element.session.openFolders.delete(element.path);
        element.session.watchOpenFolders();
    };
    const tellOfView = (): void => {
        for (const session of repositories.all) session.showFolders(view.visible);
    };
    useFilter('all');
    group(grouping);
    context.subscriptions.push(
        tree,
        view,
        view.onDidExpandElement((event) => expanded(event, true)),
        view.onDidCollapseElement((event) => expanded(event, false)),
        repositories.onDidChange(explain),
        repositories.onDidReopen(explain),
        repositories.onDidReopen(tellOfView),
        view.onDidChangeVisibility(tellOfView),
        vscode.workspace.onDidGrantWorkspaceTrust(explain),
        onDidAge((hasAged) => {
            tree.redrawAges(hasAged);
            explain();
        }),
        vscode.commands.registerCommand(viewCommandIds.filterAll, () => useFilter('all')),
        vscode.commands.registerCommand(viewCommandIds.filterCheckedOut, () => useFilter('checkedOut')),
        vscode.commands.registerCommand(viewCommandIds.filterMine, () => useFilter('mine')),
        vscode.commands.registerCommand(viewCommandIds.groupByFolder, () => group('folder')),
        vscode.commands.registerCommand(viewCommandIds.groupByJob, () => group('job')),
        vscode.commands.registerCommand(viewCommandIds.groupByHolder, () => group('holder')),
    );
    return tree;
}

function readGrouping(state: vscode.Memento): Grouping {
    const value = state.get<unknown>(GROUPING);
    return value === 'job' || value === 'holder' ? value : 'folder';
}

/** The line above the rows that says why they are not what one would expect. */
function explanation(repositories: Repositories, filter: Filter, grouping: Grouping): string {
    const [session] = repositories.all;
    const rowsKnown = session?.repository.snapshot.folder('') !== undefined;
    const isLost = rowsKnown && repositories.state === 'unreachable';
    const everything = rowsKnown && grouping === 'holder' ? 'Only checked-out files are shown, by who has them.' : '';
    const lines = [
        isLost ? `The share is unreachable. ${howOld(session, Date.now())}` : '',
        rowsKnown && !vscode.workspace.isTrusted ? 'Restricted Mode: look, but nothing can be checked out or in.' : '',
        { all: everything, checkedOut: 'Only checked-out files are shown.', mine: 'Only your files are shown.' }[
            filter
        ],
    ];
    return lines.filter((line) => line !== '').join(' ');
}
