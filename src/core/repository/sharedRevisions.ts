import { CheckoutError } from '../base/errors';
import { parseTimestamp } from '../base/time';
import { revisionEvent } from '../history/eventBuilders';
import type { HistoryEvent } from '../history/historyEvent';
import type { LockStore } from '../locks/lockStore';
import type { Reading } from '../revisions/compressedFile';
import type { Content } from '../revisions/contentStore';
import type { CheckOutKey } from '../revisions/checkOutRecords';
import type { KeptVersion, VersionStore } from '../revisions/versionStore';
import type { RevisionRecord } from '../revisions/revisionRecord';
import { DEFAULT_RETENTION, type RetentionRules } from '../revisions/retention';
import { compareWithRevisions, type Comparison, type ComparisonTerms } from './compareRevision';
import { ReadableRevisions } from './readableRevisions';
import { planTidying, tidyRevisions, type TidyPlan } from './tidyRevisions';
import { verifyRevisions, type Verification } from './verifyRevisions';

/** The revisions of a repository, and what is done with them: files compared, versions at check-out taken from them, labels. */
export class SharedRevisions extends ReadableRevisions {
    /** @param locks where the locks are kept: revisions lie beside them, and the history tells of them */
    constructor(
        locks: LockStore,
        private readonly owner: { readonly user: string; readonly host: string },
    ) {
        super(locks);
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
