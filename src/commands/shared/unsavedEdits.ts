import * as vscode from 'vscode';
import { CheckoutError } from '../../core/base/errors';
import { explainIoError } from '../../core/disk/ioErrors';
import type { Outcome } from '../../core/locks/rules';
import type { RepositoryResource } from '../../model/repositories';
import type { CommandContext } from './commandContext';

/** A file whose content is about to be replaced. */
export interface Replaced {
    readonly resource: RepositoryResource;
    readonly diskPath: string;
    /** Its editor, where that has unsaved edits. */
    readonly document: vscode.TextDocument | undefined;
}

/** The editor of a file that has unsaved edits. */
export function unsavedDocument(diskPath: string): vscode.TextDocument | undefined {
    const uri = vscode.Uri.file(diskPath).toString();
    return vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri);
}

/**
 * Replaces what is in files, and discards the unsaved edits of their editors: these are kept on this computer first, and given
 * back where a file was not replaced.
 * @param replace answers with an outcome for each file, in order
 * @throws CheckoutError
 */
export async function discardingEdits(
    context: CommandContext,
    files: readonly Replaced[],
    replace: () => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
    const discarded: { readonly at: number; readonly document: vscode.TextDocument; readonly edits: string }[] = [];
    let outcomes: readonly Outcome[] = [];
    try {
        for (const [at, file] of files.entries()) {
            const { document } = file;
            if (document === undefined) continue;
            const edits = document.getText();
            await keepUnsaved(context, file, document);
            discarded.push({ at, document, edits });
            // First of all: auto-save could write the edits over the file that was put back and released.
            await revert(document);
        }
        outcomes = await replace();
        return outcomes;
    } finally {
        for (const { at, document, edits } of discarded) {
            const isReplaced = outcomes[at] !== undefined && outcomes[at].refusal === undefined;
            await (isReplaced ? revert(document) : restoreEdits(document.uri, edits));
        }
    }
}

/** @throws CheckoutError with a finished sentence, and then nothing was changed */
async function keepUnsaved(
    { versions }: CommandContext,
    { resource, diskPath }: Replaced,
    document: vscode.TextDocument,
): Promise<void> {
    try {
        const { encoding } = document;
        await versions.keepUnsaved(resource, await vscode.workspace.encode(document.getText(), { encoding }));
    } catch (error) {
        const text = `${resource.path} was not changed, because your unsaved edits could not be kept: ${explainIoError(error, 'write').reason}.`;
        throw new CheckoutError('fileNotRestored', text, diskPath, { cause: error });
    }
}

/** Gives edits back to their editor, unsaved. */
async function restoreEdits(uri: vscode.Uri, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    await vscode.workspace.applyEdit(edit);
}

/** Has the editor show what is on disk. */
async function revert(document: vscode.TextDocument): Promise<void> {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
}
