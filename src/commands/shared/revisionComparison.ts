import * as vscode from 'vscode';
import { isBinaryFile } from '../../core/disk/binaryFile';
import { plainLine } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { RevisionRow } from '../../model/historyRows';
import { CommandFailure } from '../../ui/messages';
import { versionUri } from '../../ui/versionDocuments';
import type { CommandContext } from './commandContext';
import { requireContent } from './revisionTargets';

/** Shows two revisions of a file side by side, the earlier one first: as text where both are, else size, time and hash. */
export async function showComparison(
    { versionDocuments }: CommandContext,
    one: RevisionRow,
    other: RevisionRow,
): Promise<void> {
    const pair = [one, other].toSorted((a, b) => a.revision.number - b.revision.number);
    for (const row of pair) requireContent(row);
    let shown = [await versionDocuments.prepare(pair[0]!), await versionDocuments.prepare(pair[1]!)];
    if (shown.some(({ isText }) => !isText)) {
        shown = await Promise.all(pair.map((row) => versionDocuments.prepare(row, true)));
    }
    const [then, now] = pair.map(({ revision: { number } }) => number);
    await showDiff(shown[0]!.uri, shown[1]!.uri, pair[1]!.path, `Revision ${then} ↔ ${now}`);
}

/**
 * Shows a revision beside the file as it is now: as text where both are, else size, time and hash.
 * @param preview whether the editor may make room for the next one
 */
export async function showBesideFile(
    { versionDocuments }: CommandContext,
    row: RevisionRow,
    preview = true,
): Promise<void> {
    requireContent(row);
    const { session, path, revision } = row;
    const diskPath = await session.repository.openable(path);
    if (diskPath === undefined) {
        throw new CommandFailure(`${path} is no longer a file of the repository, so nothing can be compared with it.`);
    }
    let now = vscode.Uri.file(diskPath);
    let { uri: then, isText } = await versionDocuments.prepare(row);
    if (!isText || (await isBinaryFile(diskPath))) {
        ({ uri: then, isText } = await versionDocuments.prepare(row, true));
        now = versionUri(now, '', 'details now');
        versionDocuments.refresh(now);
    }
    await showDiff(then, now, path, `Revision ${revision.number} ↔ Now`, preview);
}

/** Opens the editor that shows two documents of a file side by side. */
export async function showDiff(
    then: vscode.Uri,
    now: vscode.Uri,
    path: string,
    which: string,
    preview = true,
): Promise<void> {
    const title = `${plainLine(nameOf(path))} (${which})`;
    await vscode.commands.executeCommand('vscode.diff', then, now, title, { preview });
}
