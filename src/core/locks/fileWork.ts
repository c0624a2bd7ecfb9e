import type { Lease } from '../mutex/lease';
import type { Refusal } from './refusal';

/** What a change does to the files themselves. Content changes only under the mutex, beside a lock that allows it. */
export interface FileWork {
    /** Why a file is left as it is, as far as found by now. */
    refusalOf(path: string): Refusal | undefined;
    /**
     * Puts the new content of these files in place, unless that was done already.
     * @returns whether all of them are as wanted now; else some are refused, and the change has to be decided again
     */
    putInPlace(files: readonly { readonly path: string }[], lease: Lease): Promise<boolean>;
}
