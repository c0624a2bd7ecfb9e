import type { ObservedMutex } from './staleness';

/** How long a change takes, until this process has made one. */
const FIRST_CHANGE_MS = 10;
/** The weight of the last change, and of the last wait, in what is expected of the next. */
const NEWS_WEIGHT = 0.3;
/** The longest pause between two tries, in changes: with it, eight writers hand the mutex on without wasting tries. */
const PATIENCE_IN_CHANGES = 4;
/** The longest pause when the holder shows no sign of life. */
const LONGEST_PAUSE_MS = 500;
/** The time between two looks at who holds the mutex: a look costs ten times as much as a try. */
const BETWEEN_LOOKS_MS = 250;
/** How long a process that had to wait expects others. */
const CROWDED_FOR_MS = 1000;

/** Milliseconds of a monotonic clock. */
type Clock = () => number;

/** What a process expects of the mutex, in milliseconds. */
export interface Expectation {
    /** How long a change takes. */
    readonly change: number;
    /** How long a change waits for those of others; 0 where nobody else is known. */
    readonly wait: number;
}

/**
 * The pauses of one wait for the mutex, all of them random, so that two waiters fall out of step. Exclusive creation alone
 * decides who gets in. A newcomer pauses for a few changes; the longer it has waited, the shorter its pauses get, so that
 * everyone gets a turn. A queue on the disk would need repair after a crash, and network drives cache it for seconds.
 */
export class Backoff {
    private readonly started: number;
    private readonly patience: number;
    /** Milliseconds after the start. */
    private nextLook = 0;
    /** Milliseconds for which the holder has shown no sign of life. */
    private unchangedFor = 0;

    /** @param timeoutMs milliseconds after which to give up */
    constructor(
        private readonly expected: Expectation,
        private readonly timeoutMs: number,
        private readonly clock: Clock = () => performance.now(),
    ) {
        this.started = clock();
        this.patience = Math.min(expected.change * PATIENCE_IN_CHANGES, expected.wait);
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

    /** To be told of each look. @param observed undefined when nothing could be seen */
    saw(observed: ObservedMutex | undefined): void {
        this.unchangedFor = observed?.unchangedFor ?? this.waited;
        this.nextLook = this.waited + BETWEEN_LOOKS_MS;
    }

    /** Milliseconds before the first try: a process that just held the mutex yields to others. @param random from 0 to 1 */
    firstPause(random = Math.random()): number {
        return (this.patience / 2) * (0.5 + random);
    }

    /** Milliseconds until the next try. @param random from 0 to 1 */
    pause(random = Math.random()): number {
        const { patience, waited, expected } = this;
        const turn = patience === 0 ? 0 : patience / (1 + (waited / patience) ** 2);
        // A holder that takes its time, or is dead, will not be ready just now.
        const pause = Math.max(turn, expected.change / 2, this.unchangedFor / 4);
        return Math.max(Math.min(pause, LONGEST_PAUSE_MS, this.remaining), 1) * (0.5 + random);
    }
}

/** What the changes of one process have learnt of how long changes take, and of others that wait. */
export class Turns {
    private change = FIRST_CHANGE_MS;
    private wait = 0;
    private crowdedUntil = 0;
    private entered = 0;

    constructor(private readonly clock: Clock = () => performance.now()) {}

    /** Begins a wait. @param timeoutMs milliseconds after which to give up */
    begin(timeoutMs: number): Backoff {
        if (this.clock() > this.crowdedUntil) this.wait = 0;
        return new Backoff({ change: this.change, wait: this.wait }, timeoutMs, this.clock);
    }

    /** To be called when the mutex was taken. @param hadToWait whether it was not free at the first try */
    enter(backoff: Backoff, hadToWait: boolean): void {
        this.entered = this.clock();
        if (hadToWait) this.crowdedUntil = this.entered + CROWDED_FOR_MS;
        if (this.entered <= this.crowdedUntil) this.wait += (backoff.waited - this.wait) * NEWS_WEIGHT;
    }

    /** To be called when the mutex was given back. */
    leave(): void {
        this.change += (this.clock() - this.entered - this.change) * NEWS_WEIGHT;
    }
}
