// views: what shows the repositories: tree, decorations, status bar, Source Control, Problems.

import * as vscode from 'vscode';
import { FILES_VIEW, FOCUS_FILES_VIEW, REVEAL_IN_VIEW, tickedCommandIds, viewCommandIds } from '../commandIds';
import { isUnreachable, lastUpdatedSentence, troubleSentence } from '../ui/offlineText';
import { isUnopened } from '../ui/serverText';
import type { ChangedOutside } from '../model/changedOutside';
import type { HistorySubject } from '../model/historySubject';
import type { ModifiedFiles } from '../model/modifiedFiles';
import { isRepositoryResource, type Repositories } from '../model/repositories';
import { activeResource } from '../ui/openEditors';
import type { StalePrograms } from '../model/stalePrograms';
import { onDidAge } from '../ui/ageTicker';
import { FileTree, foldersAbove, type Filter } from './fileTree';
import type { Grouping } from './rowGroups';
import type { TreeNode } from './treeNodes';

type ViewCommand = keyof typeof viewCommandIds;

/** The key under which the workspace remembers how files are grouped. */
const GROUPING = 'grouping';

/** Creates the tree view, and keeps its rows, filter, grouping and message up to date. */
export function registerFileTree(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    stalePrograms: StalePrograms,
    modifiedFiles: ModifiedFiles,
    changedOutside: ChangedOutside,
    historySubject: HistorySubject,
): FileTree {
    const tree = new FileTree(repositories, stalePrograms, modifiedFiles, changedOutside);
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
    const choices: Readonly<Record<ViewCommand, () => void>> = {
        filterAll: () => useFilter('all'),
        filterCheckedOut: () => useFilter('checkedOut'),
        filterMine: () => useFilter('mine'),
        groupByFolder: () => group('folder'),
        groupByJob: () => group('job'),
        groupByHolder: () => group('holder'),
    };
    const reveal = async (clicked: unknown, how?: { readonly keepsFocus?: boolean }): Promise<void> => {
        const resource = isRepositoryResource(clicked) ? clicked : repositories.find(clickedOrActive(clicked));
        if (resource === undefined) return;
        // A filter may hide it.
        if (shown !== 'all') useFilter('all');
        if (grouping === 'holder') group('folder');
        const focus = how?.keepsFocus !== true;
        if (!focus && !view.visible) return;
        // VS Code selects nothing in a view that comes into sight only then.
        if (!view.visible) await vscode.commands.executeCommand(FOCUS_FILES_VIEW);
        for (const above of foldersAbove(resource.path).toReversed()) {
            if (resource.session.repository.snapshot.folder(above) === undefined) {
                await resource.session.repository.look(above);
            }
        }
        await view.reveal(tree.rowOf(resource), { select: true, focus });
    };
    useFilter('all');
    group(grouping);
    context.subscriptions.push(
        tree,
        view,
        view.onDidChangeSelection(({ selection: [row, ...others] }) => {
            if (row?.kind === 'file' && others.length === 0) historySubject.follow(row);
        }),
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
        vscode.commands.registerCommand(REVEAL_IN_VIEW, reveal),
        ...Object.entries(choices).flatMap(([name, choose]) => [
            vscode.commands.registerCommand(viewCommandIds[name as ViewCommand], choose),
            vscode.commands.registerCommand(tickedCommandIds[name as ViewCommand], choose),
        ]),
    );
    return tree;
}

function clickedOrActive(clicked: unknown): vscode.Uri {
    return clicked instanceof vscode.Uri ? clicked : (activeResource() ?? vscode.Uri.parse('untitled:'));
}

function readGrouping(state: vscode.Memento): Grouping {
    const value = state.get<unknown>(GROUPING);
    return value === 'job' || value === 'holder' ? value : 'folder';
}

/** The message above the rows: why some files or commands are not there. */
function explanation(repositories: Repositories, filter: Filter, grouping: Grouping): string {
    const [session] = repositories.all;
    const rowsKnown = session?.repository.snapshot.folder('') !== undefined;
    const isAlone = session !== undefined && repositories.all.length === 1;
    const isLost = rowsKnown && isAlone && isUnreachable(session) && !isUnopened(session);
    const everything = rowsKnown && grouping === 'holder' ? 'Checked-out files, grouped by holder.' : '';
    const lines = [
        isLost ? `${troubleSentence(session)} ${lastUpdatedSentence(session, Date.now())}` : '',
        rowsKnown && !vscode.workspace.isTrusted
            ? 'Restricted Mode: view only. Trust this folder to check files out.'
            : '',
        { all: everything, checkedOut: 'Showing checked-out files only.', mine: 'Showing your files only.' }[filter],
    ];
    return lines.filter((line) => line !== '').join(' ');
}
