import * as vscode from 'vscode';
import { showInStatusBar } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Copy Path: copies the absolute paths of the files it was called for, each on a line. */
export async function copyPath(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(context.repositories, args, 'Select the file whose path to copy', () => true);
    if (targets.length === 0) return;
    const paths = targets.map(({ session, path }) => session.uriOf(path).fsPath);
    await vscode.env.clipboard.writeText(paths.join('\n'));
    showInStatusBar(paths.length === 1 ? 'Copied the path' : `Copied ${paths.length} paths`);
}
