/**
 * Moments of a change at which a test may want to stop or kill the process that makes it:
 * - `entered`: the mutex directory was made, and nobody owns it yet
 * - `drafted`: what is to be put in place has a name in it, and still nobody owns it
 * - `beforeLook`: right before the last check
 * - `beforeFile`: right before a program is put back, which lies ready in the mutex directory
 * - `beforeRename`: after it, right before the new locks file takes its place
 * - `beforeRelease`: after that
 * - `foundStale`: right before somebody else's stale mutex is moved aside
 * - `movedAside`: a mutex was moved aside, a stale one or our own that could not be removed where it was, and is still there
 */
export type Failpoint =
    | 'entered'
    | 'drafted'
    | 'beforeLook'
    | 'beforeFile'
    | 'beforeRename'
    | 'beforeRelease'
    | 'foundStale'
    | 'movedAside';

/** Called at each moment, which lasts until it is done. For tests: the product passes none. */
export type AtFailpoint = (moment: Failpoint) => void | Promise<void>;
