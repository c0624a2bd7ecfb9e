// base: what every room needs and no disk is needed for: errors, text, paths, time, and work in order or at once.

import { constants } from 'node:os';

/** Why a whole call failed; nothing was changed unless the error's message says otherwise. */
export type FailureCode =
    | 'repositoryMissing'
    | 'repositoryUnreachable'
    | 'locationRefused'
    | 'locksFileDamaged'
    | 'locksFileUnreachable'
    | 'locksFileNotWritable'
    | 'locksMoved'
    | 'serverUnreachable'
    | 'serverRefused'
    | 'serverNotConfirmed'
    | 'signInNeeded'
    | 'mutexTimeout'
    | 'changeUnconfirmed'
    | 'noBackup'
    | 'restoreOutdated'
    | 'userNameUnusable'
    | 'historyUnreadable'
    | 'fileNotRestored'
    | 'revisionNotKept'
    | 'revisionUnreadable'
    | 'fileNotRenamed';

/** A failure with a code for programs and a message in finished sentences for people. `path`: the file or folder concerned. */
export class CheckoutError extends Error {
    constructor(
        readonly code: FailureCode,
        message: string,
        readonly path?: string,
        options?: ErrorOptions,
    ) {
        super(message, options);
        this.name = 'CheckoutError';
    }

    /** The bundle of the lock server has this class once more, and each has to know the errors of the other. */
    static override [Symbol.hasInstance](value: unknown): boolean {
        if (this !== CheckoutError) return super[Symbol.hasInstance](value);
        return value instanceof Error && value.name === 'CheckoutError';
    }
}

/** The `code` of a Node system error (`ENOENT`, …), or undefined for anything else, a `CheckoutError` too. */
export function systemCode(error: unknown): string | undefined {
    if (error instanceof CheckoutError) return undefined;
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
    if (isAbort(error)) return undefined;
    if (!error.code.startsWith('Unknown') || !('errno' in error)) return error.code;
    // Node has no name for some answers of network file systems; ESTALE is one.
    const { errno } = error;
    return Object.entries(constants.errno).find(([, value]) => value === -Number(errno))?.[0] ?? error.code;
}

/** Whether an error says that somebody gave up what they had begun, by an `AbortSignal`. */
export function isAbort(error: unknown): boolean {
    return error instanceof Error && error.name === 'AbortError';
}

/** Whether an error comes from the operating system: a disk, a share, a process. Anything else is ours, or a bug. */
export function isSystemError(error: unknown): boolean {
    return systemCode(error) !== undefined;
}

/** For a `catch` that tolerates failures of a disk or share: rethrows anything else, so that it hides no bug. */
export function rethrowUnlessSystemError(error: unknown): void {
    if (!isSystemError(error)) throw error;
}

/** What was thrown, as text for a person or a log. */
export function describeError(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
