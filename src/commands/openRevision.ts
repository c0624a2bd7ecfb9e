import * as vscode from 'vscode';
import type { CommandContext } from './shared/commandContext';
import { oneRevision, requireContent } from './shared/revisionTargets';

/** Open Revision: shows a text read-only, in the language and the encoding of the file; of other files size, time and hash. */
export async function openRevision(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    const { uri, isText } = await context.versionDocuments.prepare(row);
    const document = await vscode.workspace.openTextDocument(uri);
    const file = row.session.uriOf(row.path).toString();
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === file);
    // Somebody may have chosen another language for the file than its name says.
    if (isText && open !== undefined && open.languageId !== document.languageId) {
        await vscode.languages.setTextDocumentLanguage(document, open.languageId);
    }
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
}
