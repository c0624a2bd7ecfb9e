import { Turns, type Backoff } from '../../../src/core/mutex/backoff';

/** What a change costs, in milliseconds; by default as on a local disk. */
export interface Costs {
    /** How long the mutex is held for it. */
    readonly change: number;
    /** What a writer does between two of its changes. */
    readonly between: number;
    /** By how much a try of somebody else holds a change up. */
    readonly otherTry: number;
    /** By how much a timer is late, on average. */
    readonly late: number;
}

const ON_LOCAL_DISK: Costs = { change: 3, between: 0.4, otherTry: 0.06, late: 0.3 };

/** How writers shared one mutex. */
export interface Sharing {
    /** Changes, as a part of what one writer makes alone. */
    readonly throughput: number;
    /** How long the slowest 1 % of changes took, in fair shares: what the number of writers makes of one change. */
    readonly slowest: number;
    /** How often the mutex was tried for each change. */
    readonly tries: number;
}

interface Writer {
    readonly turns: Turns;
    began: number;
    wait: Backoff;
    tries: number;
}

/**
 * Plays writers that change one locks file without a pause, by a clock that only exists here: the same figures on an idle
 * and on a busy computer.
 * @param writers how many
 * @param changes how many they make together
 */
export function shareMutex(writers: number, changes: number, costs: Costs = ON_LOCAL_DISK): Sharing {
    let now = 0;
    const random = repeatableRandom();
    const timers: { readonly at: number; readonly run: () => void }[] = [];
    const after = (ms: number, run: () => void): void => void timers.push({ at: now + ms, run });
    const later = (ms: number, run: () => void): void => after(ms - Math.log(1 - random()) * costs.late, run);
    let holder: Writer | undefined;
    let heldUp = 0;
    const times: number[] = [];
    let tries = 0;

    const begin = (writer: Writer): void => {
        writer.began = now;
        writer.wait = writer.turns.begin(Infinity);
        writer.tries = 0;
        const pause = writer.wait.firstPause(random());
        if (pause > 0) later(pause, () => tryToTake(writer));
        else tryToTake(writer);
    };
    const tryToTake = (writer: Writer): void => {
        writer.tries++;
        tries++;
        if (holder === undefined) {
            holder = writer;
            writer.turns.enter(writer.wait, writer.tries > 1);
            after(costs.change, () => giveBack(writer));
            return;
        }
        heldUp += costs.otherTry;
        later(writer.wait.pause(random()), () => tryToTake(writer));
    };
    const giveBack = (writer: Writer): void => {
        if (heldUp > 0) {
            after(heldUp, () => giveBack(writer));
            heldUp = 0;
            return;
        }
        holder = undefined;
        writer.turns.leave();
        times.push(now - writer.began);
        after(costs.between, () => begin(writer));
    };
    for (let index = 0; index < writers; index++) {
        const turns = new Turns(() => now);
        const writer = { turns, began: 0, wait: turns.begin(Infinity), tries: 0 };
        after(random() * 5, () => begin(writer));
    }
    while (times.length < changes) {
        const next = timers.reduce((first, timer) => (timer.at < first.at ? timer : first));
        timers.splice(timers.indexOf(next), 1);
        now = next.at;
        next.run();
    }
    const alone = costs.change + costs.between;
    times.sort((one, other) => one - other);
    return {
        throughput: (changes * alone) / now,
        slowest: times[Math.floor(changes * 0.99)]! / (writers * alone),
        tries: tries / changes,
    };
}

/** The same numbers from 0 to 1 each time: the generator "mulberry32". */
function repeatableRandom(): () => number {
    let state = 1;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}
