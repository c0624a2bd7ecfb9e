import { Random } from '../../stress/random';

/** Of so many neighbouring calls one is tried, where not all are. */
const NEIGHBOURS = 6;
/** So few are all tried. */
const FEW = 12;

/** Whether every call is tried. */
export const sweepsAll = process.env['CNC_CHECKOUT_SWEEP'] === 'full';
const seed = Number(process.env['CNC_CHECKOUT_STRESS_SEED'] || Date.now() % 2 ** 31);
let isTold = false;

/**
 * A part of what a sweep tries: the first, the last, and one of every few in between, another one in each run, so that
 * every stretch of a transaction is met. All of it in the stress test, and where `CNC_CHECKOUT_SWEEP` is `full`.
 */
export function sampleOf<T>(all: readonly T[]): T[] {
    tell();
    if (sweepsAll || all.length <= FEW) return [...all];
    // Of what is swept too, so that two sweeps of one run do not try the same places.
    const random = new Random(
        [...JSON.stringify(all)].reduce((mixed, letter) => (Math.imul(mixed, 31) + letter.charCodeAt(0)) | 0, seed),
    );
    const between = all.slice(1, -1);
    const some: T[] = [];
    for (let at = 0; at < between.length; at += NEIGHBOURS) some.push(random.pick(between.slice(at, at + NEIGHBOURS)));
    return [all[0]!, ...some, all.at(-1)!];
}

function tell(): void {
    if (isTold) return;
    isTold = true;
    console.log(
        sweepsAll
            ? '    Every call is swept.'
            : `    A sample of the calls is swept. CNC_CHECKOUT_STRESS_SEED=${seed} tries the same again, CNC_CHECKOUT_SWEEP=full all.`,
    );
}
