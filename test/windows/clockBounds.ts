import type { ClockBounds } from '../stress/history';

/** The other clock showed `there` at some moment between two of ours. All in nanoseconds. */
interface Comparison {
    readonly before: number;
    readonly there: number;
    readonly after: number;
}

/** How much two clocks of one computer may differ in speed: Linux corrects the one that it shows by at most so much. */
const DRIFT = 0.0005;

/** What is known of the clock of a process, from asking it again and again. Windows counts from another moment. */
export class ComparedClock implements ClockBounds {
    private readonly comparisons: Comparison[] = [];
    /** When the process was known to be gone. */
    private ended = Number.MAX_VALUE;

    /** @param started a moment before the process was there */
    constructor(private readonly started: number) {}

    compare(comparison: Comparison): void {
        this.comparisons.push(comparison);
    }

    end(moment: number): void {
        this.ended = moment;
    }

    earliest(moment: number): number {
        return this.comparisons.reduce(
            (bound, { before, there }) => Math.max(bound, before + difference(moment, there, -DRIFT)),
            this.started,
        );
    }

    latest(moment: number): number {
        return this.comparisons.reduce(
            (bound, { there, after }) => Math.min(bound, after + difference(moment, there, DRIFT)),
            this.ended,
        );
    }
}

function difference(moment: number, there: number, drift: number): number {
    return moment - there + drift * Math.abs(moment - there);
}
