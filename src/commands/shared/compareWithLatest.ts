import * as vscode from 'vscode';
import { isBinaryFile } from '../../core/disk/binaryFile';
import { plainLine } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { ChangedFile } from '../../model/changedOutside';
import { revisionUri } from '../../ui/latestDocuments';
import { versionUri } from '../../ui/versionDocuments';
import type { CommandContext } from './commandContext';

/** Shows the latest revision of a file and the file side by side; of binary files size, time and hash. */
export async function compareWithLatest(
    context: CommandContext,
    { session, path, latest }: ChangedFile,
): Promise<void> {
    const file = session.uriOf(path);
    const isText = !(await isBinaryFile(file.fsPath));
    const then = revisionUri(file, latest.number, isText ? 'text' : 'details');
    const now = isText ? file : versionUri(file, '', 'details now');
    context.versionDocuments.refresh(now);
    const title = `${plainLine(nameOf(path))} (Revision ${latest.number} ↔ Now)`;
    await vscode.commands.executeCommand('vscode.diff', then, now, title, { preview: false });
}
