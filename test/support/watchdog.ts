/** Ends a program that hangs: found by what it does not do any more, never by how long it takes. */

import type { ChildProcess } from 'node:child_process';
import { PacedWatch } from './pace';
import { processTree } from './processTree';

const LOOK_EVERY_MS = 5000;
/** Of a quiet machine, for which a program may print nothing, end no test and use next to no processor time. */
const LONGEST_SILENCE_MS = 120_000;
/** Processor time that a program may use without printing anything or ending a test. */
const LARGEST_EFFORT_MS = 600_000;
/** Less than this part of the time is what an idle program uses for its timers. */
const IDLE = 0.03;

/**
 * Watches a program and everything that it started.
 * @param progress changes with each sign of progress: bytes printed, tests ended
 * @param onHang told once, in a few words, how the program hangs
 * @returns what ends the watch
 */
export function watchForHang(
    child: ChildProcess,
    progress: () => string | number,
    onHang: (how: string) => void,
): () => void {
    const silence = new PacedWatch();
    let seen = progress();
    let [used, usedAtProgress] = [processorTime(child.pid), processorTime(child.pid)];
    let lookedAt = performance.now();
    const timer = setInterval(() => {
        const [now, newest, newestUse] = [performance.now(), progress(), processorTime(child.pid)];
        const isBusy = newestUse - used > (now - lookedAt) * IDLE;
        if (newest !== seen) usedAtProgress = newestUse;
        if (newest !== seen || isBusy) silence.reset();
        [seen, used, lookedAt] = [newest, newestUse, now];
        const effort = newestUse - usedAtProgress;
        if (silence.read() > LONGEST_SILENCE_MS) stop('it neither printed, ended a test nor used processor time');
        else if (effort > LARGEST_EFFORT_MS) stop(`it used ${Math.round(effort / 1000)} s of processor time`);
    }, LOOK_EVERY_MS);
    timer.unref();
    const stop = (how: string): void => {
        clearInterval(timer);
        onHang(how);
    };
    return () => clearInterval(timer);
}

/** Milliseconds that a program and what it started have used so far; 0 where the system does not tell. */
function processorTime(pid: number | undefined): number {
    return processTree(pid).reduce((sum, { used }) => sum + used, 0);
}
