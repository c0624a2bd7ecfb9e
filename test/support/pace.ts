/** How fast this machine is now: limits of tests are times of a quiet machine, and stretch with its load. */

import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

/** Processor time that the fixed piece of work takes on the machine on which the limits were chosen. */
const REFERENCE_WORK_MS = 15;
const ROUNDS = 3_000_000;
/** Beyond this a wait would only be longer, and not end better. */
const SLOWEST = 20;
/** How much the newest look counts against the ones before. */
const NEWS = 0.3;

/** How many times slower than the reference one processor of this machine is. */
const processorSlowness = measureProcessor();
let smoothedLoad = load();
let lookedAt = performance.now();

/** How many times longer than on a quiet machine of two processors something takes now, at least 1. */
export function slowness(): number {
    const now = performance.now();
    // A look costs little, but those who wait ask often.
    if (now - lookedAt > 500) {
        smoothedLoad += (load() - smoothedLoad) * NEWS;
        lookedAt = now;
    }
    const busy = Math.max(1, smoothedLoad, loadavg()[0]! / availableParallelism());
    return Math.min(processorSlowness * busy, SLOWEST);
}

/** A limit that a test needs, for this machine as it is now. @param quietMs milliseconds on a quiet machine */
export function scaled(quietMs: number): number {
    return Math.ceil(quietMs * slowness());
}

/** A stopwatch that runs slower while the machine is slow, so that a limit means the same work anywhere. */
export class PacedWatch {
    private elapsed = 0;
    private readAt = performance.now();

    /** Milliseconds of a quiet machine since it was started or reset. To be read again and again while it runs. */
    read(): number {
        const now = performance.now();
        // A machine that slept, or a process that was stopped, did nothing meanwhile.
        this.elapsed += Math.min(now - this.readAt, 10_000) / slowness();
        this.readAt = now;
        return this.elapsed;
    }

    reset(): void {
        this.elapsed = 0;
        this.readAt = performance.now();
    }
}

/**
 * Calls `then` once a limit is over, unless it is cancelled before.
 * @param quietMs milliseconds on a quiet machine
 * @returns what cancels it
 */
export function afterPaced(quietMs: number, then: () => void): () => void {
    const watch = new PacedWatch();
    const timer = setInterval(() => {
        if (watch.read() < quietMs) return;
        clearInterval(timer);
        then();
    }, 250);
    return () => clearInterval(timer);
}

function measureProcessor(): number {
    const before = process.cpuUsage();
    let sum = 0;
    for (let round = 0; round < ROUNDS; round++) sum = (sum * 31 + (round ^ (sum >>> 3))) | 0;
    const { user, system } = process.cpuUsage(before);
    // The sum must be used, or the work is optimised away.
    const milliseconds = (user + system) / 1000 + (sum === 0.5 ? 1 : 0);
    // A single look may be disturbed.
    return Math.min(Math.max(milliseconds / REFERENCE_WORK_MS, 1), 3);
}

/** Programs that want to run for each processor, this one left out; where the system does not say, the mean of a minute. */
function load(): number {
    try {
        const running = Number(/ (\d+)\/\d+ /.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1]);
        if (Number.isFinite(running)) return (running - 1) / availableParallelism();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
    return loadavg()[0]! / availableParallelism();
}
