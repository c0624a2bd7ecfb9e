import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { LONGEST_MESSAGE } from '../core/locks/rules';
import type { CommandContext } from './shared/commandContext';
import { oneRevision } from './shared/revisionTargets';

/** Label Revision…: asks what a revision is to be called, for everybody; an empty answer takes its label away. */
export async function labelRevision(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { session, path, revision } = oneRevision(context, args);
    const { number, record } = revision;
    const label = await vscode.window.showInputBox({
        title: `Label Revision ${number} of ${plainLine(nameOf(path))}`,
        prompt: 'What should this revision be called? (visible to everyone; leave it empty to remove the label)',
        placeHolder: 'ECO 1182, customer rev C',
        value: record?.label ?? '',
        ignoreFocusOut: true,
        validateInput: (text) =>
            text.length > LONGEST_MESSAGE ? `The label is longer than ${LONGEST_MESSAGE} characters.` : undefined,
    });
    if (label === undefined || label.trim() === (record?.label ?? '')) return;
    await session.repository.revisions.label(path, number, label.trim());
    context.history.refresh();
}
