import { foldPath } from '../../../../src/core/base/repositoryPath';
import { parseEvent, type HistoryEvent, type RevisionFacts } from '../../../../src/core/history/historyEvent';
import { movedPath } from '../../../../src/core/history/renamedFile';
import type { Gap, RevisionRecord } from '../../../../src/core/revisions/revisionRecord';

/** Which revisions each file has, found in the plainest way: every line is parsed, and everything kept as it was read. */
export class RevisionModel {
    readonly files = new Map<string, RevisionRecord[]>();
    private readonly restored = new Map<
        string,
        { readonly from: number; readonly sha256: string | undefined; readonly why: string }
    >();
    private readonly gaps = new Map<string, Gap[]>();

    constructor(texts: readonly string[]) {
        for (const text of texts) {
            for (const line of text.split('\n').slice(0, -1)) {
                const event = parseEvent(line);
                if (event !== undefined) this.apply(event);
            }
        }
    }

    of(file: string): readonly RevisionRecord[] {
        return this.files.get(foldPath(file)) ?? [];
    }

    hasGap(file: string): boolean {
        const latest = this.of(file).at(-1);
        return latest !== undefined && this.gapsOf(file).at(-1)?.after === latest.number;
    }

    gapsOf(file: string): readonly Gap[] {
        return this.gaps.get(foldPath(file)) ?? [];
    }

    restoredFrom(file: string, sha256: string): number | undefined {
        const restored = this.restored.get(foldPath(file));
        return restored?.sha256 === sha256 ? restored.from : undefined;
    }

    isKnown(keptAs: string, number: number): boolean {
        const isIt = (one: RevisionRecord): boolean =>
            one.number === number && foldPath(one.keptAs) === foldPath(keptAs);
        return [...this.files.values()].some((records) => records.some(isIt));
    }

    private apply(event: HistoryEvent): void {
        const { action, file, from, revision, restoredFrom, removed = [] } = event;
        if (file === undefined) return;
        const folded = foldPath(file);
        if (action === 'rename' && from !== undefined) return this.rename(from, file);
        if (action === 'restore' && restoredFrom !== undefined) {
            this.restored.set(folded, { from: restoredFrom, sha256: event.after?.sha256, why: event.message });
        }
        if (action === 'undo') this.restored.delete(folded);
        for (const number of removed) this.change(folded, number, { isRemoved: true });
        if (action === 'check-in' && revision === undefined && this.files.has(folded)) this.leaveGap(folded, event);
        if (revision === undefined) return;
        if (action === 'label') this.change(folded, revision.number, { label: event.message });
        if (action !== 'check-in' && action !== 'found') return;
        this.gaps.set(
            folded,
            this.gapsOf(folded).filter(({ after }) => after !== revision.number),
        );
        this.add(folded, action, file, revision, event);
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
        if (records.some((record) => record.number === number)) return;
        const followsGap = this.hasGap(folded);
        const why = action === 'check-in' && restoredFrom !== undefined && this.restored.get(folded)?.why;
        records.push({
            number,
            size,
            sha256,
            modified,
            keptAs: file,
            action,
            ...authorship(event),
            ...(why && event.message === '' ? { message: why } : {}),
            ...(restoredFrom === undefined ? {} : { restoredFrom }),
            ...(followsGap ? { followsGap } : {}),
            label: '',
            isRemoved: false,
        });
        records.sort((one, other) => one.number - other.number);
        this.files.set(folded, records);
    }

    private leaveGap(folded: string, event: HistoryEvent): void {
        const size = event.after?.size ?? -1;
        const known = Number.isSafeInteger(size) && size >= 0 ? { size } : {};
        const after = this.of(folded).at(-1)!.number;
        this.gaps.set(folded, [...this.gapsOf(folded), { after, ...authorship(event), ...known }]);
    }

    private rename(from: string, to: string): void {
        for (const path of this.files.keys()) {
            const after = movedPath(path, from, to);
            if (after !== undefined && !this.gaps.has(path)) this.gaps.set(path, []); // Goes along, too.
        }
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

function authorship({ time, user, host, message, checkedOut }: HistoryEvent): Omit<Gap, 'after' | 'size'> {
    return {
        time,
        user,
        ...(host === undefined ? {} : { host }),
        message: message === '' ? (checkedOut?.message ?? '') : message,
    };
}
