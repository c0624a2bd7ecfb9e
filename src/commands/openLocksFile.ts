import * as vscode from 'vscode';
import type { CommandContext } from './shared/commandContext';
import { pickRepository } from './shared/pickRepository';

/** Open Locks File: as text in an editor. */
export async function openLocksFile({ repositories }: CommandContext, ...args: unknown[]): Promise<void> {
    const session = await pickRepository(repositories, args, 'Select the repository whose locks file to open');
    if (session === undefined) return;
    await vscode.window.showTextDocument(vscode.Uri.file(session.locksFile));
}
