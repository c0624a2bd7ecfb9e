import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import { guardedFile, whyGuarded } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import { names, tellOf } from './skippedEdits';
import { suggestedActions } from './suggestedActions';

/** What one command does to many files, such as Replace in Files, is one message. */
const SAME_CHANGE_MS = 300;

/**
 * Warns of unsaved edits in a file that the user does not hold, or no longer: it was taken over, checked in elsewhere, or
 * edited before its repository was read. The edits stay in the editor.
 */
export class UnsavedEdits implements vscode.Disposable {
    /** The state of each document that was last reported, so that each state is reported once. */
    private readonly reported = new Map<vscode.TextDocument, string>();
    /** Those that are to be told of. */
    private due = new Set<vscode.TextDocument>();
    private timer: NodeJS.Timeout | undefined;
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        this.disposables.addAll(
            repositories.onDidChange(() => this.lookAtAll()),
            repositories.onDidReopen(() => this.lookAtAll()),
            vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
            vscode.workspace.onDidChangeTextDocument(({ document }) => this.look(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.reported.delete(document)),
        );
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.disposables.dispose();
    }

    private lookAtAll(): void {
        for (const document of vscode.workspace.textDocuments) this.look(document, true);
    }

    /** @param locksChanged whether the locks changed: in the mode `prompt`, FirstChange asks about edits */
    private look(document: vscode.TextDocument, locksChanged = false): void {
        if (!document.isDirty) {
            this.reported.delete(document);
            return;
        }
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || file.holder === 'unknown') return;
        const state = `${file.holder} ${file.lock?.user} ${file.lock?.timestamp}`;
        const before = this.reported.get(document);
        if (state === before) return;
        this.reported.set(document, state);
        if (file.holder === 'me' || file.mode === 'off' || (file.mode === 'prompt' && !locksChanged)) return;
        this.due.add(document);
        this.timer ??= setTimeout(() => this.tell(), SAME_CHANGE_MS);
    }

    private tell(): void {
        const documents = [...this.due].filter(({ isDirty, isClosed }) => isDirty && !isClosed);
        this.due = new Set();
        this.timer = undefined;
        const files = documents.flatMap((document) => {
            const file = guardedFile(this.repositories, document.uri);
            return file === undefined || file.holder === 'me' ? [] : [file];
        });
        const [file, ...others] = files;
        if (file === undefined) return;
        if (others.length > 0) {
            const text = `You have not checked out ${names(files)}. Your unsaved edits stay in the editors.`;
            return tellOf(files, text);
        }
        const compare = {
            title: 'Compare with Saved',
            command: 'workbench.files.action.compareWithSaved',
            arguments: [file.session.uriOf(file.path)],
        };
        const text = `${whyGuarded(file, Date.now())} Your unsaved edits stay in the editor.`;
        showMessage('warning', text, [...suggestedActions(this.repositories, file), compare]);
    }
}
