import * as vscode from 'vscode';
import { isBinaryFile } from '../core/disk/binaryFile';
import { showMessage } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Open: each file that it was called for. */
export async function openFile(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file to open',
        ({ missing }) => !missing,
    );
    for (const target of targets) await openResource(target, targets.length === 1);
}

/**
 * Opens a file: text in an editor, anything else with the program that the system has for it, where VS Code runs on the
 * same computer.
 */
export async function openResource({ session, path }: RepositoryResource, preview = true): Promise<void> {
    const diskPath = await session.repository.openable(path);
    if (diskPath === undefined) {
        showMessage('warning', `${path} is not a file of the repository now, so it was not session.`);
        return;
    }
    const uri = vscode.Uri.file(diskPath);
    const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    if (isHere && (await isBinaryFile(diskPath)) && (await vscode.env.openExternal(uri))) return;
    await vscode.commands.executeCommand('vscode.open', uri, { preview });
}
