import * as vscode from 'vscode';
import { lockDetails } from '../ui/lockText';
import { showInStatusBar } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Copy Lock Details: copies to the clipboard who has the files, since when and why. */
export async function copyLockDetails(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file whose lock details to copy',
        ({ state }) => state !== 'available',
    );
    const details = targets.flatMap(({ session, path }) => {
        const file = session.file(path);
        return file === undefined ? [] : [lockDetails(file, Date.now())];
    });
    if (details.length === 0) return;
    await vscode.env.clipboard.writeText(details.join('\n\n'));
    showInStatusBar('Copied lock details');
}
