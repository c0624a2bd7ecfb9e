import type * as fc from 'fast-check';

const asked = process.env['CNC_CHECKOUT_STRESS_CASES'];
const seed = process.env['CNC_CHECKOUT_STRESS_SEED'];

/**
 * How often a property is tried: a little in every run of the unit tests, as often as was asked for in the long run.
 * @param usual cases without a long run
 * @param cost how many times more than a cheap one a case takes; there are so many times fewer in the long run
 */
export function cases(usual: number, cost = 1): number {
    return asked === undefined ? usual : Math.max(usual, Math.ceil(Number(asked) / cost));
}

/** The same, for fast-check; a failure names the seed that brings it back. */
export function trying(usual: number, cost = 1): fc.Parameters<unknown> {
    return { numRuns: cases(usual, cost), ...seeded() };
}

/** The seed of the run, where one was given. */
export function seeded(): { seed?: number } {
    return seed === undefined || seed === '' ? {} : { seed: Number(seed) };
}
