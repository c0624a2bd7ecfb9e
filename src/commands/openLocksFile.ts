import * as vscode from 'vscode';
import type { CommandContext } from './commandContext';
import { pickRepository } from './pickRepository';

/** Open Locks File: as text in an editor. */
export async function openLocksFile({ repositories }: CommandContext, ...args: unknown[]): Promise<void> {
    const opened = await pickRepository(repositories, args, 'Choose the repository whose locks file to open');
    if (opened === undefined) return;
    await vscode.window.showTextDocument(vscode.Uri.file(opened.locksFile.file));
}
