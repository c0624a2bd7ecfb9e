import type { RevisionFacts } from '../history/historyEvent';

/** A revision as the history tells of it. */
export interface RevisionRecord extends RevisionFacts {
    /** The path under which it was kept, where it still lies: the file may have been renamed since. */
    readonly keptAs: string;
    /** What kept it. */
    readonly action: 'check-in' | 'found';
    /** ISO 8601, by the clock of the computer that kept it. */
    readonly time: string;
    readonly user: string;
    readonly host?: string;
    /** What was said of the check-in, else of the restore of what it kept, else of the check-out that it ended. */
    readonly message: string;
    /** The number of the revision that was put back, and checked in unchanged. */
    readonly restoredFrom?: number;
    /** Whether a check-in before it kept nothing: what was found may be what was checked in then. */
    readonly followsGap?: true;
    /** What somebody called it: "ECO 1182"; `''` for nothing. */
    readonly label: string;
    /** Whether its content was removed, because the rules for old revisions said so. */
    readonly isRemoved: boolean;
}

/**
 * Whether a revision is what was in its file before the first check-in.
 * @param records all revisions of the file, from the first
 */
export function isBaseline(record: RevisionRecord, records: readonly RevisionRecord[]): boolean {
    return record.action === 'found' && record.number === records[0]?.number;
}

/** A check-in that kept nothing, of a file that has revisions: nobody can bring back what was checked in. */
export interface Gap {
    /** The number of the latest revision at that time. */
    readonly after: number;
    /** As in `RevisionRecord`. */
    readonly time: string;
    readonly user: string;
    readonly host?: string;
    readonly message: string;
    /** Bytes of what was checked in, where that is known. */
    readonly size?: number;
}
