import { stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { explainIoError } from '../disk/ioErrors';
import { retry, retryTimeMs } from '../disk/retry';
import { rightsInFolder, rightsOf, rightsToAppend, setRights, type Rights } from '../disk/rights';

/**
 * Lets everybody append to a history who may replace the locks file, and nobody read it who may not read that. Where the
 * disk does not allow that, the history stays as it is.
 * @param locksFile absolute path
 * @param history open
 * @param rights those of the locks file, where they are known
 */
export async function giveHistoryRights(
    locksFile: string,
    history: FileHandle,
    rights: Rights | undefined,
): Promise<void> {
    try {
        const folder = path.dirname(locksFile);
        await setRights(await rightsToAppend(rights ?? (await rightsOfLocksFile(locksFile)), folder), history);
    } catch (error) {
        // What follows fails in its own words.
        rethrowUnlessSystemError(error);
    }
}

async function rightsOfLocksFile(locksFile: string): Promise<Rights> {
    try {
        return rightsOf(await stat(locksFile));
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return rightsInFolder(path.dirname(locksFile));
    }
}

/** Why a history cannot be read. @param file absolute path @returns an error that is none of the system, as it came */
export function historyUnreadable(file: string, error: unknown): unknown {
    if (!isSystemError(error)) return error;
    const { reason, advice } = explainIoError(error, 'read');
    const message = `The history ${file} cannot be read, because ${reason}. ${advice}`;
    return new CheckoutError('historyUnreadable', message, file, { cause: error });
}

/** A scanner or an indexer may have it open. A missing permission is told at once. */
export function patiently<T>(action: () => Promise<T>): Promise<T> {
    return retry(action, (error) => (systemCode(error) === 'EACCES' ? 0 : retryTimeMs(error)));
}
