import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { withProgress } from '../ui/progress';
import { revisionFileName } from '../ui/revisionText';
import type { CommandContext } from './shared/commandContext';
import { openCopy } from './shared/openResource';
import { oneRevision, requireContent } from './shared/revisionTargets';

/** Open Old Revision: opens a copy, marked as old by its name, with the program that the system has for such files. */
export async function openOldRevision(context: CommandContext, ...args: unknown[]): Promise<void> {
    const row = oneRevision(context, args);
    requireContent(row);
    const { session, path, revision } = row;
    const title = `Copying revision ${revision.number} of ${plainLine(nameOf(path))}`;
    const copy = await withProgress(title, (signal) =>
        context.oldCopies.make(revisionFileName(path, revision.number, ', old'), (target) =>
            session.repository.revisions.copyTo(path, revision.number, target, { isNew: true, signal }),
        ),
    );
    await openCopy(copy);
}
