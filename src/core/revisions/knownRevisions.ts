import { foldPath } from '../base/repositoryPath';
import type { HistoryEvent } from '../history/historyEvent';
import {
    AFTER_SIZE,
    CHECK_OUT_MESSAGE,
    HOST,
    MESSAGE,
    RESTORED_FROM,
    RevisionLine,
    TIME,
    USER,
} from '../history/revisionLine';
import { readRevisionLines } from '../history/revisionLines';
import { NOWHERE, PackedRevisions, type Position } from './packedRevisions';
import { PathMap } from './pathMap';
import type { Gap, RevisionRecord } from './revisionRecord';

/** A restored content that is not checked in yet. */
export interface Restored {
    readonly from: number;
    readonly sha256: string | undefined;
    /** Why it was restored. */
    readonly message: string;
}

/** A file that has revisions. */
interface RevisedFile {
    /** The latest revision. */
    last: Position;
    /** The paths under which revisions were kept. */
    readonly names: string[];
    isRenamed: boolean;
    /** The check-ins that kept nothing, from the first. */
    gaps: readonly Gap[];
    /** What became of revisions, by their numbers. */
    changes: Map<number, Partial<RevisionRecord>> | undefined;
}

const FILES_UNPACKED = 8;

/** Which revisions each file has after the lines of a history that were read so far. Paths are folded. */
export class KnownRevisions {
    private readonly files = new PathMap<RevisedFile>();
    private readonly restored = new PathMap<Restored>();
    private readonly packed = new PackedRevisions();
    /** Files that were renamed, by the paths under which their revisions were kept. */
    private renamed: Map<string, RevisedFile[]> | undefined;
    /** What was asked for last: the same file is mostly asked for again. */
    private readonly unpacked = new Map<RevisedFile, readonly RevisionRecord[]>();

    /** Reads on. @param lines whole ones */
    read(lines: Buffer): void {
        if (lines.length === 0) return;
        this.unpacked.clear();
        this.renamed = undefined;
        readRevisionLines(
            lines,
            (line) => this.applyLine(line),
            (event) => this.apply(event),
        );
    }

    /** The revisions of a file, from the first. */
    of(path: string): readonly RevisionRecord[] {
        const file = this.files.get(path);
        return file === undefined ? [] : this.recordsOf(file);
    }

    latest(path: string): RevisionRecord | undefined {
        const file = this.files.get(path);
        return file && this.recordAt(file.last, file);
    }

    /** Whether nobody knows what was checked in last. */
    hasGap(path: string): boolean {
        const file = this.files.get(path);
        return file !== undefined && this.endsWithGap(file);
    }

    gapsOf(path: string): readonly Gap[] {
        return this.files.get(path)?.gaps ?? [];
    }

    restoredInto(path: string): Restored | undefined {
        return this.restored.get(path);
    }

    /** Whether some revision was kept under a path with a number. */
    isKnown(path: string, number: number): boolean {
        const isIt = (one: RevisionRecord): boolean => one.number === number && foldPath(one.keptAs) === path;
        if (this.of(path).some(isIt)) return true;
        this.renamed ??= this.renamedFiles();
        return this.renamed.get(path)?.some((file) => this.recordsOf(file).some(isIt)) ?? false;
    }

    *all(isWanted: (path: string) => boolean): Generator<readonly [string, readonly RevisionRecord[]]> {
        for (const [path, file] of this.files.entries()) if (isWanted(path)) yield [path, this.unpack(file)];
    }

    private applyLine(line: RevisionLine): void {
        const { action, file } = line;
        const path = foldPath(file);
        if (action === 'undo') this.restored.delete(path);
        else if (line.number !== 0) this.keep(path, file, line);
        else if (action === 'check-in') this.leaveGap(path, line);
    }

    private apply(event: HistoryEvent): void {
        const { action, file, from, revision, restoredFrom } = event;
        if (file === undefined) return;
        const folded = foldPath(file);
        if (action === 'rename' && from !== undefined) return this.rename(from, file);
        if (action === 'restore' && restoredFrom !== undefined) {
            this.restored.set(folded, { from: restoredFrom, sha256: event.after?.sha256, message: event.message });
        } else if (action === 'undo') this.restored.delete(folded);
        for (const number of event.removed ?? []) this.change(folded, number, { isRemoved: true });
        if (revision === undefined) {
            if (action === 'check-in') this.leaveGap(folded, RevisionLine.of(event));
        } else if (action === 'check-in' || action === 'found') {
            this.keep(folded, file, RevisionLine.of(event));
        } else if (action === 'label') this.change(folded, revision.number, { label: event.message });
    }

    private leaveGap(path: string, line: RevisionLine): void {
        const file = this.files.get(path);
        if (file === undefined) return;
        const [host, size] = [line.fieldAt(HOST), line.fieldAt(AFTER_SIZE)];
        const gap = {
            after: this.packed.numberAt(file.last),
            time: line.fieldAt(TIME) ?? '',
            user: line.fieldAt(USER) ?? '',
            ...(host === undefined ? {} : { host }),
            message: line.fieldAt(MESSAGE) || (line.fieldAt(CHECK_OUT_MESSAGE) ?? ''),
            ...(size === undefined ? {} : { size: Number(size) }),
        };
        file.gaps = [...file.gaps, gap];
    }

    private endsWithGap({ last, gaps }: RevisedFile): boolean {
        return gaps.length > 0 && gaps.at(-1)!.after === this.packed.numberAt(last);
    }

    private keep(path: string, name: string, line: RevisionLine): void {
        const why = this.whyRestored(path, line);
        if (line.action === 'check-in') this.restored.delete(path);
        let file = this.files.get(path);
        if (file === undefined) {
            file = { last: NOWHERE, names: [name], isRenamed: false, gaps: [], changes: undefined };
            this.files.set(path, file);
        }
        // The content of a revision was checked in once more: what came in between counts no longer.
        if (file.gaps.length > 0) file.gaps = file.gaps.filter((gap) => gap.after !== line.number);
        let after: Position = NOWHERE;
        let before = file.last;
        while (before !== NOWHERE && this.packed.numberAt(before) > line.number) {
            after = before;
            before = this.packed.previousOf(before);
        }
        // A check-in without changes names the revision that has the content already.
        if (before !== NOWHERE && this.packed.numberAt(before) === line.number) return;
        if (file.names.at(-1) !== name) file.names.push(name);
        const followsGap = this.endsWithGap(file);
        const position = this.packed.add(line, file.names.length - 1, before);
        if (after === NOWHERE) file.last = position;
        else this.packed.putBefore(after, position);
        if (followsGap) this.change(path, line.number, { followsGap });
        if (why !== undefined) this.change(path, line.number, { message: why });
    }

    /** What was said of the restore of what a check-in without a message of its own kept. */
    private whyRestored(path: string, line: RevisionLine): string | undefined {
        if (line.action !== 'check-in' || line.ends[RESTORED_FROM] === 0 || line.fieldAt(MESSAGE) !== '')
            return undefined;
        return this.restored.get(path)?.message || undefined;
    }

    /** Of a file, or of all below a folder. What another file of that name had before is no part of it. */
    private rename(from: string, to: string): void {
        for (const file of this.files.rename(from, to)) file.isRenamed = true;
        this.restored.rename(from, to);
    }

    private change(path: string, number: number, change: Partial<RevisionRecord>): void {
        const file = this.files.get(path);
        if (file === undefined) return;
        let position = file.last;
        while (position !== NOWHERE && this.packed.numberAt(position) > number) {
            position = this.packed.previousOf(position);
        }
        if (position === NOWHERE || this.packed.numberAt(position) !== number) return;
        file.changes ??= new Map();
        file.changes.set(number, { ...file.changes.get(number), ...change });
    }

    private renamedFiles(): Map<string, RevisedFile[]> {
        const renamed = new Map<string, RevisedFile[]>();
        for (const [, file] of this.files.entries()) {
            if (!file.isRenamed) continue;
            for (const name of new Set(file.names.map(foldPath))) {
                const files = renamed.get(name);
                if (files === undefined) renamed.set(name, [file]);
                else files.push(file);
            }
        }
        return renamed;
    }

    private recordsOf(file: RevisedFile): readonly RevisionRecord[] {
        const known = this.unpacked.get(file);
        if (known !== undefined) return known;
        if (this.unpacked.size >= FILES_UNPACKED) this.unpacked.clear();
        const records = this.unpack(file);
        this.unpacked.set(file, records);
        return records;
    }

    private unpack(file: RevisedFile): readonly RevisionRecord[] {
        const records: RevisionRecord[] = [];
        for (let position = file.last; position !== NOWHERE; position = this.packed.previousOf(position)) {
            records.push(this.recordAt(position, file));
        }
        return records.toReversed();
    }

    private recordAt(position: Position, { names, changes }: RevisedFile): RevisionRecord {
        const record = this.packed.recordAt(position, names);
        const change = changes?.get(record.number);
        return change === undefined ? record : { ...record, ...change };
    }
}
