import type { ObservedMutex } from './staleness';

const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 500;
/** How often to try during the typical wait, once that is nearly over. */
const TRIES_PER_WAIT = 12;
/** The part of the typical wait during which not to try at all. Less than all of it, so that it shrinks again. */
const QUIET_PART = 0.85;
/** The weight of a new wait in the typical wait. */
const NEWS_WEIGHT = 0.3;
/** Longer waits than this, as owner files claim them, are nonsense. */
const LONGEST_CLAIM_MS = 60_000;
/** The shortest time between two looks at who holds the mutex: a look costs ten times as much as a try. */
const BETWEEN_LOOKS_MS = 25;
/** How long a process that had to wait keeps yielding. */
const CONTENTION_MS = 1000;
const LONGEST_YIELD_MS = 100;

/** Milliseconds of a monotonic clock. */
type Clock = () => number;

/**
 * The pauses of one wait for the mutex. Everyone gets a turn, and polling does not grow with the number of waiters.
 * A queue on the disk would need repair after a crash, and network drives cache it for seconds. Instead, the owner file says
 * how long its writer waited. A waiter that has waited for much less sleeps, because others come first; one that has waited
 * for longer tries more often. Exclusive creation alone decides who gets in.
 */
export class Backoff {
    private readonly started: number;
    /** Milliseconds after the start. */
    private nextLook: number;
    /** Milliseconds for which the holder has shown no sign of life. */
    private unchangedFor = 0;

    /**
     * @param yieldMs milliseconds for which others go first
     * @param timeoutMs milliseconds after which to give up
     * @param typicalWait milliseconds for which others wait; 0 where that is not known
     */
    constructor(
        readonly yieldMs: number,
        private readonly timeoutMs: number,
        private typicalWait: number,
        private readonly clock: Clock = () => performance.now(),
    ) {
        this.started = clock();
        this.nextLook = typicalWait * 2; // A look before that would tell nothing new.
    }

    /** Milliseconds since the start. */
    get waited(): number {
        return this.clock() - this.started;
    }

    /** Milliseconds until it is time to give up. */
    get remaining(): number {
        return this.timeoutMs - this.waited;
    }

    /** Whether it is time to look who holds the mutex. */
    get wantsLook(): boolean {
        return this.waited >= this.nextLook || this.remaining <= 0;
    }

    /** The typical wait after this one has ended, in milliseconds. */
    get typicalWaitNow(): number {
        return withNews(this.typicalWait, this.waited);
    }

    /** To be told of each look. @param observed undefined when nothing could be seen */
    saw(observed: ObservedMutex | undefined): void {
        this.typicalWait = withNews(this.typicalWait, Math.min(observed?.record.waited ?? 0, LONGEST_CLAIM_MS));
        this.unchangedFor = observed?.unchangedFor ?? this.waited;
        const untilLook = Math.min(Math.max(this.typicalWait / 2, BETWEEN_LOOKS_MS), LONGEST_PAUSE_MS);
        this.nextLook = this.waited + untilLook;
    }

    /** Milliseconds until the next try. @param random from 0 to 1, so that two waiters fall out of step */
    pause(random = Math.random()): number {
        const { typicalWait, waited } = this;
        const quiet = typicalWait * QUIET_PART - waited;
        const overdue = typicalWait === 0 ? 1 : Math.max(waited / typicalWait, 1);
        // A holder that takes its time, or is dead, will not be ready just now.
        const tick = Math.max(typicalWait / TRIES_PER_WAIT / overdue ** 3, this.unchangedFor / 4);
        const pause = Math.min(Math.max(quiet, tick), LONGEST_PAUSE_MS, this.remaining);
        return Math.max(pause, SHORTEST_PAUSE_MS) * (0.5 + random);
    }
}

function withNews(known: number, news: number): number {
    return known === 0 ? news : known + (news - known) * NEWS_WEIGHT;
}

/**
 * Makes the changes of one process yield to those of others. Without that, a process that just held the mutex gets it
 * again, because it is the first to know that it is free.
 */
export class Fairness {
    private contendedUntil = 0;
    private yieldUntil = 0;
    /** Milliseconds for which the changes of this process have waited of late. */
    private typicalWait = 0;

    constructor(private readonly clock: Clock = () => performance.now()) {}

    /** Begins a wait. @param timeoutMs milliseconds after which to give up */
    begin(timeoutMs: number): Backoff {
        const now = this.clock();
        if (now > this.contendedUntil) this.typicalWait = 0;
        return new Backoff(this.yieldUntil - now, timeoutMs, this.typicalWait, this.clock);
    }

    /** To be called when the mutex was taken. @param hadToWait whether it was not free at the first try */
    enter(wait: Backoff, hadToWait: boolean): void {
        const now = this.clock();
        if (hadToWait) this.contendedUntil = now + CONTENTION_MS;
        this.typicalWait = now > this.contendedUntil ? 0 : wait.typicalWaitNow;
    }

    /** To be called when the mutex was given back. */
    leave(): void {
        const now = this.clock();
        if (now > this.contendedUntil) return;
        this.yieldUntil = now + Math.min(Math.max(this.typicalWait / 2, SHORTEST_PAUSE_MS), LONGEST_YIELD_MS);
    }
}
