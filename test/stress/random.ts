/** Numbers that look random and are the same for the same seed (mulberry32): a run can be asked for again. */
export class Random {
    private state: number;

    constructor(seed: number) {
        this.state = seed >>> 0;
    }

    /** A number from 0 up to, not including, 1. */
    fraction(): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    }

    /** A whole number from 0 up to, not including, `end`. */
    below(end: number): number {
        return Math.floor(this.fraction() * end);
    }

    pick<T>(values: readonly T[]): T {
        return values[this.below(values.length)]!;
    }
}
