import * as path from 'node:path';
import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { DisposableStore } from '../model/disposables';
import type { Repositories } from '../model/repositories';
import { showMessage } from '../ui/messages';

/** Warns when a person types in a locks file: a slip there damages it for everybody, and a save overwrites colleagues. */
export class LocksFileEdits implements vscode.Disposable {
    private readonly told = new Set<vscode.TextDocument>();
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        this.disposables.addAll(
            vscode.workspace.onDidChangeTextDocument(({ document }) => this.look(document)),
            vscode.workspace.onDidSaveTextDocument((document) => this.told.delete(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.told.delete(document)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private look(document: vscode.TextDocument): void {
        if (!document.isDirty) {
            this.told.delete(document); // It was reverted.
            return;
        }
        const { fsPath, scheme } = document.uri;
        if (scheme !== 'file' || this.told.has(document)) return;
        const isLocksFile = this.repositories.all.some(({ locksFile }) => path.relative(locksFile, fsPath) === '');
        if (!isLocksFile) return;
        this.told.add(document);
        const name = plainLine(path.basename(fsPath));
        const text = `${name} records what everybody has checked out. A slip here damages it for everybody, and saving it overwrites what colleagues have checked out since. Use Check In, Take Over… and the other commands instead.`;
        showMessage('warning', text, [{ title: 'Discard Changes', run: () => discard(document) }]);
    }
}

async function discard(document: vscode.TextDocument): Promise<void> {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
}
