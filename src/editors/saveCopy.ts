import { basename } from 'node:path';
import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import type { Repositories } from '../model/repositories';
import { askForCopyTarget } from '../ui/copyTarget';
import { reportError, showInStatusBar } from '../ui/messages';

/** Writes edits that cannot be saved to a file outside of the repository; the editor keeps them, too. */
export async function saveCopyOf(
    repositories: Repositories,
    document: vscode.TextDocument,
    log: vscode.LogOutputChannel,
): Promise<void> {
    const name = basename(document.uri.fsPath);
    try {
        const target = await askForCopyTarget(repositories, {
            title: `Save a Copy of Your Edits in ${plainLine(name)}`,
            name,
            whyOutside: 'a file of the repository changes only when it is checked out. Save the copy elsewhere.',
        });
        if (target === undefined) return;
        const bytes = await vscode.workspace.encode(document.getText(), { encoding: document.encoding });
        await vscode.workspace.fs.writeFile(target, bytes);
        showInStatusBar(`Saved a copy to ${plainLine(target.fsPath)}`);
    } catch (error) {
        reportError(error, log);
    }
}
