import { isRevisionRow, type RevisionRow } from '../../model/historyRows';
import { CommandFailure } from '../../ui/messages';
import type { CommandContext } from './commandContext';

/** The revisions that a command was called for: rows of the History view, else those that are selected there. */
export function revisionTargets({ history }: CommandContext, args: readonly unknown[]): readonly RevisionRow[] {
    const [clicked, selection] = args;
    const given = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [clicked];
    const rows = given.filter(isRevisionRow);
    return rows.length > 0 ? rows : history.selected;
}

/** @throws CommandFailure unless it is one revision */
export function oneRevision(context: CommandContext, [clicked]: readonly unknown[]): RevisionRow {
    const [row] = revisionTargets(context, [clicked]);
    if (row === undefined) throw new CommandFailure('Select a revision in the History view first.');
    return row;
}

/** @throws CommandFailure when its content was removed */
export function requireContent({ path, revision: { number, isGone } }: RevisionRow): void {
    if (isGone) throw new CommandFailure(`The content of revision ${number} of ${path} was removed.`);
}
