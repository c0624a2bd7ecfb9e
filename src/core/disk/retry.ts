import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../base/errors';

const IN_USE = 3000;
const HICCUP = 500;

/** What is said while the connection to the server is broken, which is made again by itself if the server is there. */
const BROKEN = (
    'EIO EAGAIN ETIMEDOUT ESTALE EREMOTEIO EPIPE ENOTCONN UNKNOWN ECONNRESET ECONNABORTED ECONNREFUSED ' +
    'EHOSTDOWN EHOSTUNREACH ENETDOWN ENETRESET'
).split(' ');

/** How long an answer of a file system may be one that passes, in milliseconds. */
const PATIENCE: Readonly<Record<string, number>> = {
    // Somebody has the file open: a virus scanner, an indexer, another of our own programs that only reads. What reaches
    // a share through libsmbclient (GNOME's file manager, smbnetfs) says EEXIST when the file to be replaced is open.
    EBUSY: IN_USE,
    EEXIST: IN_USE,
    // On Windows they may mean the same; elsewhere they mostly mean what they say.
    EPERM: process.platform === 'win32' ? IN_USE : 300,
    EACCES: process.platform === 'win32' ? IN_USE : 300,
    ...Object.fromEntries(BROKEN.map((code) => [code, HICCUP])),
};

/** How long an error is worth trying again, in milliseconds; 0 when it will stay. */
export function patienceWith(error: unknown): number {
    return PATIENCE[systemCode(error) ?? ''] ?? 0;
}

/** Whether the server may have done what it was asked for, though the answer was an error. */
export function leavesDoubt(error: unknown): boolean {
    return patienceWith(error) === HICCUP;
}

/** Does what may fail for a moment, and tries again as long as that is worth it. */
export async function retry<T>(
    action: () => Promise<T>,
    patience: (error: unknown) => number = patienceWith,
): Promise<T> {
    const started = performance.now();
    for (;;) {
        try {
            return await action();
        } catch (error) {
            if (performance.now() - started >= patience(error)) throw error;
        }
        await pause();
    }
}

/** Looks at what nobody can be in the way of: tries again only when the share did not answer. */
export function retryUntilAnswered<T>(look: () => Promise<T>): Promise<T> {
    return retry(look, (error) => (leavesDoubt(error) ? HICCUP : 0));
}

/** A moment in which whoever is in the way may be done; of random length, so that two do not meet again. */
export async function pause(): Promise<void> {
    await delay(10 + Math.random() * 30);
}
