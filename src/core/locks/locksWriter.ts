import { basename, dirname } from 'node:path';
import { OversizedText } from '../base/jsonText';
import { hasLostAccessList } from '../disk/accessList';
import { lookInto } from '../disk/diskFault';
import type { FileStamp } from '../disk/fileStamp';
import { untilFound } from '../disk/missingFile';
import { rightsInFolder, type Rights } from '../disk/rights';
import type { HistoryEvent } from '../history/historyEvent';
import { HistoryFile } from '../history/historyFile';
import type { Lease } from '../mutex/lease';
import { BackupFile } from './backupFile';
import type { LocksErrors } from './locksErrors';
import type { LocksReader, LocksSource } from './locksReader';
import type { LockTable } from './lockTable';

/**
 * What became of a locks file that was to be replaced. `untouched`: somebody interfered, and nothing was written;
 * `unknown`: the share went away meanwhile, and nobody can tell.
 */
export type WriteResult =
    | {
          readonly became: 'replaced';
          /** The stamp that the file has now; undefined when the disk did not say. */
          readonly stamp: FileStamp | undefined;
      }
    | { readonly became: 'untouched' }
    | { readonly became: 'unknown' };

/** Puts lock tables in force while the mutex is held: the locks file, its backup and the history. */
export class LocksWriter {
    readonly backup: BackupFile;
    readonly history: HistoryFile;
    /** Whether a new file there has other rights than the locks file, as far as is known. */
    private hasOtherRights = false;

    /**
     * @param file absolute path of the locks file
     * @param warn told, in a finished sentence, what went wrong beside a change that succeeded
     */
    constructor(
        private readonly file: string,
        private readonly reader: LocksReader,
        private readonly errors: LocksErrors,
        private readonly warn: (message: string) => void,
    ) {
        this.backup = new BackupFile(file, errors, warn);
        this.history = new HistoryFile(file, warn);
    }

    /**
     * Puts a table in force, if the locks file is still what it was.
     * @param table the locks, or what takes their place
     * @param before what it was made from
     * @param events what the history is to say of it
     * @param underMutex done at the last moment, when all else is ready
     * @throws CheckoutError `locksFileNotWritable`, and then nothing was changed
     */
    async write(
        table: Pick<LockTable, 'serialise'>,
        before: LocksSource,
        lease: Lease,
        events: readonly HistoryEvent[] | Promise<readonly HistoryEvent[]>,
        underMutex?: () => Promise<void>,
    ): Promise<WriteResult> {
        const bytes = Buffer.from(this.serialise(table), 'latin1'); // It is ASCII.
        let tell: (isReplaced: boolean) => void = () => undefined;
        const isReplaced = new Promise<boolean>((resolve) => (tell = resolve));
        let result: WriteResult = { became: 'untouched' };
        try {
            const rights = before?.rights ?? (await this.explained(rightsInFolder(dirname(this.file))));
            const writing = lease.draft.write(bytes, {
                durable: true,
                rights,
                isGroupNeeded: before !== undefined,
                hasOtherRights: this.hasOtherRights,
            });
            // Written at the same time, put in place afterwards.
            const missing = writing.then((isAsMade) => {
                this.hasOtherRights = !isAsMade;
                return isAsMade ? undefined : rights;
            });
            missing.catch(() => undefined); // Told below.
            lease.finishWith(this.backup.follow(bytes, missing, lease, isReplaced));
            lease.finishWith(this.record(events, isReplaced, rights));
            const [, , isFirstBackup] = await this.explained(
                Promise.all([writing, before?.closed, this.backup.isMissing()]),
            );
            // The draft's last round trips overlap with the last look.
            const stamp = lease.draft.stamp();
            const lastSteps = [
                this.isUnchanged(before, lease, isFirstBackup, underMutex),
                lease.draft.close(),
            ] as const;
            // Whichever fails, what is done to files must be over before the mutex is given back.
            await Promise.allSettled(lastSteps);
            const [isUnchanged] = await this.explained(Promise.all(lastSteps));
            const isUntouched = (): Promise<boolean> => this.reader.isStill(before);
            const became = isUnchanged
                ? await this.explained(lease.replace(this.file, { isNew: before === undefined, isUntouched }))
                : lease.withdraw();
            result = became === 'replaced' ? { became, stamp: await stamp } : { became };
            if (became === 'replaced' && before !== undefined) await this.tellOfLostAccessList(before.rights);
        } finally {
            tell(result.became === 'replaced');
        }
        // Unless we were too late, somebody else made the first one: this computer may not know of it yet.
        if (before === undefined && result.became === 'untouched' && !lease.isLate) {
            await this.explained(untilFound(this.file));
        }
        return result;
    }

    /**
     * Writes into the history, once it is certain whether the change was made. Never rejects.
     * @param rights those of the locks file, where they are known
     */
    async record(
        events: readonly HistoryEvent[] | Promise<readonly HistoryEvent[]>,
        isMade = Promise.resolve(true),
        rights?: Rights,
    ): Promise<void> {
        if (!('length' in events) || events.length > 0) await this.history.follow(events, isMade, rights);
    }

    /** Waits for a step of a change. @throws CheckoutError in place of a system error */
    async explained<T>(step: Promise<T>): Promise<T> {
        try {
            return await step;
        } catch (error) {
            throw this.errors.notWritten(await lookInto(error, this.file, 'write'));
        }
    }

    /** The last look before the rename. */
    private async isUnchanged(
        before: LocksSource,
        lease: Lease,
        isFirstBackup: boolean,
        underMutex: (() => Promise<void>) | undefined,
    ): Promise<boolean> {
        await lease.atFailpoint('beforeLook');
        let isUnchanged = await this.reader.isStill(before);
        if (isUnchanged && isFirstBackup && before?.bytes !== undefined) {
            await this.backup.makeFirst(before.bytes, before.rights, lease);
            isUnchanged = await this.reader.isStill(before);
        }
        if (isUnchanged && underMutex !== undefined) {
            await underMutex();
            isUnchanged = await this.reader.isStill(before);
        }
        await lease.atFailpoint('beforeRename');
        return isUnchanged;
    }

    private async tellOfLostAccessList(before: Rights): Promise<void> {
        if (!(await hasLostAccessList(before, this.file))) return;
        const [name, folder] = [basename(this.file), dirname(this.file)];
        this.warn(
            `${name} had an access list of its own, which is lost now, because every change makes a new file: others may no longer be able to read it. Give the list to the folder ${folder}, as a default for new files.`,
        );
    }

    private serialise(table: Pick<LockTable, 'serialise'>): string {
        try {
            return table.serialise();
        } catch (error) {
            throw error instanceof OversizedText ? this.errors.tooLarge(error) : error;
        }
    }
}
