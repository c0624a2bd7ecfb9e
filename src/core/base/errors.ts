import { constants } from 'node:os';

/** The whole call could not be carried out; nothing was changed unless the sentence says otherwise. */
export type FailureCode =
    | 'repositoryMissing'
    | 'repositoryUnreachable'
    | 'locksFileDamaged'
    | 'locksFileUnreachable'
    | 'locksFileNotWritable'
    | 'mutexTimeout'
    | 'changeUnconfirmed'
    | 'noBackup'
    | 'restoreOutdated'
    | 'historyUnreadable'
    | 'fileNotRestored';

/** A failure with a code for programs and a finished sentence for people. `path` is the file or folder it is about. */
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
}

/** The `code` of a Node system error (`ENOENT`, …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
    if (!error.code.startsWith('Unknown') || !('errno' in error)) return error.code;
    // Node has no name for some of what a network file system answers: ESTALE is one.
    const { errno } = error;
    return Object.entries(constants.errno).find(([, value]) => value === -Number(errno))?.[0] ?? error.code;
}

/** Whether an error came from the operating system: a disk, a share, a process. Anything else is a mistake or one of ours. */
export function isSystemError(error: unknown): boolean {
    return systemCode(error) !== undefined;
}

/**
 * For a `catch` that passes over what a disk or share refuses: throws everything else again, so that a mistake in the code
 * is never taken for a bad connection.
 */
export function rethrowUnlessSystemError(error: unknown): void {
    if (!isSystemError(error)) throw error;
}

/** Whatever was thrown, as text for a person or a log. */
export function describeError(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
