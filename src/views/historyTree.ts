import * as vscode from 'vscode';
import { formatAge } from '../core/base/time';
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

/** What a person reads in the rows, and in those below a day. */
function textOf(rows: readonly HistoryRow[]): string {
    const now = Date.now();
    const texts = rows.map((row) => {
        const { label, description } = historyTreeItem(row, now);
        const newest = row.kind === 'day' ? row.events[0] : undefined;
        return JSON.stringify([label, description, newest && formatAge(newest.event.time, now)]);
    });
    return texts.join('\n');
}
