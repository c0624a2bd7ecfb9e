import { dirname } from 'node:path';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { isOwnFile } from '../core/disk/ownFiles';
import { CommandFailure, showInStatusBar } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { revisionFileName } from '../ui/revisionText';
import type { CommandContext } from './shared/commandContext';
import { oneRevision, requireContent } from './shared/revisionTargets';

/** Save a Copy…: writes a revision to a file outside of the repositories. */
export async function saveRevisionCopy(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    const { session, path, revision } = row;
    const name = revisionFileName(path, revision.number);
    const target = await vscode.window.showSaveDialog({
        title: `Save a Copy of Revision ${revision.number} of ${plainLine(nameOf(path))}`,
        defaultUri: vscode.Uri.joinPath(vscode.Uri.file(homedir()), name),
    });
    if (target === undefined) return;
    await requireOutside(context, target);
    await withProgress(`Copying revision ${revision.number} of ${plainLine(nameOf(path))}`, (signal) =>
        session.repository.revisions.copyTo(path, revision.number, target.fsPath, { signal }),
    );
    const saved = `Saved revision ${revision.number} to ${plainLine(dirname(target.fsPath))}`;
    showInStatusBar(saved);
}

/** An old revision among the programs would be run by mistake, and a file of the repository changes only under its lock. */
async function requireOutside({ repositories }: CommandContext, target: vscode.Uri): Promise<void> {
    if (target.scheme !== 'file') throw new CommandFailure('Save the copy in a folder of a disk or a network share.');
    await repositories.learnFolderOf(target);
    for (const { locksFile } of repositories.all) {
        if (!(await isOwnFile(target.fsPath, locksFile))) continue;
        const text = `${plainLine(target.fsPath)} was not written, because it is the locks file or belongs to it. Save the copy elsewhere.`;
        throw new CommandFailure(text);
    }
    if (repositories.find(target) === undefined) return;
    const text = `${plainLine(target.fsPath)} was not written: an old revision in the repository could be run by mistake. Save the copy elsewhere, or restore the revision.`;
    throw new CommandFailure(text);
}
