import { CommandFailure } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { showComparison } from './shared/revisionComparison';
import { revisionTargets } from './shared/revisionTargets';

/** Compare Selected Revisions: shows two revisions side by side. */
export async function compareRevisions(context: CommandContext, ...args: unknown[]): Promise<void> {
    const [one, other, ...more] = revisionTargets(context, args);
    if (one === undefined || other === undefined || more.length > 0) {
        throw new CommandFailure('Select two revisions in the History view, with Ctrl, to compare them.');
    }
    await showComparison(context, one, other);
}
