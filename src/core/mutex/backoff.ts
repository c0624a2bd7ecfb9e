import type { ObservedMutex } from './staleness';

/** Milliseconds between two tries. */
const SHORTEST = 1;
const LONGEST = 500;
/** How often one tries during the time that others wait, if one tried all the time. */
const TRIES = 12;
/** The part of that time for which one does not try at all: less than all, so that the time shrinks once others are gone. */
const PATIENT = 0.85;
/** How much of what it sees counts, against what it saw before. */
const NEWS = 0.3;
/** Milliseconds that somebody may claim to have waited; more is nonsense. */
const LONGEST_CLAIM = 60_000;
/** Milliseconds between two looks at who has it, at the least: a look costs ten times as much as a try. */
const BETWEEN_LOOKS = 25;
/** Milliseconds for which whoever had to wait goes on to let others go first. */
const MEMORY = 1000;
const LONGEST_COURTESY = 100;

/**
 * One wait for the mutex, such that all have their turn and the server is not asked more often the more they are.
 * A queue on the disk would have to be tidied up after those who die in it, and is cached for seconds on a network drive.
 * Instead, everybody who gets in says in the owner file how long that took. Who has waited for much less knows that others
 * come first, and sleeps; who has waited for longer tries the more often. Exclusive creation alone decides who gets in.
 */
export class Backoff {
    private readonly started = performance.now();
    private nextLook: number;
    private unchangedFor = 0;

    /**
     * @param courtesy, timeout milliseconds: for which others go first, and after which it is given up
     * @param usual milliseconds for which others wait, as far as known; 0 where it is not
     */
    constructor(
        readonly courtesy: number,
        private readonly timeout: number,
        private usual: number,
    ) {
        // Who knows how long it takes has no reason to look before that.
        this.nextLook = usual * 2;
    }

    /** Milliseconds since it began. */
    get waited(): number {
        return performance.now() - this.started;
    }

    /** Milliseconds until it is given up. */
    get remains(): number {
        return this.timeout - this.waited;
    }

    /** Milliseconds that those had waited who get in now. */
    get usually(): number {
        return this.usual;
    }

    /** Whether it is time to look who has it. */
    get wantsLook(): boolean {
        return this.waited >= this.nextLook || this.remains <= 0;
    }

    /** To be told of each look. @param observed undefined when nothing could be seen */
    saw(observed: ObservedMutex | undefined): void {
        this.usual = withNews(this.usual, Math.min(observed?.record.waited ?? 0, LONGEST_CLAIM));
        this.unchangedFor = observed?.unchangedFor ?? this.waited;
        this.nextLook = this.waited + Math.min(Math.max(this.usual / 2, BETWEEN_LOOKS), LONGEST);
    }

    /** Milliseconds until the next try. @param random between 0 and 1: two who wait must not fall into step */
    pause(random = Math.random()): number {
        const { usual, waited } = this;
        const patience = usual * PATIENT - waited;
        const overdue = Math.max(waited / usual, 1);
        // A holder that takes its time, or is dead, will not be ready just now.
        const tick = Math.max(usual / TRIES / overdue ** 3, this.unchangedFor / 4, SHORTEST);
        return Math.max(Math.min(Math.max(patience, tick), LONGEST, this.remains), SHORTEST) * (0.5 + random);
    }
}

function withNews(known: number, news: number): number {
    return known === 0 ? news : known + (news - known) * NEWS;
}

/** How the changes of one program let those of others go first: without that, whoever has just had the mutex has it again. */
export class Fairness {
    private contendedUntil = 0;
    private courteousUntil = 0;
    /** Milliseconds for which its own changes have waited of late. */
    private usual = 0;

    /** A new wait. @param timeout milliseconds */
    begin(timeout: number): Backoff {
        const now = performance.now();
        if (now > this.contendedUntil) this.usual = 0;
        return new Backoff(this.courteousUntil - now, timeout, this.usual);
    }

    /** To be called when the mutex was taken. @param hadToWait whether it was not free at the first try */
    enter(waiting: Backoff, hadToWait: boolean): void {
        const now = performance.now();
        if (hadToWait) this.contendedUntil = now + MEMORY;
        this.usual = now > this.contendedUntil ? 0 : withNews(waiting.usually, waiting.waited);
    }

    /** To be called when it is given back. */
    leave(): void {
        const now = performance.now();
        if (now > this.contendedUntil) return;
        this.courteousUntil = now + Math.min(Math.max(this.usual / 2, SHORTEST), LONGEST_COURTESY);
    }
}
