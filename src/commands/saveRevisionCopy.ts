import { dirname } from 'node:path';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { askForCopyTarget } from '../ui/copyTarget';
import { showInStatusBar } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { revisionFileName } from '../ui/revisionText';
import type { CommandContext } from './shared/commandContext';
import { oneRevision, requireContent } from './shared/revisionTargets';

/** Save a Copy…: writes a revision to a file outside of the repositories. */
export async function saveRevisionCopy(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    const { session, path, revision } = row;
    const target = await askForCopyTarget(context.repositories, {
        title: `Save a Copy of Revision ${revision.number} of ${plainLine(nameOf(path))}`,
        name: revisionFileName(path, revision.number),
        whyOutside:
            'an old revision in the repository could be run by mistake. Save the copy elsewhere, or restore the revision.',
    });
    if (target === undefined) return;
    await withProgress(`Copying revision ${revision.number} of ${plainLine(nameOf(path))}`, (signal) =>
        session.repository.revisions.copyTo(path, revision.number, target.fsPath, { signal }),
    );
    const saved = `Saved revision ${revision.number} to ${plainLine(dirname(target.fsPath))}`;
    showInStatusBar(saved);
}
