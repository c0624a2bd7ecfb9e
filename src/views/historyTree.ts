import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import type { HistoryRow } from '../model/historyRows';
import type { ShownHistory } from '../model/shownHistory';
import { historyTreeItem } from './historyItems';

/** The data provider of the History view: relays what the model shows. */
export class HistoryTree implements vscode.TreeDataProvider<HistoryRow>, vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<void>());
    private readonly given = this.disposables.add(new vscode.EventEmitter<readonly HistoryRow[]>());

    readonly onDidChangeTreeData = this.emitter.event;
    /** VS Code was given these rows for the top. */
    readonly onDidGive = this.given.event;

    constructor(private readonly history: ShownHistory) {
        this.disposables.add(history.onDidChange(() => this.emitter.fire()));
    }

    getTreeItem(row: HistoryRow): vscode.TreeItem {
        return historyTreeItem(row, Date.now());
    }

    async getChildren(row?: HistoryRow): Promise<HistoryRow[]> {
        if (row !== undefined) return this.history.below(row);
        const rows = await this.history.rows();
        this.given.fire(rows);
        return rows;
    }

    dispose(): void {
        this.disposables.dispose();
    }
}
