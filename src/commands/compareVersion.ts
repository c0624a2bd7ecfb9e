import * as vscode from 'vscode';
import { isBinaryFile } from '../core/binaryFile';
import type { KeptVersion } from '../core/keptVersions';
import { nameOf } from '../core/repositoryPath';
import { plainLine } from '../host/lockText';
import { showMessage } from '../host/reporting';
import type { RepositoryResource } from '../host/repositories';
import { versionUri } from '../host/versionDocuments';
import type { CommandContext } from './commandContext';
import { resolveTargets } from './targets';

/** Compare with Version at Check-Out: the text side by side; of what is no text the size, the time and the hash. */
export async function compareWithVersion(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file to compare with its version at check-out',
        ({ state, missing }) => state === 'heldByMe' && !missing,
    );
    for (const target of targets) await compare(context, target, targets.length === 1);
}

async function compare(context: CommandContext, resource: RepositoryResource, preview: boolean): Promise<void> {
    const { opened, path } = resource;
    const file = opened.file(path);
    if (file?.state !== 'heldByMe' || file.lock === undefined) {
        const text = `You have not checked out ${path}, so there is no version at its check-out to compare it with.`;
        return showMessage('info', text);
    }
    const version = await keptVersion(context, resource);
    if (version === undefined) return showMessage('info', notNoted(path));
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

/** The version at check-out, with its copy where one is on its way. */
export async function keptVersion(
    { versions }: CommandContext,
    resource: RepositoryResource,
): Promise<KeptVersion | undefined> {
    const version = await versions.versionOf(resource);
    if (version === undefined || version.copy !== undefined) return version;
    await versions.whenKept(resource.opened);
    return versions.versionOf(resource);
}

/** Why there is nothing to compare a file with, or to go back to. */
function notNoted(path: string): string {
    return `How ${path} was at its check-out is not known on this computer: it was checked out elsewhere, or with another program.`;
}
