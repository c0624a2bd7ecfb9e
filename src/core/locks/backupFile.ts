import { stat } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { backupOf, type LocksErrors } from './locksErrors';
import type { Replacement } from '../disk/replaceFile';
import type { Lease } from '../mutex/lease';
import { StagedFile } from '../disk/stagedFile';

/** The last good copy of one locks file, written under the mutex. */
export class BackupFile {
    readonly file: string;

    /**
     * @param locksFile absolute path
     * @param warn told, in a finished sentence, that a change was made and its copy could not be
     */
    constructor(
        locksFile: string,
        private readonly trouble: LocksErrors,
        private readonly warn: (message: string) => void,
    ) {
        this.file = backupOf(locksFile);
    }

    /** Whether there is none: then the locks that others wrote are copied before they are replaced. Never rejects. */
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
     * another one into its place, and cut off in between would leave no locks at all.
     */
    async makeFirst(bytes: Buffer, hold: Pick<Lease, 'temporary'>): Promise<void> {
        try {
            await this.put(bytes, hold.temporary('first'), { durable: true, isNew: true }, () => Promise.resolve(true));
        } catch (error) {
            // Whether there can be a copy is told once the change is made.
            rethrowUnlessSystemError(error);
        }
    }

    /** Writes a new one at the same time as the locks file, and puts it in place once that is replaced. Never rejects. */
    async follow(bytes: Buffer, hold: Pick<Lease, 'temporary'>, isReplaced: Promise<boolean>): Promise<void> {
        try {
            // Should the mutex be gone by then, whoever has it writes a newer copy.
            const options = { durable: false, isNew: false };
            const became = await this.put(bytes, hold.temporary('copy'), options, () => isReplaced);
            if (became === 'unknown') throw new Error('the share went away');
        } catch (error) {
            if (await isReplaced) this.warn(this.trouble.notBackedUp(error));
        }
    }

    private async put(
        bytes: Buffer,
        path: string,
        { durable, isNew }: { readonly durable: boolean; readonly isNew: boolean },
        confirm: () => Promise<boolean>,
    ): Promise<Replacement> {
        const copy = await StagedFile.create(path);
        try {
            await copy.write(bytes, { durable });
            return await copy.putInPlace(this.file, confirm, { isNew });
        } finally {
            await copy.remove();
        }
    }
}
