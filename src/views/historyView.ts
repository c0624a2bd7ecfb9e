import * as vscode from 'vscode';
import { HISTORY_VIEW } from '../commandIds';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { isRevisionRow, type HistoryRow } from '../model/historyRows';
import type { ShownHistory } from '../model/shownHistory';
import { onDidAge } from '../ui/ageTicker';
import { HistoryTree } from './historyTree';

/** Creates the History view, and keeps its title, its message and the keys of its menus up to date. */
export function registerHistoryView(context: vscode.ExtensionContext, history: ShownHistory): HistoryTree {
    const tree = new HistoryTree(history);
    const view = vscode.window.createTreeView(HISTORY_VIEW, { treeDataProvider: tree, canSelectMany: true });
    const set = (key: string, value: unknown): void =>
        void vscode.commands.executeCommand('setContext', `cncCheckout.${key}`, value);
    const select = (rows: readonly HistoryRow[]): void => {
        history.selected = rows.filter(isRevisionRow);
        set('revisionsSelected', history.selected.length);
    };
    const entitle = (): void => {
        const { current } = history.subject;
        const name = current?.kind === 'file' ? nameOf(current.path) : current?.session.name;
        view.description = plainLine(name ?? '');
        set('historyOf', current?.kind ?? 'nothing');
        set('historyFiltered', history.filter !== '');
    };
    const explain = (rows: readonly HistoryRow[]): void => {
        const filter = history.filter === '' ? '' : `Filter: ${plainLine(history.filter)}`;
        const hasNone = rows.length > 0 && rows.every(({ kind }) => kind === 'checkOut' || kind === 'events');
        view.message = hasNone ? withoutRevisions(history) : filter;
    };
    entitle();
    select([]);
    context.subscriptions.push(
        tree,
        view,
        history.onDidChange(entitle),
        history.subject.onDidChange(() => select([])),
        tree.onDidGive(explain),
        view.onDidChangeSelection(({ selection }) => select(selection)),
        // A colleague's label changes no lock, so no other event tells of it.
        view.onDidChangeVisibility(({ visible }) => visible && history.refresh()),
        onDidAge(() => view.visible && void tree.look()),
    );
    return tree;
}

/** Says that there are no revisions, and when there will be one, where that is certain. */
function withoutRevisions({ subject: { current } }: ShownHistory): string {
    const settings = current?.session.settings;
    const isKept = settings?.keepsRevisions === true && settings.keepsRevisionsUpTo === undefined;
    return `No revisions yet.${isKept ? ' The next check-in keeps the first one.' : ''}`;
}
