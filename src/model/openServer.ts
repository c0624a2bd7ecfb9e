import { CheckoutError } from '../core/base/errors';
import { MovedLocks } from '../core/locks/damagedTable';
import type { LocksFile } from '../core/locks/locksFile';
import type { ServerAccess } from '../serverAccess';
import type { LockServers } from './lockServers';
import { accountName, type Settings } from './settings';

/**
 * The way to the lock server that the settings name; undefined where they name none. What it needs is loaded only then.
 * @param file the locks file: in its place has to stand that the locks are on a server
 * @throws CheckoutError
 */
export async function accessTo(
    { lockServer, host, mutexTimeout }: Settings,
    file: LocksFile,
    servers: LockServers,
): Promise<ServerAccess | undefined> {
    if (lockServer === undefined) return undefined;
    const { openServerAccess } = await import('../serverAccess.js');
    return openServerAccess({
        ...lockServer,
        account: accountName(),
        host,
        staging: file.file,
        repositoryId: await repositoryOf(file),
        timeout: mutexTimeout,
        signedIn: (address) => servers.signedIn(address),
        isConfirmed: (server) => servers.isConfirmed(server),
    });
}

/** What identifies the repository to which the locks of a file were moved. */
async function repositoryOf({ reader, file }: LocksFile): Promise<string> {
    const content = await reader.readPatiently();
    if ('damage' in content && content.damage instanceof MovedLocks) return content.damage.to.repositoryId;
    throw new CheckoutError(
        'locationRefused',
        `The check-outs of this repository are recorded in ${file}, and not on a lock server yet, as the setting cncCheckout.lockServer says. Its administrator moves them there once, with cnc-checkout server import. Until then, remove the setting.`,
        file,
    );
}
