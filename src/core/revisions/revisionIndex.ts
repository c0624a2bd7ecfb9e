import { foldPath } from '../base/repositoryPath';
import type { HistoryEvent, RevisionFacts } from '../history/historyEvent';
import type { HistoryMark, HistoryStep } from '../history/historyReader';
import { movedPath } from '../history/renamedFile';

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
    /** What was said of the check-in, else of the check-out that it ended. */
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

/** Reads what the history has had since a mark. @param isWanted whether a line can tell of a revision */
export type ReadHistory = (since: HistoryMark | undefined, isWanted: (line: string) => boolean) => Promise<HistoryStep>;

/** A restored content that is not checked in yet. */
interface Restored {
    readonly from: number;
    readonly sha256: string | undefined;
}

const MAY_TELL = /"(?:revision|restoredFrom|removed)":|"action":"(?:rename|undo|check-in)"/;

/**
 * Which revisions each file has, as the history tells it. Nothing is read before it is asked for, and nothing twice. A
 * renamed file takes its revisions along.
 */
export class RevisionIndex {
    private files = new Map<string, RevisionRecord[]>();
    private restored = new Map<string, Restored>();
    /** Of files that have revisions, the check-ins that kept nothing, from the first. */
    private gaps = new Map<string, Gap[]>();
    private mark: HistoryMark | undefined;
    private reading: Promise<void> | undefined;

    constructor(private readonly read: ReadHistory) {}

    /** Whether it was read before: then to refresh it costs little. */
    get isRead(): boolean {
        return this.mark !== undefined;
    }

    /** Reads what is new. @throws CheckoutError `historyUnreadable` */
    refresh(): Promise<void> {
        this.reading ??= this.readOn().finally(() => (this.reading = undefined));
        return this.reading;
    }

    /** The revisions of a file, from the first. @param file path inside the repository, in any spelling */
    of(file: string): readonly RevisionRecord[] {
        return this.files.get(foldPath(file)) ?? [];
    }

    /** The latest revision of a file. */
    latest(file: string): RevisionRecord | undefined {
        return this.of(file).at(-1);
    }

    /** Whether a check-in since the latest revision of a file kept nothing: nobody knows what was checked in. */
    hasGap(file: string): boolean {
        const gap = this.gapsOf(file).at(-1);
        return gap !== undefined && gap.after === this.latest(file)?.number;
    }

    /** The check-ins of a file that kept nothing since its first revision, from the first. */
    gapsOf(file: string): readonly Gap[] {
        return this.gaps.get(foldPath(file)) ?? [];
    }

    /** The revision that was put back into a file since its last check-in, if its content is still that. */
    restoredFrom(file: string, sha256: string): number | undefined {
        const restored = this.restored.get(foldPath(file));
        return restored?.sha256 === sha256 ? restored.from : undefined;
    }

    /** Whether some revision lies there, of whichever file it is now. @param keptAs path under which it was kept */
    isKnown(keptAs: string, number: number): boolean {
        const at = foldPath(keptAs);
        const isIt = (one: RevisionRecord): boolean => one.number === number && foldPath(one.keptAs) === at;
        if (this.of(keptAs).some(isIt)) return true;
        for (const records of this.files.values()) if (records.some(isIt)) return true;
        return false;
    }

    /** Every file that has revisions: its folded path, and its revisions from the first. */
    all(): Iterable<readonly [string, readonly RevisionRecord[]]> {
        return this.files;
    }

    private async readOn(): Promise<void> {
        const { events, mark, isWhole } = await this.read(this.mark, (line) => MAY_TELL.test(line));
        if (isWhole) {
            this.files = new Map();
            this.restored = new Map();
            this.gaps = new Map();
        }
        for (const event of events) this.apply(event);
        this.mark = mark;
    }

    private apply(event: HistoryEvent): void {
        const { action, file, from, revision, restoredFrom } = event;
        if (file === undefined) return;
        const folded = foldPath(file);
        if (action === 'rename' && from !== undefined) return this.rename(from, file);
        if (action === 'restore' && restoredFrom !== undefined) {
            this.restored.set(folded, { from: restoredFrom, sha256: event.after?.sha256 });
        } else if (action === 'undo') this.restored.delete(folded);
        for (const number of event.removed ?? []) this.change(folded, number, { isRemoved: true });
        if (action === 'check-in' && revision === undefined) this.addGap(folded, event);
        if (revision === undefined) return;
        if (action === 'check-in' || action === 'found') this.closeGaps(folded, revision.number);
        if (action === 'label') this.change(folded, revision.number, { label: event.message });
        if (action === 'check-in' || action === 'found') this.add(folded, action, file, revision, event);
        if (action === 'check-in') this.restored.delete(folded);
    }

    private add(
        folded: string,
        action: 'check-in' | 'found',
        file: string,
        { number, size, sha256, modified }: RevisionFacts,
        event: HistoryEvent,
    ): void {
        const { restoredFrom } = event;
        const records = this.files.get(folded) ?? [];
        // A check-in without changes names the revision that has the content already.
        if (records.some((record) => record.number === number)) return;
        records.push({
            number,
            size,
            sha256,
            modified,
            keptAs: file,
            action,
            ...authorship(event),
            ...(restoredFrom === undefined ? {} : { restoredFrom }),
            ...(this.hasGap(file) ? { followsGap: true } : {}),
            label: '',
            isRemoved: false,
        });
        if (records.length > 1 && records.at(-2)!.number > number)
            records.sort((one, other) => one.number - other.number);
        this.files.set(folded, records);
    }

    private addGap(folded: string, event: HistoryEvent): void {
        const after = this.files.get(folded)?.at(-1)?.number;
        if (after === undefined) return;
        const size = event.after?.size;
        const gaps = this.gaps.get(folded) ?? [];
        gaps.push({ after, ...authorship(event), ...(size === undefined ? {} : { size }) });
        this.gaps.set(folded, gaps);
    }

    /** The content of the latest revision was checked in once more: what came in between counts no longer. */
    private closeGaps(folded: string, number: number): void {
        const gaps = this.gaps.get(folded)?.filter(({ after }) => after !== number) ?? [];
        if (gaps.length > 0) this.gaps.set(folded, gaps);
        else this.gaps.delete(folded);
    }

    /** Of a file, or of all below a folder. What another file of that name had before is no part of it. */
    private rename(from: string, to: string): void {
        for (const map of [this.files, this.restored, this.gaps] as Map<string, unknown>[]) {
            const moved = [...map].flatMap(([path, value]) => {
                const after = movedPath(path, from, to);
                return after === undefined ? [] : [{ before: path, after: foldPath(after), value }];
            });
            for (const { before } of moved) map.delete(before);
            for (const { after, value } of moved) map.set(after, value);
        }
    }

    private change(folded: string, number: number, change: Partial<RevisionRecord>): void {
        const records = this.files.get(folded) ?? [];
        const index = records.findIndex((record) => record.number === number);
        if (index >= 0) records[index] = { ...records[index]!, ...change };
    }
}

/** Who checked in, when, where and why. */
function authorship({ time, user, host, message, checkedOut }: HistoryEvent): Omit<Gap, 'after' | 'size'> {
    return {
        time,
        user,
        ...(host === undefined ? {} : { host }),
        // Most say at the check-out what they are going to do, and nothing at the check-in.
        message: message === '' ? (checkedOut?.message ?? '') : message,
    };
}
