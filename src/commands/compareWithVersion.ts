import * as vscode from 'vscode';
import { isBinaryFile } from '../core/disk/binaryFile';
import { nameOf } from '../core/base/repositoryPath';
import { describeLoss } from '../core/revisions/loss';
import { plainLine } from '../core/base/plainText';
import { showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import { versionUri } from '../ui/versionDocuments';
import type { CommandContext } from './shared/commandContext';
import { keptVersion } from './shared/keptVersion';
import { resolveTargets } from './shared/targets';

/** Compare with Version at Check-Out: shows text side by side; for binary files size, time and hash. */
export async function compareWithVersion(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file to compare with its version at check-out',
        ({ state, missing }) => state === 'heldByMe' && !missing,
    );
    for (const target of targets) await compare(context, target, targets.length === 1);
}

async function compare(context: CommandContext, resource: RepositoryResource, preview: boolean): Promise<void> {
    const { session, path } = resource;
    const file = session.file(path);
    if (file?.state !== 'heldByMe' || file.lock === undefined) {
        const text = `You have not checked out ${path}, so there is no version at check-out to compare it with.`;
        return showMessage('info', text);
    }
    const version = await keptVersion(context, resource);
    if (version === undefined) return showMessage('info', notNoted(path));
    if (version.copy === undefined) showMessage('info', describeLoss(path, version.lost));
    const uri = vscode.Uri.file(file.diskPath);
    const { timestamp } = file.lock;
    const isText =
        version.copy !== undefined && !(await isBinaryFile(version.copy)) && !(await isBinaryFile(file.diskPath));
    const [then, now] = isText
        ? [versionUri(uri, timestamp), uri]
        : [versionUri(uri, timestamp, 'details then'), versionUri(uri, timestamp, 'details now')];
    context.versionDocuments.refresh(now);
    const title = `${plainLine(nameOf(path))} (at Check-Out ↔ Now)`;
    await vscode.commands.executeCommand('vscode.diff', then, now, title, { preview });
}

/** Why there is nothing to compare a file with. */
function notNoted(path: string): string {
    return `This computer has no record of ${path} at check-out: it was checked out on another computer or with another program.`;
}
