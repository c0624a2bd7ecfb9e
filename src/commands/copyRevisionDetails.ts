import * as vscode from 'vscode';
import { revisionDetails } from '../ui/revisionText';
import type { CommandContext } from './shared/commandContext';
import { STATUS_MESSAGE_MS } from './shared/reportOutcomes';
import { revisionTargets } from './shared/revisionTargets';

/** Copy Revision Details: copies number, user, time, message, size and hash to the clipboard. */
export async function copyRevisionDetails(context: CommandContext, ...args: unknown[]): Promise<void> {
    const rows = revisionTargets(context, args);
    if (rows.length === 0) return;
    await vscode.env.clipboard.writeText(
        rows.map(({ path, revision }) => revisionDetails(path, revision)).join('\n\n'),
    );
    vscode.window.setStatusBarMessage('Copied revision details', STATUS_MESSAGE_MS);
}
