import type { Call } from './history';

/** How long calls took, from the first to the last: milliseconds. */
export interface Waits {
    readonly median: number;
    /** 99 of 100 took no longer. */
    readonly most: number;
    readonly longest: number;
    /** How many transactions of others ended during one, at most. */
    readonly overtaken: number;
}

/** What those waited who were answered; an observer waits for nobody. */
export function waitsOf(calls: readonly Call[]): Waits {
    const answered = transactions(calls);
    const ends = answered.map(({ end }) => end).sort((one, other) => one - other);
    const times = answered.map(({ start, end }) => (end - start) / 1e6).sort((one, other) => one - other);
    const at = (part: number): number => times[Math.ceil((times.length - 1) * part)] ?? 0;
    const overtaken = answered.map(({ start, end }) => countBefore(ends, end) - countBefore(ends, start));
    return {
        median: at(0.5),
        most: at(0.99),
        longest: at(1),
        overtaken: overtaken.reduce((most, count) => Math.max(most, count), 0),
    };
}

/** How many windows had begun something at a moment and were not answered yet. */
export function waitingAt(calls: readonly Call[], moment: number): number {
    return new Set(calls.filter(({ start, end }) => start < moment && end > moment).map(({ who }) => who)).size;
}

/** What is no transaction of the product. */
const beside: ReadonlySet<Call['operation']> = new Set(['see', 'dump', 'write']);

/** One call of each transaction. */
function transactions(calls: readonly Call[]): Call[] {
    const known = new Map<string, Call>();
    for (const call of calls) {
        const isChange = !beside.has(call.operation) && call.answer.kind !== 'none';
        if (isChange) known.set(`${call.who} ${call.turn}`, call);
    }
    return [...known.values()];
}

/** How many of these ascending numbers are less than another. */
function countBefore(numbers: readonly number[], limit: number): number {
    let [low, high] = [0, numbers.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle]! < limit) low = middle + 1;
        else high = middle;
    }
    return low;
}
