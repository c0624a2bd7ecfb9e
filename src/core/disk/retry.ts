import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../base/errors';

/** How long a scanner, an indexer or another reader may keep a file open. */
const IN_USE_MS = 3000;
/** How long EPERM and EACCES are worth a retry: Windows uses them for a file in use, others mostly mean what they say. */
const DENIED_MS = process.platform === 'win32' ? IN_USE_MS : 300;
/** How long a client may take to reconnect to a server that is there. */
const RECONNECT_MS = 500;

/** The file is open somewhere. Through libsmbclient (GNOME's file manager, smbnetfs) a rename over an open file gives EEXIST. */
const IN_USE: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EEXIST']);
const DENIED: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES']);
/** The connection to the server is broken. */
const DISCONNECTED: ReadonlySet<string | undefined> = new Set(
    (
        'EIO EAGAIN ETIMEDOUT ESTALE EREMOTEIO EPIPE ENOTCONN UNKNOWN ECONNRESET ECONNABORTED ECONNREFUSED ' +
        'EHOSTDOWN EHOSTUNREACH ENETDOWN ENETRESET'
    ).split(' '),
);

/** How long an error is worth retrying, in milliseconds; 0 for one that will stay. */
export function retryTimeMs(error: unknown): number {
    const code = systemCode(error);
    if (IN_USE.has(code)) return IN_USE_MS;
    if (DENIED.has(code)) return DENIED_MS;
    return DISCONNECTED.has(code) ? RECONNECT_MS : 0;
}

/** Whether the connection to the server broke: it may have done what it was asked for, although the answer is an error. */
export function isDisconnect(error: unknown): boolean {
    return DISCONNECTED.has(systemCode(error));
}

/**
 * Retries `action` while its error is likely to be transient.
 * @param timeMs for how long an error is worth retrying, in milliseconds since the first try
 * @throws the last error
 */
export async function retry<T>(action: () => Promise<T>, timeMs: (error: unknown) => number = retryTimeMs): Promise<T> {
    const started = performance.now();
    for (;;) {
        try {
            return await action();
        } catch (error) {
            if (performance.now() - started >= timeMs(error)) throw error;
        }
        await randomPause();
    }
}

/** Retries a read that no other program can block: only while the connection is broken. @throws the last error */
export function retryUntilAnswered<T>(read: () => Promise<T>): Promise<T> {
    return retry(read, (error) => (isDisconnect(error) ? RECONNECT_MS : 0));
}

/** A random pause of 10 to 40 ms, so that two waiters fall out of step. */
export async function randomPause(): Promise<void> {
    await delay(10 + Math.random() * 30);
}
