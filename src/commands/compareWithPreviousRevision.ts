import { CommandFailure } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { showComparison } from './shared/revisionComparison';
import { oneRevision } from './shared/revisionTargets';

/** Compare with Previous Revision: with the one before whose content is there. */
export async function compareWithPreviousRevision(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    const { session, path, revision } = row;
    const all = await session.repository.revisions.list(path);
    const previous = all.find(({ number, isGone }) => number < revision.number && !isGone);
    if (previous === undefined) {
        throw new CommandFailure(`There is no revision of ${path} before ${revision.number} to compare it with.`);
    }
    await showComparison(context, { ...row, revision: previous }, row);
}
