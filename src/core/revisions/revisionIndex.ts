import { foldPath } from '../base/repositoryPath';
import { SerialQueue } from '../base/serialQueue';
import type { HistoryMark, HistoryPiece } from '../history/historyReader';
import { KnownRevisions } from './knownRevisions';
import type { Gap, RevisionRecord } from './revisionRecord';

/** Reads what the history has had since a mark. */
export type ReadHistory = (since: HistoryMark | undefined) => AsyncIterable<HistoryPiece>;

/**
 * Which revisions each file has, as the history tells it. Nothing is read before it is asked for, and nothing twice. A
 * renamed file takes its revisions along.
 */
export class RevisionIndex {
    private known = new KnownRevisions();
    private mark: HistoryMark | undefined;
    private readonly readings = new SerialQueue();
    /** A reading that has not begun. */
    private next: Promise<void> | undefined;

    constructor(private readonly read: ReadHistory) {}

    /** Whether it was read before: then to refresh it costs little. */
    get isRead(): boolean {
        return this.mark !== undefined;
    }

    /** Reads what is new, also what came after a reading began that still goes on. @throws CheckoutError `historyUnreadable` */
    refresh(): Promise<void> {
        this.next ??= this.readings.run(() => {
            this.next = undefined;
            return this.readOn();
        });
        return this.next;
    }

    /** The revisions of a file, from the first. @param file path inside the repository, in any spelling */
    of(file: string): readonly RevisionRecord[] {
        return this.known.of(foldPath(file));
    }

    /** The latest revision of a file. */
    latest(file: string): RevisionRecord | undefined {
        return this.known.latest(foldPath(file));
    }

    /** Whether a check-in since the latest revision of a file kept nothing: nobody knows what was checked in. */
    hasGap(file: string): boolean {
        return this.known.hasGap(foldPath(file));
    }

    /** The check-ins of a file that kept nothing since its first revision, from the first. */
    gapsOf(file: string): readonly Gap[] {
        return this.known.gapsOf(foldPath(file));
    }

    /** The revision that was put back into a file since its last check-in, if its content is still that. */
    restoredFrom(file: string, sha256: string): number | undefined {
        const restored = this.known.restoredInto(foldPath(file));
        return restored?.sha256 === sha256 ? restored.from : undefined;
    }

    /** Whether some revision lies there, of whichever file it is now. @param keptAs path under which it was kept */
    isKnown(keptAs: string, number: number): boolean {
        return this.known.isKnown(foldPath(keptAs), number);
    }

    /**
     * Every file that has revisions: its folded path, and its revisions from the first.
     * @param isWanted leaves files out, by their folded paths
     */
    all(isWanted: (path: string) => boolean = () => true): Iterable<readonly [string, readonly RevisionRecord[]]> {
        return this.known.all(isWanted);
    }

    private async readOn(): Promise<void> {
        let { known } = this;
        for await (const { lines, isBeginning, mark } of this.read(this.mark)) {
            if (isBeginning) known = new KnownRevisions();
            known.read(lines);
            // Until then, what was known before holds: the reading may still fail.
            if (mark !== undefined) [this.known, this.mark] = [known, mark];
        }
    }
}
