import type { Gap } from '../revisions/revisionRecord';
import type { FileRevision } from './readableRevisions';
import type { SharedRevisions } from './sharedRevisions';

/** What stands in a list of the revisions of a file: a revision, or a check-in that kept nothing. */
export type RevisionOrGap = { readonly revision: FileRevision; readonly gap?: undefined } | { readonly gap: Gap };

/**
 * The revisions of a file and, between them, the check-ins that kept nothing, the newest first: without these, a reader would
 * take an older revision for what was checked in last.
 * @param file path inside the repository
 * @throws CheckoutError `historyUnreadable`, or the system error when the folder of the revisions cannot be read
 */
export async function revisionsAndGaps(revisions: SharedRevisions, file: string): Promise<readonly RevisionOrGap[]> {
    const all = await revisions.list(file);
    const gaps = revisions.index.gapsOf(file).toReversed();
    return all.flatMap((revision): RevisionOrGap[] => [
        ...gaps.filter(({ after }) => after === revision.number).map((gap) => ({ gap })),
        { revision },
    ]);
}
