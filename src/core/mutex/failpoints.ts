/**
 * Moments of a change at which a test may stop or kill the process:
 * - `entered`: the mutex directory was made, and has no owner yet
 * - `drafted`: the draft is in it, and it still has no owner
 * - `beforeLook`: before the last look at the locks file
 * - `beforeFile`: right before a program is put back, which lies ready in the mutex directory
 * - `beforeRename`: after the look, before the draft replaces the locks file
 * - `beforeRelease`: after that
 * - `foundStale`: before somebody else's stale mutex is moved aside
 * - `movedAside`: a mutex was moved aside and not removed yet: a stale one, or ours that could not be removed in its place
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

/** Called at each moment; the change goes on when it is done. For tests: the product passes none. */
export type AtFailpoint = (moment: Failpoint) => void | Promise<void>;
