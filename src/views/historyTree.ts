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

    private drawn = '';

    constructor(private readonly history: ShownHistory) {
        this.disposables.add(history.onDidChange(() => this.emitter.fire()));
    }

    getTreeItem(row: HistoryRow): vscode.TreeItem {
        return historyTreeItem(row, Date.now());
    }

    async getChildren(row?: HistoryRow): Promise<HistoryRow[]> {
        if (row !== undefined) return this.history.below(row);
        const rows = await this.history.rows();
        this.drawn = textOf(rows);
        this.given.fire(rows);
        return rows;
    }

    /** Reads what is new, and redraws only what reads differently: a redrawn row closes the hover that someone may be reading. */
    async look(): Promise<void> {
        if (textOf(await this.history.rows()) !== this.drawn) this.emitter.fire();
    }

    dispose(): void {
        this.disposables.dispose();
    }
}

/** What a person reads in the rows. What stands below a day tells the time of day, which does not age. */
function textOf(rows: readonly HistoryRow[]): string {
    const now = Date.now();
    const texts = rows.map((row) => {
        const { label, description } = historyTreeItem(row, now);
        return JSON.stringify([label, description]);
    });
    return texts.join('\n');
}
