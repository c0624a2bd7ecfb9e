import { access } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { showMessage } from '../ui/messages';
import { chooseRepository as remember } from '../model/settings';
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
    const relative = path.relative(folder.uri.fsPath, chosen.fsPath);
    const outside = relative.startsWith('..') || path.isAbsolute(relative);
    const locksFile = outside ? await locksFileFor(chosen.fsPath) : undefined;
    await remember(folder, outside ? chosen.fsPath : relative.split(path.sep).join('/') || '.', locksFile);
    await repositories.reopen();
    if (locksFile === undefined) return;
    showMessage(
        'info',
        `Check-outs are recorded in ${locksFile}. Everyone who works in this repository must use the same file.`,
    );
}

/** A repository outside the workspace has its locks file there, too: in the workspace only one user would see it. */
async function locksFileFor(repository: string): Promise<string> {
    const beside = path.join(path.dirname(repository), 'locks.json');
    try {
        await access(beside);
        return beside;
    } catch {
        return path.join(repository, 'locks.json');
    }
}

async function pickWorkspaceFolder(): Promise<vscode.WorkspaceFolder | undefined> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}
