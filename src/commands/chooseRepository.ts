import * as path from 'node:path';
import * as vscode from 'vscode';
import { CheckoutError } from '../core/base/errors';
import { locateRepository } from '../core/repository/locateRepository';
import type { LocksPlace } from '../core/repository/placeNote';
import { showMessage } from '../ui/messages';
import { chooseRepository as remember, readSettings } from '../model/settings';
import type { CommandContext } from './shared/commandContext';

/** Choose Repository Folder…: sets a folder as the repository of this workspace. */
export async function chooseRepository({ repositories }: CommandContext): Promise<void> {
    const folder = await pickWorkspaceFolder();
    const [chosen] =
        (await vscode.window.showOpenDialog({
            canSelectFiles: false,
            canSelectFolders: true,
            openLabel: 'Use as Repository',
            title: 'Select the folder that contains the CAM files',
            ...(folder === undefined ? {} : { defaultUri: folder.uri }),
        })) ?? [];
    if (chosen === undefined) return;
    if (folder === undefined) {
        await vscode.commands.executeCommand('vscode.openFolder', chosen);
        return;
    }
    const { repository, locksFile } = await placeOf(chosen.fsPath, readSettings(folder).extensions);
    const relative = path.relative(folder.uri.fsPath, repository);
    const outside = relative.startsWith('..') || path.isAbsolute(relative);
    await remember(folder, outside ? repository : relative.split(path.sep).join('/') || '.');
    await repositories.reopen();
    showMessage('info', `The repository is ${repository}. Check-outs are recorded in ${locksFile}.`);
}

/**
 * The repository that a folder is, or lies in, with the locks file that everyone uses for it; a folder without CAM files is
 * one that somebody is about to fill.
 */
async function placeOf(folder: string, extensions: ReadonlySet<string>): Promise<LocksPlace> {
    try {
        return await locateRepository({ root: folder, extensions });
    } catch (error) {
        if (!(error instanceof CheckoutError) || error.code !== 'repositoryMissing') throw error;
        return locateRepository({ root: folder, repository: folder, extensions });
    }
}

async function pickWorkspaceFolder(): Promise<vscode.WorkspaceFolder | undefined> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}
