import type { FileRevision } from './readableRevisions';

/** What is special about a revision, in a few words; `''` for one of a check-in. */
export function kindText({ record, isBaseline }: FileRevision): string {
    if (record === undefined) return 'kept by a check-in that was not finished';
    if (isBaseline) return 'before the first check-in';
    if (record.action !== 'found') return '';
    // Where a check-in before it kept nothing, nobody can tell whether that is what was checked in.
    return record.followsGap ? 'as it was at a check-out' : 'changed outside';
}
