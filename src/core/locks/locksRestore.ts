import { copyDurably } from '../disk/durableCopy';
import type { FileStamp } from '../disk/fileStamp';
import { removeFile } from '../disk/moveFile';
import { sameContent } from '../disk/readFile';
import { setRights } from '../disk/rights';
import { restoreEvent } from '../history/eventBuilders';
import type { Lease } from '../mutex/lease';
import type { MutexOwner } from '../mutex/ownerFile';
import type { LocksErrors } from './locksErrors';
import type { LocksReader, LocksSource } from './locksReader';
import type { LocksWriter, WriteResult } from './locksWriter';
import type { LockTable } from './lockTable';

/** What a restore would change, as it was when a person was asked. */
export interface RestorePreview {
    /** The locks in force, or why nobody can tell them. */
    readonly current: LockTable | 'missing' | 'damaged';
    readonly backup: LockTable;
    /** What the locks file and its backup held. */
    readonly seen: readonly [LocksSource, LocksSource];
}

/** What is in force after a restore, and where the locks file of before is kept. */
export interface Restoration {
    readonly table: LockTable;
    /** The stamp of the locks file with this table; undefined when the disk did not say. */
    readonly stamp: FileStamp | undefined;
    /** The copy of the locks file as it was before, or undefined when there was none. */
    readonly setAside: string | undefined;
}

/** Puts the last good copy of one locks file back in force. */
export class LocksRestore {
    constructor(
        private readonly file: string,
        private readonly reader: LocksReader,
        private readonly writer: LocksWriter,
        private readonly errors: LocksErrors,
        private readonly owner: MutexOwner,
    ) {}

    /** What a restore would change. @throws CheckoutError `noBackup`, `locksFileUnreachable` */
    async preview(): Promise<RestorePreview> {
        const backup = await this.reader.readBackup();
        const content = await this.reader.readPatiently();
        const inForce = 'damage' in content ? 'damaged' : content.table;
        const current = content.source === undefined ? 'missing' : inForce;
        return { current, backup: backup.table, seen: [content.source, backup.source] };
    }

    /**
     * Restores, while the mutex is held. What the locks file held is kept beside it.
     * @param preview what a person agreed to; nothing is restored when it is no longer so
     * @throws CheckoutError
     */
    async carryOut(now: Date, preview: RestorePreview | undefined, lease: Lease): Promise<Restoration> {
        const backup = await this.reader.readBackup();
        const before = await this.reader.readSource();
        if (preview !== undefined) {
            const [seen, seenBackup] = preview.seen;
            if (!sameContent(seen, before) || !sameContent(seenBackup, backup.source)) throw this.errors.outdated();
        }
        const setAside =
            before === undefined ? undefined : `${this.file}.${now.toISOString().replace(/[:.]/g, '-')}.damaged`;
        if (setAside !== undefined) {
            await this.writer.explained(copyDurably(this.file, setAside));
            await this.writer.explained(setRights(before!.rights, setAside));
        }
        let written: WriteResult = { became: 'untouched' };
        try {
            written = await this.writer.write(backup.table, before, lease, [restoreEvent(this.owner, now)]);
        } finally {
            if (written.became === 'untouched' && setAside !== undefined) {
                await removeFile(setAside).catch(() => undefined); // It says nothing new.
            }
        }
        if (written.became !== 'replaced') throw this.errors.unconfirmed();
        return { table: backup.table.laidOut(), stamp: written.stamp, setAside };
    }
}
