import * as vscode from 'vscode';
import { linkTo } from '../ui/fileLink';
import { showInStatusBar } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Copy Link: copies what opens the place of the files in a colleague's VS Code. */
export async function copyLink({ repositories }: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(repositories, args, 'Select the file whose link to copy', () => true);
    if (targets.length === 0) return;
    await vscode.env.clipboard.writeText(targets.map(linkTo).join('\n'));
    showInStatusBar(targets.length === 1 ? 'Copied the link' : `Copied ${targets.length} links`);
}
