import { CheckoutError } from '../core/base/errors';
import { MovedLocks } from '../core/locks/damagedTable';
import type { LocksFile } from '../core/locks/locksFile';
import { PostgresLockStore } from '../core/server/postgresLockStore';
import { UsageError, type Work } from './invocation';
import { logIn } from './lockServer';
import { accountName } from './openRepository';

/**
 * The locks of a repository on a lock server. The locks file in its place has to say that they are there: else some would go
 * on with the file.
 * @throws UsageError, CheckoutError
 */
export async function openServerStore(work: Work, file: LocksFile, host: string): Promise<PostgresLockStore> {
    if (work.user !== undefined) {
        throw new UsageError(
            'With a lock server, --user is not used: you are who logs in. Name that in the address: postgresql://NAME@….',
        );
    }
    const options = await logIn(work.lockServer!, accountName, process.env);
    const repositoryId = await repositoryOf(file);
    return new PostgresLockStore({ ...options, host, staging: file.file, timeout: work.timeout, repositoryId });
}

/** What identifies the repository to which the locks of a file were moved. */
async function repositoryOf({ reader, file }: LocksFile): Promise<string> {
    const content = await reader.readPatiently();
    if ('damage' in content && content.damage instanceof MovedLocks) return content.damage.to.repositoryId;
    throw new CheckoutError(
        'locationRefused',
        `The check-outs of this repository are recorded in ${file}, and not on a lock server yet. Nothing was changed. Its administrator moves them there once, with cnc-checkout server import.`,
        file,
    );
}
