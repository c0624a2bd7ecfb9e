import type { CommandContext } from './shared/commandContext';
import { showBesideFile } from './shared/revisionComparison';
import { oneRevision } from './shared/revisionTargets';

/** Compare with File Now: shows a revision beside the file; of other files than texts size, time and hash. */
export function compareRevisionWithFile(context: CommandContext, ...args: unknown[]): Promise<void> {
    return showBesideFile(context, oneRevision(context, args));
}
