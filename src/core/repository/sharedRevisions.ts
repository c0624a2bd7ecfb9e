import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CheckoutError } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import { parseTimestamp } from '../base/time';
import { removeFile } from '../disk/moveFile';
import { replaceFile } from '../disk/replaceFile';
import { temporaryPath } from '../disk/stagedFile';
import { revisionEvent } from '../history/eventBuilders';
import type { HistoryEvent } from '../history/historyEvent';
import type { LockStore } from '../locks/lockStore';
import type { Reading } from '../revisions/compressedFile';
import type { Content } from '../revisions/contentStore';
import type { ContentCopy } from '../revisions/stagedContent';
import type { CheckOutKey } from '../revisions/checkOutRecords';
import type { KeptVersion, VersionStore } from '../revisions/versionStore';
import { RevisionIndex } from '../revisions/revisionIndex';
import { isBaseline, type RevisionRecord } from '../revisions/revisionRecord';
import { DEFAULT_RETENTION, type RetentionRules } from '../revisions/retention';
import { revisionsFolderOf } from '../base/ownNames';
import { RevisionStore } from '../revisions/revisionStore';
import { compareWithRevisions, type Comparison, type ComparisonTerms } from './compareRevision';
import { RevisionContents } from './revisionContents';
import { planTidying, tidyRevisions, type TidyPlan } from './tidyRevisions';
import { verifyRevisions, type Verification } from './verifyRevisions';

/** A revision of a file. */
export interface FileRevision {
    readonly number: number;
    /** Path inside the repository under which it was kept: the file may have been renamed since. */
    readonly keptAs: string;
    /** What the history tells of it; none of a revision that was kept by a check-in that was not finished. */
    readonly record: RevisionRecord | undefined;
    /** Whether its content is gone: removed when the repository was tidied, or by hand. */
    readonly isGone: boolean;
    /** Whether only another site has its content. */
    readonly isElsewhere: boolean;
    /** Whether it is what was in the file before its first check-in. */
    readonly isBaseline: boolean;
}

/** The revisions of a repository: what the history tells of them, and their contents. */
export class SharedRevisions {
    readonly store: RevisionStore;
    /** What is in them, wherever that is. */
    readonly contents: RevisionContents;
    private current: RevisionIndex;
    /** The files of which alone the index tells; undefined for all. */
    private narrowedTo: ReadonlySet<string> | undefined;

    /** @param locks where the locks are kept: revisions lie beside them, and the history tells of them */
    constructor(
        private readonly locks: LockStore,
        private readonly owner: { readonly user: string; readonly host: string },
    ) {
        this.store = new RevisionStore(revisionsFolderOf(locks.staging));
        this.contents = new RevisionContents(this.store, locks);
        this.current = new RevisionIndex((since) => locks.historyPieces(since));
    }

    /** What the history tells of revisions. */
    get index(): RevisionIndex {
        return this.current;
    }

    /** Whether there are several sites, which need not have the same files at the same time. */
    get hasSites(): boolean {
        return this.locks.contents !== undefined;
    }

    /**
     * Has the index tell of some files only, for who asks of no others: a lock server then need not send a history of years.
     * May be called again with further files. Without effect where the whole history was read, or is a file.
     * @param files paths inside the repository
     */
    narrowTo(files: readonly string[]): void {
        if (!this.hasSites || (this.narrowedTo === undefined && this.index.isRead)) return;
        const wanted = new Set([...(this.narrowedTo ?? []), ...files.map(foldPath)]);
        if (wanted.size === this.narrowedTo?.size) return;
        this.narrowedTo = wanted;
        this.current = new RevisionIndex((since) => this.locks.historyPieces(since, [...wanted]));
    }

    /**
     * The revisions of a file, the newest first.
     * @param file path inside the repository
     * @throws CheckoutError `historyUnreadable`, or the system error when the folder of the revisions cannot be read
     */
    async list(file: string): Promise<readonly FileRevision[]> {
        await this.index.refresh();
        const records = this.index.of(file);
        const places = await this.contents.whereabouts(records);
        const revisions = records.map((record, at): FileRevision => {
            const { number, keptAs } = record;
            const [isGone, isElsewhere] = [places[at] === 'gone', places[at] === 'otherSite'];
            return { number, keptAs, record, isGone, isElsewhere, isBaseline: isBaseline(record, records) };
        });
        for (const number of await this.store.numbers(file)) {
            if (this.index.isKnown(file, number)) continue;
            const unfinished = { record: undefined, isGone: false, isElsewhere: false, isBaseline: false };
            revisions.push({ number, keptAs: file, ...unfinished });
        }
        return revisions.sort((one, other) => other.number - one.number);
    }

    /** @throws CheckoutError `revisionUnreadable` when there is none with this number */
    async find(file: string, number: number): Promise<FileRevision> {
        const revisions = await this.list(file);
        const found = revisions.find((revision) => revision.number === number);
        if (found !== undefined) return found;
        const numbers = revisions.map((revision) => revision.number);
        const which =
            numbers.length === 0
                ? 'It has no revisions yet'
                : `It has ${numbers.length === 1 ? 'revision' : 'revisions'} ${rangesOf(numbers)}`;
        throw new CheckoutError('revisionUnreadable', `There is no revision ${number} of ${file}. ${which}.`, file);
    }

    /**
     * The content of a revision. Of a large one rather use `copyTo`.
     * @throws CheckoutError `revisionUnreadable` when it is not byte for byte what was kept
     */
    async read(file: string, number: number, reading: Reading = {}): Promise<Buffer> {
        const pieces: Buffer[] = [];
        await this.readPieces(file, number, (piece) => void pieces.push(piece), reading);
        return Buffer.concat(pieces);
    }

    /**
     * The content of a revision, piece by piece, for a reader who must not believe it before the end.
     * @throws CheckoutError `revisionUnreadable`, at the end at the latest
     */
    async readPieces(
        file: string,
        number: number,
        use: (piece: Buffer) => Promise<void> | void,
        reading: Reading = {},
    ): Promise<Content> {
        const { keptAs, record } = await this.find(file, number);
        return this.contents.read(keptAs, number, record, use, reading);
    }

    /**
     * The content of a revision, to be put back into a file.
     * @throws CheckoutError `revisionUnreadable` when there is none with this number, or its content is not known any more
     */
    async contentOf(file: string, number: number, reading: Reading = {}): Promise<ContentCopy> {
        const { keptAs, record } = await this.find(file, number);
        const known = record ?? (await this.store.read(keptAs, number, undefined, () => undefined, reading));
        const copy = async (target: string): Promise<void> => {
            await this.writeTo(target, keptAs, number, known, reading);
        };
        return { size: known.size, sha256: known.sha256, copy };
    }

    /**
     * How a file was at its check-out. Where this computer has no copy, the content is taken from the revision that has it.
     * @param versions what this computer has
     * @returns undefined when nobody knows how it was; without a copy when nobody has that
     * @throws CheckoutError
     */
    async versionAtCheckOut(key: CheckOutKey, versions: VersionStore): Promise<KeptVersion | undefined> {
        const version = await versions.version(key);
        if (version?.copy !== undefined) return version;
        const sha256 = version?.sha256 ?? (await this.hashAtCheckOut(key));
        await this.index.refresh();
        const record = this.index.of(key.path).findLast((one) => one.sha256 === sha256);
        if (record === undefined) return version;
        const { keptAs, number, size, modified } = record;
        const was = version ?? { mtimeMs: parseTimestamp(modified) ?? Date.now() };
        const write = async (target: string): Promise<void> => {
            await this.writeTo(target, keptAs, number, record, {});
        };
        await versions.adopt(key, { ...was, size, sha256: record.sha256 }, write);
        return versions.version(key);
    }

    /** The hash of what was in a file at its check-out, where the history knows that. @throws CheckoutError */
    async hashAtCheckOut({ path, timestamp }: CheckOutKey): Promise<string | undefined> {
        const { events } = await this.locks.history({ file: path });
        const isFetch = ({ isFetched, checkedOut }: HistoryEvent): boolean =>
            isFetched === true && checkedOut?.time === timestamp;
        const event =
            events.find(isFetch) ?? events.find(({ time, action }) => time === timestamp && action !== 'restore');
        return event?.after?.sha256;
    }

    /**
     * Writes the content of a revision to a file, which is replaced only by what was read completely and compared.
     * @param target absolute path; it must not exist yet where it `isNew`
     * @throws CheckoutError `revisionUnreadable`; the system error when it cannot be written
     */
    async copyTo(
        file: string,
        number: number,
        target: string,
        { isNew = false, ...reading }: Reading & { readonly isNew?: boolean } = {},
    ): Promise<Content> {
        const { keptAs, record } = await this.find(file, number);
        const aside = temporaryPath(target, randomUUID());
        try {
            const content = await this.writeTo(aside, keptAs, number, record, reading);
            const became = await replaceFile(aside, target, { isNew });
            if (became !== 'replaced') throw new CheckoutError('revisionUnreadable', notCopied(target, became), target);
            return content;
        } finally {
            await removeFile(aside);
        }
    }

    private async writeTo(
        target: string,
        keptAs: string,
        number: number,
        expected: Content | undefined,
        reading: Reading,
    ): Promise<Content> {
        const handle = await open(target, 'w');
        try {
            const write = (piece: Buffer): Promise<void> => handle.writeFile(piece);
            const content = await this.contents.read(keptAs, number, expected, write, reading);
            await handle.sync();
            return content;
        } finally {
            await handle.close();
        }
    }

    /**
     * Compares a file with its latest revision, see `compareWithRevisions`. `unknown` also where a check-in since then kept
     * nothing: what is in the file may be what was checked in.
     * @param file path inside the repository
     * @param diskPath absolute path
     * @throws CheckoutError `historyUnreadable`; the system error of the file
     */
    async compare(file: string, diskPath: string, terms: ComparisonTerms = {}): Promise<Comparison> {
        await this.index.refresh();
        return this.compareAsKnown(file, diskPath, terms);
    }

    /** The same by what the index knows already, for lists of files. @throws the system error of the file */
    async compareAsKnown(file: string, diskPath: string, terms: ComparisonTerms = {}): Promise<Comparison> {
        const comparison = await compareWithRevisions(this.index.of(file), diskPath, terms);
        return this.index.hasGap(file) && comparison.is === 'other' ? { ...comparison, is: 'unknown' } : comparison;
    }

    /** How many bytes the index has to read before it can answer. @throws the system error */
    async bytesToRead(): Promise<number> {
        return this.index.isRead ? 0 : this.locks.historyBytes();
    }

    /** Reads the content of a revision, to see that it can be read. @throws CheckoutError `revisionUnreadable` */
    readRecord(record: RevisionRecord, reading: Reading): Promise<Content> {
        return this.contents.read(record.keptAs, record.number, record, () => undefined, reading);
    }

    /** Reads every revision, see `verifyRevisions`. @throws CheckoutError, the system error, an `AbortError` */
    verify(reading: Reading = {}): Promise<Verification> {
        return verifyRevisions(this, reading);
    }

    /** What the rules for old revisions do not need; see `planTidying`. @throws CheckoutError, the system error */
    planTidying(rules: RetentionRules = DEFAULT_RETENTION): Promise<TidyPlan> {
        return planTidying(rules, { ...this.owner, locks: this.locks, revisions: this });
    }

    /** Removes what a plan names; see `tidyRevisions`. @throws CheckoutError, the system error */
    tidy(plan: TidyPlan, rules: RetentionRules = DEFAULT_RETENTION): Promise<TidyPlan> {
        return tidyRevisions(plan, rules, { ...this.owner, locks: this.locks, revisions: this });
    }

    /**
     * Gives a revision a label, for everybody; an empty one takes it away.
     * @throws CheckoutError
     */
    async label(file: string, number: number, label: string): Promise<void> {
        const { record, isGone } = await this.find(file, number);
        if (isGone || record?.isRemoved) {
            throw new CheckoutError(
                'revisionUnreadable',
                `The content of revision ${number} of ${file} was removed.`,
                file,
            );
        }
        if (record === undefined) {
            const why = 'was kept by a check-in that was not finished, so the history does not know it';
            const text = `Revision ${number} of ${file} ${why}, and it cannot get a label. Check the file in again first.`;
            throw new CheckoutError('revisionUnreadable', text, file);
        }
        const { size, sha256, modified } = record;
        const event = revisionEvent('label', file, { number, size, sha256, modified }, this.owner, label);
        await this.locks.record(() => Promise.resolve([event]));
    }
}

function notCopied(target: string, became: 'untouched' | 'unknown'): string {
    return became === 'untouched'
        ? `${target} was not written, because there is a file of this name already. Give it another name.`
        : `The share went away while ${target} was being written, so look at what is in it now.`;
}

/** Numbers in a few words: "1 to 4, 7". @param numbers the highest first */
function rangesOf(numbers: readonly number[]): string {
    const ranges: [number, number][] = [];
    for (const number of numbers.toReversed()) {
        const last = ranges.at(-1);
        if (last !== undefined && last[1] === number - 1) last[1] = number;
        else ranges.push([number, number]);
    }
    return ranges.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}
