import { stat } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { backupOf } from '../base/ownNames';
import type { LocksErrors } from './locksErrors';
import type { Replacement } from '../disk/replaceFile';
import type { Lease } from '../mutex/lease';
import { DiskFault, lookInto } from '../disk/diskFault';
import { CONNECTION } from '../disk/ioErrors';
import type { Rights } from '../disk/rights';
import { StagedFile, type WriteOptions } from '../disk/stagedFile';

/** The last good copy of one locks file, written under the mutex. */
export class BackupFile {
    readonly file: string;

    /**
     * @param locksFile absolute path
     * @param warn told, in a finished sentence, that a change was made and its backup could not be
     */
    constructor(
        locksFile: string,
        private readonly errors: LocksErrors,
        private readonly warn: (message: string) => void,
    ) {
        this.file = backupOf(locksFile);
    }

    /** Whether there is none yet: then locks that other programs wrote are copied before they are replaced. Never rejects. */
    async isMissing(): Promise<boolean> {
        try {
            await stat(this.file);
            return false;
        } catch (error) {
            return systemCode(error) === 'ENOENT';
        }
    }

    /**
     * Makes the first one, of what is about to be replaced: some clients (libsmbclient) remove a file before they rename
     * another into its place, and one cut off in between would leave no locks at all.
     * @param rights those of the locks file: the backup is as private and as public
     */
    async makeFirst(bytes: Buffer, rights: Rights, lease: Pick<Lease, 'temporary'>): Promise<void> {
        try {
            const options = { durable: true, isNew: true, rights };
            await this.put(bytes, lease.temporary('first'), options, Promise.resolve(true));
        } catch (error) {
            // Once the change is made, `follow` says whether there can be a backup.
            rethrowUnlessSystemError(error);
        }
    }

    /**
     * Writes a new one at the same time as the locks file, and puts it in place once that is replaced. Never rejects.
     * @param rights those of the locks file, unless a file that is made in the mutex directory has them already
     */
    async follow(
        bytes: Buffer,
        rights: WriteOptions['rights'],
        lease: Pick<Lease, 'temporary'>,
        isReplaced: Promise<boolean>,
    ): Promise<void> {
        try {
            // If the mutex is lost by then, its new holder writes a newer backup.
            const options = { durable: false, isNew: false, rights };
            const became = await this.put(bytes, lease.temporary('copy'), options, isReplaced);
            if (became === 'unknown') throw new DiskFault('EIO', 'the share went away', CONNECTION);
        } catch (error) {
            if (await isReplaced) this.warn(this.errors.notBackedUp(await lookInto(error, this.file, 'write')));
        }
    }

    private async put(
        bytes: Buffer,
        path: string,
        { durable, isNew, rights }: Pick<WriteOptions, 'durable' | 'rights'> & { readonly isNew: boolean },
        wanted: Promise<boolean>,
    ): Promise<Replacement> {
        const copy = await StagedFile.create(path);
        try {
            await copy.write(bytes, { durable, rights });
            await copy.close();
            return (await wanted) ? await copy.replace(this.file, { isNew }) : 'untouched';
        } finally {
            await copy.remove();
        }
    }
}
