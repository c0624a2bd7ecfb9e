import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import { guardedFile, whyGuarded } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import { suggestedActions } from './suggestedActions';

/**
 * Tells of edits that are not saved, in a file that is not the user's to change (any more): it was taken over, checked in
 * elsewhere, or changed before its repository was read. The edits stay where they are.
 */
export class UnsavedEdits implements vscode.Disposable {
    /** Document -> what was told of it, so that each is told once. */
    private readonly told = new Map<vscode.TextDocument, string>();
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        this.disposables.addAll(
            repositories.onDidChange(() => this.lookAtAll()),
            repositories.onDidReopen(() => this.lookAtAll()),
            vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
            vscode.workspace.onDidChangeTextDocument(({ document }) => this.look(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.told.delete(document)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private lookAtAll(): void {
        for (const document of vscode.workspace.textDocuments) this.look(document, true);
    }

    /** @param locksChanged in the mode `prompt` an edit itself is asked about elsewhere */
    private look(document: vscode.TextDocument, locksChanged = false): void {
        if (!document.isDirty) {
            this.told.delete(document);
            return;
        }
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || file.holder === 'unknown') return;
        const state = `${file.holder} ${file.lock?.user} ${file.lock?.timestamp}`;
        const before = this.told.get(document);
        if (state === before) return;
        this.told.set(document, state);
        if (file.holder === 'me' || file.mode === 'off' || (file.mode === 'prompt' && !locksChanged)) return;
        const compare = {
            title: 'Compare with Saved',
            command: 'workbench.files.action.compareWithSaved',
            arguments: [document.uri],
        };
        const text = `${whyGuarded(file, Date.now())} Your unsaved edits stay in the editor.`;
        showMessage('warning', text, [...suggestedActions(file), compare]);
    }
}
