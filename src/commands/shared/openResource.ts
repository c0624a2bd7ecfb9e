import { basename } from 'node:path';
import * as vscode from 'vscode';
import { describeError } from '../../core/base/errors';
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
    const isBinary = await isBinaryFile(diskPath);
    if (isBinary && isHere()) return openOnThisComputer(uri, path);
    await vscode.commands.executeCommand('vscode.open', uri, { preview });
    if (isBinary) {
        showMessage(
            'info',
            `${path} is not a text file, and VS Code runs on another computer here, so it cannot start your program for it. Open the file from the share with that program.`,
        );
    }
}

/** Opens a copy of an old revision with the system's program for it, if VS Code runs on this computer. */
export async function openCopy(diskPath: string): Promise<void> {
    const name = basename(diskPath);
    if (isHere()) return openOnThisComputer(vscode.Uri.file(diskPath), name);
    showMessage(
        'info',
        `${name} was not opened, because VS Code runs on another computer here and cannot start your program for it. Save a copy of the revision, and open that.`,
    );
}

function isHere(): boolean {
    return vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
}

/** Not by `env.openExternal`, which on Windows fails where a path has letters outside ASCII. */
async function openOnThisComputer(uri: vscode.Uri, path: string): Promise<void> {
    try {
        const { openWithSystemProgram } = await import('../../opener.js');
        await openWithSystemProgram(uri.fsPath);
    } catch (error) {
        showMessage(
            'warning',
            `${path} could not be opened: ${describeError(error)}. Check which program your computer uses for such files.`,
            [{ title: 'Show in Folder', command: 'revealFileInOS', arguments: [uri] }],
        );
    }
}
