/** Ends a program that hangs: found by what it does not do any more, never by how long it takes. */

import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { PacedWatch } from './pace';

const LOOK_EVERY_MS = 5000;
/** Of a quiet machine, for which a program may print nothing, end no test and use next to no processor time. */
const LONGEST_SILENCE_MS = 120_000;
/** Processor time that a program may use without printing anything or ending a test. */
const LARGEST_EFFORT_MS = 600_000;
/** Less than this part of the time is what an idle program uses for its timers. */
const IDLE = 0.03;
/** Ticks of a second in which Linux counts processor time. */
const TICK_MS = 10;

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

interface Usage {
    readonly parent: number;
    readonly milliseconds: number;
}

/** Milliseconds that a program and what it started have used so far; 0 where the system does not tell by a file. */
function processorTime(pid: number | undefined): number {
    if (pid === undefined || process.platform !== 'linux') return 0;
    const all = new Map<number, Usage>();
    for (const name of readdirSync('/proc')) {
        const usage = /^\d+$/.test(name) ? usageOf(name) : undefined;
        if (usage !== undefined) all.set(Number(name), usage);
    }
    const belongs = (one: number): boolean =>
        one === pid || (all.has(one) && all.get(one)!.parent > 1 && belongs(all.get(one)!.parent));
    let sum = 0;
    for (const [one, { milliseconds }] of all) if (belongs(one)) sum += milliseconds;
    return sum;
}

function usageOf(pid: string): Usage | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name before may hold anything, also blanks and parentheses.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // Its own time, and that of its children that ended: fields 14 to 17 of the manual page, counted from the third.
        const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
        return { parent: Number(fields[1]), milliseconds: ticks * TICK_MS };
    } catch (error) {
        // It has ended meanwhile.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        return undefined;
    }
}
