import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { readRegular } from '../core/disk/regularFile';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { DisposableStore } from '../model/disposables';
import { guardedFile, type GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import { listed } from '../ui/heldFiles';
import { showMessage } from '../ui/messages';
import { isInTab } from '../ui/openEditors';

/** Replace in Files changes one file after another; one message names them all. */
const SAME_REPLACE_MS = 500;

/** VS Code does not change larger files. */
const LARGEST_BYTES = 50 * 2 ** 20;

/**
 * Names the files in whose read-only editors a command changed the text: Replace in Files, a formatter. VS Code makes such a
 * change in the editor, never saves it, and says nothing. The editor goes back to what is in the file.
 */
export class SkippedEdits implements vscode.Disposable {
    private changed = new Set<vscode.TextDocument>();
    private timer: NodeJS.Timeout | undefined;
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        this.disposables.addAll(
            vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
                // Of a document that can be saved, a change makes it dirty.
                if (
                    contentChanges.length === 0 ||
                    document.isDirty ||
                    protectedFile(repositories, document) === undefined
                )
                    return;
                this.changed.add(document);
                clearTimeout(this.timer);
                this.timer = setTimeout(() => void this.look(), SAME_REPLACE_MS);
            }),
        );
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.disposables.dispose();
    }

    private async look(): Promise<void> {
        const documents = [...this.changed];
        this.changed = new Set();
        const skipped: vscode.TextDocument[] = [];
        for (const document of documents) if (await differsFromDisk(document)) skipped.push(document);
        const files = skipped.flatMap((document) => protectedFile(this.repositories, document) ?? []);
        if (files.length === 0) return;
        for (const document of skipped) await revert(document);
        const [them, are] = files.length === 1 ? ['it', 'is'] : ['them', 'are'];
        tellOf(
            files,
            `${names(files)} ${are} as before, because you have not checked ${them} out${orElsewhere(files)}.`,
        );
    }
}

/** Tells of protected files, and offers to check out those that nobody has. */
export function tellOf(files: readonly GuardedFile[], text: string): void {
    const uris = files.filter(({ holder }) => holder === 'nobody').map(({ session, path }) => session.uriOf(path));
    const checkOut = { title: 'Check Out…', command: commandIds.checkOut, arguments: [uris[0], uris] };
    showMessage('warning', text, uris.length > 0 && vscode.workspace.isTrusted ? [checkOut] : []);
}

/** What is true also of what the user may have checked out elsewhere. */
export function orElsewhere(files: readonly GuardedFile[]): string {
    return files.some(({ holder }) => holder === 'namesake') ? ' on this computer' : '';
}

/** The names of protected files in a message. */
export function names(files: readonly GuardedFile[]): string {
    return listed(files.map(({ path }) => plainLine(nameOf(path))));
}

function protectedFile(repositories: Repositories, { uri }: vscode.TextDocument): GuardedFile | undefined {
    const file = guardedFile(repositories, uri);
    return file?.mode === 'readOnly' && file.holder !== 'me' && file.holder !== 'unknown' ? file : undefined;
}

/** Whether an editor shows another text than the file has: a change of the file itself comes to the editor, too. */
async function differsFromDisk(document: vscode.TextDocument): Promise<boolean> {
    if (document.isClosed || document.isDirty) return false;
    try {
        const text = await vscode.workspace.decode(await readRegular(document.uri.fsPath, LARGEST_BYTES), {
            encoding: document.encoding,
        });
        return withoutLineEnds(text) !== withoutLineEnds(document.getText());
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}

function withoutLineEnds(text: string): string {
    return text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
}

async function revert(document: vscode.TextDocument): Promise<void> {
    // A document without a tab is read again when it is opened.
    if (!isInTab(document.uri)) return;
    const active = vscode.window.activeTextEditor;
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand('workbench.action.files.revert');
    if (active !== undefined && active.document !== document) await vscode.window.showTextDocument(active.document);
}
