import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import { guardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import { isInTab } from '../ui/openEditors';
import { names, orElsewhere, tellOf } from './skippedEdits';

/**
 * Knows which documents were changed while they had no tab, as Replace in Files does it. What counts is the moment of the
 * change: a second later VS Code itself opens a tab for such a document, in the background and without a word.
 */
export class HiddenEdits implements vscode.Disposable {
    /** Whether a document had a tab when it was first changed; until it is clean or closed. */
    private readonly hadTab = new Map<vscode.TextDocument, boolean>();
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        this.disposables.addAll(
            vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
                if (contentChanges.length > 0) this.noteChange(document);
                else if (!document.isDirty) this.hadTab.delete(document);
            }),
            vscode.workspace.onDidCloseTextDocument((document) => this.hadTab.delete(document)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    /** Shows those of the documents whose save was refused, and names them. */
    async show(documents: readonly vscode.TextDocument[]): Promise<void> {
        const hidden = documents.filter(
            (document) => document.isDirty && !document.isClosed && this.isHidden(document),
        );
        const files = hidden.flatMap((document) => guardedFile(this.repositories, document.uri) ?? []);
        if (files.length === 0) return;
        for (const document of hidden) {
            await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
            // From now on its user has seen it.
            this.hadTab.set(document, true);
        }
        const [them, was, editor] =
            files.length === 1 ? ['it', 'was', 'its editor'] : ['them', 'were', 'their editors'];
        tellOf(
            files,
            `${names(files)} ${was} not saved, because you have not checked ${them} out${orElsewhere(files)}. The changes stay unsaved in ${editor}.`,
        );
    }

    private noteChange(document: vscode.TextDocument): void {
        if (this.hadTab.has(document) || guardedFile(this.repositories, document.uri) === undefined) return;
        this.hadTab.set(document, isInTab(document.uri));
    }

    private isHidden(document: vscode.TextDocument): boolean {
        return this.hadTab.get(document) === false || !isInTab(document.uri);
    }
}
