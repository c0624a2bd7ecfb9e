import { basename } from 'node:path';
import * as vscode from 'vscode';
import { describeError } from '../../core/base/errors';
import { isBinaryFile } from '../../core/disk/binaryFile';
import { showMessage } from '../../ui/messages';
import type { RepositoryResource } from '../../model/repositories';
import { plainLine } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { RepositoryFile } from '../../core/repository/snapshot';
import { holderText } from '../../ui/lockText';

/**
 * Opens a file: text in an editor; a binary file with the system's program for it, if VS Code runs on this computer.
 */
export async function openResource(
    { session, path }: RepositoryResource,
    { preview = true, toSide = false }: { readonly preview?: boolean; readonly toSide?: boolean } = {},
): Promise<void> {
    const diskPath = await session.repository.openable(path);
    if (diskPath === undefined) {
        showMessage('warning', `${path} is no longer a file of the repository, so it was not opened.`);
        return;
    }
    const uri = vscode.Uri.file(diskPath);
    const isBinary = await isBinaryFile(diskPath);
    if (isBinary && isHere()) {
        if (await isMeant(session.file(path))) await openOnThisComputer(uri, path);
        return;
    }
    const viewColumn = toSide ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    await vscode.commands.executeCommand('vscode.open', uri, { preview, viewColumn });
    if (isBinary) {
        showMessage(
            'info',
            `${path} is not a text file, and VS Code runs on another computer here, so it cannot start your program for it. Open the file from the share with that program.`,
        );
    }
}

/** Asks before another program opens what somebody else has: it knows nothing of locks, and would save over their work. */
async function isMeant(file: RepositoryFile | undefined): Promise<boolean> {
    if (file?.state !== 'heldByOthers') return true;
    const holder = file.lock === undefined ? 'Somebody' : holderText(file.lock, Date.now());
    const name = plainLine(nameOf(file.path));
    // The first button is what Enter does.
    const [leave, open] = ['Leave Closed', 'Open Anyway'];
    const answer = await vscode.window.showWarningMessage(
        `${name} is checked out by ${holder}`,
        {
            modal: true,
            detail: 'The program that opens it knows nothing of check-outs. Do not save in it: that would overwrite their work.',
        },
        leave,
        open,
    );
    return answer === open;
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
