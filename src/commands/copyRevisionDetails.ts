import * as vscode from 'vscode';
import { showInStatusBar } from '../ui/messages';
import { revisionDetails } from '../ui/revisionText';
import type { CommandContext } from './shared/commandContext';
import { revisionTargets } from './shared/revisionTargets';

/** Copy Revision Details: copies number, user, time, message, size and hash to the clipboard. */
export async function copyRevisionDetails(context: CommandContext, ...args: unknown[]): Promise<void> {
    const rows = revisionTargets(context, args);
    if (rows.length === 0) return;
    await vscode.env.clipboard.writeText(
        rows.map(({ path, revision }) => revisionDetails(path, revision)).join('\n\n'),
    );
    showInStatusBar('Copied revision details');
}
