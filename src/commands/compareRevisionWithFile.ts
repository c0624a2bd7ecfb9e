import * as vscode from 'vscode';
import { isBinaryFile } from '../core/disk/binaryFile';
import { CommandFailure } from '../ui/messages';
import { versionUri } from '../ui/versionDocuments';
import type { CommandContext } from './shared/commandContext';
import { showDiff } from './shared/revisionComparison';
import { oneRevision, requireContent } from './shared/revisionTargets';

/** Compare with File Now: shows a revision beside the file; of other files than texts size, time and hash. */
export async function compareRevisionWithFile(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    const { session, path, revision } = row;
    const diskPath = await session.repository.openable(path);
    if (diskPath === undefined) {
        throw new CommandFailure(`${path} is no longer a file of the repository, so nothing can be compared with it.`);
    }
    const file = vscode.Uri.file(diskPath);
    let { uri: then, isText } = await context.versionDocuments.prepare(row);
    let now = file;
    if (!isText || (await isBinaryFile(diskPath))) {
        ({ uri: then, isText } = await context.versionDocuments.prepare(row, true));
        now = versionUri(file, '', 'details now');
        context.versionDocuments.refresh(now);
    }
    await showDiff(then, now, path, `Revision ${revision.number} ↔ Now`);
}
