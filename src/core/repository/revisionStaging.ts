import { limitConcurrency } from '../base/concurrency';
import { CheckoutError, systemCode } from '../base/errors';
import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import { isBehindLink } from '../disk/links';
import type { FileState } from '../disk/fileState';
import { isThere } from '../disk/realPath';
import type { FileContent } from '../history/historyEvent';
import type { KeptContents } from '../locks/keptContents';
import type { Revise, Revised } from '../locks/lockStore';
import type { Lock } from '../locks/lockEntry';
import { tooLargeToKeep, type Refusal } from '../locks/refusal';
import type { Reading } from '../revisions/compressedFile';
import type { CheckOutKey } from '../revisions/checkOutRecords';
import { OversizedFile } from '../revisions/oversizedFile';
import type { RevisionIndex } from '../revisions/revisionIndex';
import { notKept } from '../revisions/revisionErrors';
import type { RevisionStore } from '../revisions/revisionStore';
import { StagedRevision } from '../revisions/stagedRevision';
import type { VersionStore } from '../revisions/versionStore';
import { stageBefore, unchangedOlder } from './beforeCheckIn';

/** A file that is to be checked in. */
export interface FileToKeep {
    /** Path inside the repository. */
    readonly path: string;
    /** Absolute path. */
    readonly diskPath: string;
    /** The lock under which it was changed. */
    readonly lock: Lock | undefined;
}

/** What is needed to keep files. */
export interface StagingContext {
    readonly root: string;
    readonly store: RevisionStore;
    readonly index: RevisionIndex;
    /** Where the versions at check-out are kept on this computer, for what no revision has. */
    readonly versions?: VersionStore | undefined;
    /** Nothing is kept of a file with more bytes. */
    readonly upTo?: number | undefined;
    /** Where contents are kept for other sites, too. */
    readonly contents?: KeptContents | undefined;
    /** What was in a file at its check-out, where the history knows that. @throws CheckoutError */
    readonly hashAtCheckOut?: ((key: CheckOutKey) => Promise<string | undefined>) | undefined;
}

/** One file, prepared. */
interface Staged {
    readonly diskPath: string;
    /** None where there is no file, or a link leads to it. */
    readonly now: StagedRevision | OversizedFile | undefined;
    /** Whether there was none: a CAM program that saves may remove a file for a moment. */
    readonly isMissing: boolean;
    /** What was in it at its check-out, when no revision has that. */
    readonly before: StagedRevision | undefined;
    /** Whether it is as it was at its check-out, an older revision: the latest had not arrived at this site, and stays that. */
    readonly isOlder?: boolean;
}

const FILES_AT_ONCE = 4;

/** A file was written to, or became the user's, after it was prepared. */
export class StagingOutdated extends CheckoutError {
    constructor(path: string) {
        super(
            'revisionNotKept',
            `${path} was written to while it was being checked in, so nothing was checked in. Try again.`,
            path,
        );
    }
}

/** What is about to be checked in, complete on the disk, before anybody waits for the mutex. */
export class RevisionStaging {
    private readonly files = new Map<string, Staged>();
    /** Why files cannot be checked in, by their folded paths. */
    readonly refusals = new Map<string, Refusal>();
    /** What made them impossible to keep, by their paths. */
    readonly failures = new Map<string, unknown>();

    /** What only this site has. */
    private readonly onlyHere = new Set<StagedRevision>();

    private constructor(private readonly context: StagingContext) {}

    /**
     * Prepares files. One that cannot be kept is refused, and does not hinder the others.
     * @throws CheckoutError `historyUnreadable`; an `AbortError`
     */
    static async prepare(
        files: readonly FileToKeep[],
        context: StagingContext,
        reading: Reading,
    ): Promise<RevisionStaging> {
        const staging = new RevisionStaging(context);
        try {
            await context.index.refresh();
            const each = new Map(files.map((file) => [foldPath(file.path), file])).values();
            await limitConcurrency(each, FILES_AT_ONCE, (file) => staging.add(file, reading));
            return staging;
        } catch (error) {
            await staging.dispose();
            throw error;
        }
    }

    /** What is in the files, by their folded paths; of one that is too large to keep only its size. */
    get contents(): ReadonlyMap<string, FileContent> {
        return new Map([...this.files].flatMap(([path, { now }]) => (now === undefined ? [] : [[path, now.content]])));
    }

    /** Whether a file was kept in the state in which it was found. */
    isOf(path: string, found: FileState): boolean {
        const now = this.files.get(foldPath(path))?.now;
        return now instanceof StagedRevision && now.isOf(found);
    }

    /** See `Revise`. @throws StagingOutdated */
    readonly revise: Revise = async (lease, paths) => {
        const revised = new Map<string, Revised>();
        const files = paths.map((path) => {
            const staged = this.files.get(foldPath(path));
            if (staged === undefined) throw new StagingOutdated(path);
            return { path, staged };
        });
        // All of them before the first gets a number: a check-in that begins anew may find another file released by then,
        // and its number would be that of a revision of which the history tells nothing.
        await limitConcurrency(files, FILES_AT_ONCE, ({ path, staged }) =>
            orNotKept(path, this.ensureCurrent(path, staged)),
        );
        await limitConcurrency(files, FILES_AT_ONCE, async ({ path, staged }) => {
            revised.set(foldPath(path), await orNotKept(path, this.place(lease, path, staged)));
        });
        return revised;
    };

    /** The same, but leaves out what was written to since. */
    readonly reviseUnchanged: Revise = async (lease, paths) => {
        const unchanged: string[] = [];
        for (const path of paths) {
            const { now, diskPath = '' } = this.files.get(foldPath(path)) ?? {};
            if (now !== undefined && (await orNotKept(path, now.isStill(diskPath)))) unchanged.push(path);
        }
        return this.revise(lease, unchanged);
    };

    /** Removes what was not used. */
    async dispose(): Promise<void> {
        for (const { now, before } of this.files.values()) {
            if (now instanceof StagedRevision) await now.remove();
            await before?.remove();
        }
    }

    /** Makes sure that what was prepared is still what is to be kept. @throws StagingOutdated; the system error */
    private async ensureCurrent(path: string, { diskPath, now, isMissing, isOlder }: Staged): Promise<void> {
        if (isMissing && (await isThere(diskPath))) throw new StagingOutdated(path);
        if (now === undefined) return;
        if (!(await now.isStill(diskPath))) throw new StagingOutdated(path);
        if (now instanceof OversizedFile || isOlder) return;
        // Another window of the same user may have kept something since: what is checked in is to be the latest.
        const { takenNumber } = now;
        const isLatest =
            takenNumber === undefined || (await this.context.store.numbers(path)).every((one) => one <= takenNumber);
        if (!isLatest) throw new StagingOutdated(path);
    }

    private async place(lease: Parameters<Revise>[0], path: string, { now, before }: Staged): Promise<Revised> {
        if (now === undefined) return {};
        const taken = this.context.index.latest(path)?.number ?? 0;
        if (now instanceof OversizedFile) {
            const notKept = tooLargeToKeep(path, now.content.size, this.context.upTo ?? Infinity);
            return { found: await before?.place(lease, taken), foundIn: this.placeOf(before), notKept };
        }
        const found = await before?.place(lease, taken);
        const revision = await now.place(lease, found?.number ?? taken);
        const restoredFrom = this.context.index.restoredFrom(path, revision.sha256);
        return { found, foundIn: this.placeOf(before), revision, restoredFrom, keptIn: this.placeOf(now) };
    }

    private placeOf(staged: StagedRevision | undefined): string | undefined {
        return staged !== undefined && this.onlyHere.has(staged) ? this.context.store.folder : undefined;
    }

    /** Keeps a content for the other sites, before anybody is told of it. @throws CheckoutError */
    private async share<T extends StagedRevision | OversizedFile | undefined>(staged: T): Promise<T> {
        const { contents } = this.context;
        if (contents === undefined || !(staged instanceof StagedRevision)) return staged;
        const isSmall = staged.content.size <= (await contents.largest());
        const compressed = isSmall ? await staged.compressed() : undefined;
        const isShared = compressed !== undefined && (await contents.keep(staged.content, compressed));
        if (!isShared && staged.takenNumber === undefined) this.onlyHere.add(staged);
        return staged;
    }

    private async add(file: FileToKeep, reading: Reading): Promise<void> {
        const { path, diskPath } = file;
        const { root, store, index, upTo, contents } = this.context;
        const isKeptElsewhere =
            contents && (async (sha256: string): Promise<boolean> => (await contents.known([sha256])).has(sha256));
        // What is outside the repository is refused by the rule.
        if (!isRepositoryPath(path)) return;
        try {
            const isElsewhere = await isBehindLink(root, diskPath);
            const latest = index.latest(path);
            const now = isElsewhere
                ? undefined
                : await unlessMissing(store.stage(path, diskPath, latest, { ...reading, upTo, isKeptElsewhere }));
            const isMissing = now === undefined && !isElsewhere;
            this.files.set(foldPath(path), { diskPath, now, isMissing, before: undefined });
            if (now === undefined) return;
            const older = now instanceof StagedRevision ? await unchangedOlder(file, now, this.context) : undefined;
            if (now instanceof StagedRevision && older !== undefined) {
                const kept = await now.asKept(older.number);
                this.files.set(foldPath(path), { diskPath, now: kept, isMissing, before: undefined, isOlder: true });
                return;
            }
            await this.share(now);
            const before = await stageBefore(file, now, this.context, reading);
            if (before === undefined) return;
            this.files.set(foldPath(path), { diskPath, now, isMissing, before });
            await this.share(before);
            if (now instanceof OversizedFile || now.takenNumber === undefined) return;
            // What was there before gets a number now, and what is checked in is to have the higher one.
            const again = await store.stage(path, diskPath, latest, { ...reading, isNew: true });
            this.files.set(foldPath(path), { diskPath, now: again, isMissing, before });
            await this.share(again);
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            this.failures.set(path, error.cause ?? error);
            this.refusals.set(foldPath(path), { code: 'revisionNotKept', message: error.message });
        }
    }
}

async function orNotKept<T>(path: string, keeping: Promise<T>): Promise<T> {
    try {
        return await keeping;
    } catch (error) {
        throw notKept(path, error);
    }
}

/** Undefined for a file that is not there. */
async function unlessMissing<T>(staging: Promise<T>): Promise<T | undefined> {
    try {
        return await staging;
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
    }
}
