import { stat } from 'node:fs/promises';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { limitConcurrency } from '../base/concurrency';
import { foldPath } from '../base/repositoryPath';
import { isAsKept, isSameState, type Comparison, type ReadContent } from './compareRevision';
import type { SharedRevisions } from './sharedRevisions';

/** A file whose content is not that of its latest revision. */
export type OutsideChange = Pick<Comparison, 'older'> & {
    readonly latest: NonNullable<Comparison['latest']>;
    /** Bytes that are in the file now. */
    readonly size: number;
    /** Whether the latest may still be on its way to this site, as there are several. */
    readonly isToArrive?: true;
};

/** A file to be looked at, which nobody has checked out. */
export interface UnheldFile {
    /** Path inside the repository. */
    readonly path: string;
    /** Absolute path. */
    readonly diskPath: string;
}

/** How much a look may cost, in bytes. */
export interface LookLimits {
    /** A larger file is not read: nobody can tell whether it was changed when its size is the same. */
    readonly readsUpTo: number;
    /** How much of all files is read together. The rest has its turn in the next look. */
    readonly readsInAll: number;
    /** A longer history is not read for this alone. */
    readonly historyUpTo: number;
}

const FILES_AT_ONCE = 8;
const MEGABYTE = 2 ** 20;
const LIMITS: LookLimits = {
    readsUpTo: 32 * MEGABYTE,
    readsInAll: 64 * MEGABYTE,
    historyUpTo: 32 * MEGABYTE,
};

/** What is known of a file since the last look. */
interface Known {
    readonly file: ReadContent;
    readonly change: OutsideChange | undefined;
    /** Whether no revision was kept under its name, when the history was not read yet. */
    readonly isWithout?: boolean;
}

/**
 * Finds files that were changed outside of CNC Checkout, again and again, at little cost: one call for a file that is as it
 * was at the last look, four at the first, the history only in doubt or once it has grown, and its content only where size
 * and history leave it open. Where nobody can tell, it says nothing.
 */
export class OutsideChanges {
    private readonly known = new Map<string, Known>();
    private readonly limits: LookLimits;
    /** How long the history was at the last look that did not read it, in bytes. */
    private unreadBytes: number | undefined;

    constructor(
        private readonly revisions: SharedRevisions,
        limits: Partial<LookLimits> = {},
    ) {
        this.limits = { ...LIMITS, ...limits };
    }

    /** Has files looked at closer the next time, since they may have other revisions now. */
    forget(paths: Iterable<string>): void {
        for (const path of paths) this.known.delete(foldPath(path));
    }

    /**
     * Looks at files.
     * @param readsUpTo bytes, where it has to be quick: a larger file is not read this time
     * @returns those that were changed, by their folded paths; undefined for a file that cannot be reached now
     * @throws CheckoutError `historyUnreadable`; an `AbortError`
     */
    async look(
        files: readonly UnheldFile[],
        { signal, readsUpTo = this.limits.readsUpTo }: { signal?: AbortSignal; readsUpTo?: number } = {},
    ): Promise<ReadonlyMap<string, OutsideChange | undefined>> {
        const { index } = this.revisions;
        if (index.isRead || (await this.hasNewHistory())) await index.refresh();
        const changes = new Map<string, OutsideChange | undefined>();
        const doubtful: UnheldFile[] = [];
        await limitConcurrency(files, FILES_AT_ONCE, async (file) => {
            signal?.throwIfAborted();
            const seen = await this.glance(file);
            if (seen === 'doubtful') doubtful.push(file);
            else if (seen === 'unreachable') changes.set(foldPath(file.path), undefined);
        });
        if (doubtful.length > 0 && (await this.mayReadHistory())) {
            await index.refresh();
            let left = this.limits.readsInAll;
            for (const file of doubtful) {
                signal?.throwIfAborted();
                left -= await this.compare(file, Math.min(left, readsUpTo), changes, signal);
            }
        }
        return changes;
    }

    /** What can be told without the history. */
    private async glance({ path, diskPath }: UnheldFile): Promise<'clean' | 'doubtful' | 'unreachable'> {
        const folded = foldPath(path);
        const known = this.known.get(folded);
        const { index, store } = this.revisions;
        if (index.isRead ? index.latest(path) === undefined : known?.isWithout) return 'clean';
        // Another site may have kept revisions of it.
        if (!index.isRead && this.revisions.hasSites) return 'doubtful';
        // A colleague may have kept what was found.
        if (known?.change !== undefined) return 'doubtful';
        try {
            const { size, mtimeMs, ctimeMs } = await stat(diskPath);
            const file = { size, mtimeMs, ctimeMs };
            if (known !== undefined) return isSameState(known.file, file) ? 'clean' : 'doubtful';
            if (index.isRead) {
                if (!isAsKept(index.latest(path), file)) return 'doubtful';
                this.known.set(folded, { file, change: undefined });
                return 'clean';
            }
            // A renamed file has its revisions under its former name: only the history tells.
            const seen = await store.glance(path, diskPath);
            if (seen === 'doubtful') return seen;
            this.known.set(folded, { file, change: undefined, isWithout: seen === 'none' });
            return 'clean';
        } catch (error) {
            rethrowUnlessSystemError(error);
            return systemCode(error) === 'ENOENT' ? 'clean' : 'unreachable';
        }
    }

    /** Whether the unread history tells more than at the last look: what had no revision then may have one now. */
    private async hasNewHistory(): Promise<boolean> {
        if (this.revisions.hasSites) return false; // It is read in any case.
        const before = this.unreadBytes;
        const bytes = await this.bytesToRead();
        this.unreadBytes = bytes;
        return this.known.size > 0 && bytes !== undefined && bytes !== before && bytes <= this.limits.historyUpTo;
    }

    private async mayReadHistory(): Promise<boolean> {
        const bytes = await this.bytesToRead();
        return bytes !== undefined && bytes <= this.limits.historyUpTo;
    }

    /** Undefined where the history cannot be reached. */
    private async bytesToRead(): Promise<number | undefined> {
        try {
            return await this.revisions.bytesToRead();
        } catch (error) {
            rethrowUnlessSystemError(error);
            return undefined;
        }
    }

    /** @returns how many bytes were read */
    private async compare(
        { path, diskPath }: UnheldFile,
        readsUpTo: number,
        changes: Map<string, OutsideChange | undefined>,
        signal: AbortSignal | undefined,
    ): Promise<number> {
        const folded = foldPath(path);
        const known = this.known.get(folded)?.file;
        this.known.delete(folded);
        let bytes = 0;
        try {
            const onProgress = (some: number): void => void (bytes += some);
            const terms = { readsUpTo, known, signal, onProgress };
            const { is, latest, older, file } = await this.revisions.compareAsKnown(path, diskPath, terms);
            if (is === 'unknown' || latest === undefined || file === undefined) return bytes;
            const isToArrive = older !== undefined && this.revisions.hasSites;
            const change =
                is === 'other'
                    ? { latest, size: file.size, ...(older && { older }), ...(isToArrive && { isToArrive }) }
                    : undefined;
            if (change !== undefined) changes.set(folded, change);
            this.known.set(folded, { file, change });
        } catch (error) {
            if (error instanceof CheckoutError || !isSystemError(error)) throw error;
            if (systemCode(error) !== 'ENOENT') changes.set(folded, undefined);
        }
        return bytes;
    }
}
