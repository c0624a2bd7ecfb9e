import * as path from 'node:path';
import { explainIoError } from '../disk/ioErrors';
import { backupOf } from '../base/ownNames';
import { CheckoutError } from '../base/errors';
import { LARGEST_MEGABYTES } from '../base/jsonText';
import { plainLine } from '../base/plainText';
import { MovedLocks, type DamagedTable } from './damagedTable';

/** What went wrong with one locks file, in sentences. */
export class LocksErrors {
    constructor(private readonly file: string) {}

    damaged(cause: DamagedTable): CheckoutError {
        if (cause instanceof MovedLocks) return this.moved(cause);
        const backup = path.basename(backupOf(this.file));
        return new CheckoutError(
            'locksFileDamaged',
            `The locks file ${this.file} is damaged: ${cause.message}. Nothing was changed. Repair it, or restore the last good copy (${backup}).`,
            this.file,
            { cause },
        );
    }

    private moved(cause: MovedLocks): CheckoutError {
        const address = plainLine(cause.to.lockServer);
        return new CheckoutError(
            'locksMoved',
            `The check-outs of this repository are no longer recorded in ${this.file}, but on the lock server ${address}. Nothing was changed. In VS Code, run CNC: Use Lock Server…; on the command line, give that address with --lock-server.`,
            this.file,
            { cause },
        );
    }

    notMoved(): CheckoutError {
        return new CheckoutError(
            'locationRefused',
            `The check-outs of this repository are recorded in ${this.file}, so there is nothing to bring back from a lock server. Nothing was changed.`,
            this.file,
        );
    }

    unreachable(cause: unknown): CheckoutError {
        const { reason, advice } = explainIoError(cause, 'read');
        return new CheckoutError(
            'locksFileUnreachable',
            `The locks file ${this.file} cannot be read, because ${reason}, so nobody can tell who has checked out what. ${advice}`,
            this.file,
            { cause },
        );
    }

    unconfirmed(cause?: unknown): CheckoutError {
        const why =
            cause === undefined
                ? `Other programs kept changing ${this.file} at the same moment`
                : `${this.file} could not be read again, because ${explainIoError(cause, 'read').reason}`;
        return new CheckoutError(
            'changeUnconfirmed',
            `${why}, so this change could not be confirmed. Refresh to see what is checked out, and try again.`,
            this.file,
            { cause },
        );
    }

    /** What an error means that came while the file was being replaced. */
    notWritten(error: unknown): CheckoutError {
        if (error instanceof CheckoutError) return error;
        const { reason, advice } = explainIoError(error, 'write');
        return this.notWritable(`was not changed, because ${reason}. ${advice}`, error);
    }

    tooLarge(cause: unknown): CheckoutError {
        return this.notWritable(
            `was not changed, because it would become larger than ${LARGEST_MEGABYTES} MB. Remove entries that are not locks, or check in files that are no longer needed, and try again.`,
            cause,
        );
    }

    isLink(): CheckoutError {
        return this.notWritable(
            'is a symbolic link, so nothing was changed: a change would put a file in its place, and programs that use the file behind the link would not see it. Name that file itself, in the setting cncCheckout.locksFile or with --locks.',
        );
    }

    /** It is a sign that somebody gave. As root, or on Windows, a rename would replace the file all the same. */
    isReadOnly(): CheckoutError {
        return this.notWritable(
            'is read-only, so nothing was changed: somebody marked it as not to be changed. Clear its read-only attribute (on Windows in its properties, elsewhere with chmod u+w) if it may be changed, and try again.',
        );
    }

    isHardLink(): CheckoutError {
        return this.notWritable(
            'has a second name (a hard link), so nothing was changed: a change would put a new file in its place, and the other name would keep the old locks. Remove the other name, or put a copy of the file in its place, and try again.',
        );
    }

    outdated(): CheckoutError {
        return new CheckoutError(
            'restoreOutdated',
            `${this.file} or its last good copy changed while you were deciding, so nothing was restored. Look at what a restore would change now, and decide again.`,
            this.file,
        );
    }

    noBackup(reason: string): CheckoutError {
        const backup = backupOf(this.file);
        return new CheckoutError(
            'noBackup',
            `The last good copy ${backup} cannot be used: ${reason}. Repair ${path.basename(this.file)} by hand, or remove both to begin with no locks.`,
            backup,
        );
    }

    /** A warning: the change was made all the same. */
    notBackedUp(error: unknown): string {
        const { reason, advice } = explainIoError(error, 'write');
        return `The change was made, but the last good copy ${backupOf(this.file)} could not be updated, because ${reason}. ${advice}`;
    }

    private notWritable(what: string, cause?: unknown): CheckoutError {
        return new CheckoutError('locksFileNotWritable', `${this.file} ${what}`, this.file, { cause });
    }
}
