import type { Lock } from './lockTable';

/** A rule said no to one file; the others of the same call are not affected. */
export type RefusalCode =
    | 'heldByOther'
    | 'alreadyMine'
    | 'notCheckedOut'
    | 'fileMissing'
    | 'extensionNotAllowed'
    | 'outsideRepository'
    | 'malformedLock'
    | 'changedHands'
    | 'notTogether'
    | 'fileChanged'
    | 'fileNotRestored'
    | 'cancelled';

/**
 * What a rule answers when it does not let a file be checked out or in.
 * `message` is a finished sentence; `holder` is the lock of whoever has the file, where somebody has.
 */
export interface Refusal {
    readonly code: RefusalCode;
    readonly message: string;
    readonly holder?: Lock;
}
