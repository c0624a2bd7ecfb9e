import * as vscode from 'vscode';
import { isBinaryFile } from '../../core/disk/binaryFile';
import { showMessage } from '../../ui/messages';
import type { RepositoryResource } from '../../model/repositories';

/**
 * Opens a file: text in an editor; a binary file with the system's program for it, if VS Code runs on this computer.
 */
export async function openResource({ session, path }: RepositoryResource, preview = true): Promise<void> {
    const diskPath = await session.repository.openable(path);
    if (diskPath === undefined) {
        showMessage('warning', `${path} is no longer a file of the repository, so it was not opened.`);
        return;
    }
    const uri = vscode.Uri.file(diskPath);
    const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    if (isHere && (await isBinaryFile(diskPath)) && (await vscode.env.openExternal(uri))) return;
    await vscode.commands.executeCommand('vscode.open', uri, { preview });
}
