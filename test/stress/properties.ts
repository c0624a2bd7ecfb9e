import { explain } from '../support/explain';
import { runInProcess } from '../support/mochaProcess';
import { exitAtSignals, stopAllAtExit } from '../support/processes';

/** Milliseconds that a million cases do not need. */
const LIMIT = 6 * 3_600_000;

export interface PropertyOptions {
    /** Cases of each property; those that use the disk take 500 times as long, and are so many times fewer. */
    readonly cases: number;
    readonly seed: number;
}

/**
 * Runs the property tests of the unit suites with many more cases: any bytes as a locks file, what Python reads of it, and
 * the rules against a model.
 * @returns whether all held
 */
export async function properties({ cases, seed }: PropertyOptions): Promise<boolean> {
    console.log(`Properties with seed ${seed}: ${cases} cases of each.`);
    process.env['CNC_CHECKOUT_STRESS_CASES'] = String(cases);
    process.env['CNC_CHECKOUT_STRESS_SEED'] = String(seed);
    const { passed, failed } = await runInProcess('unit/properties', { limit: LIMIT });
    return failed === 0 && passed > 0;
}

if (require.main === module) {
    // Mocha colours what it writes to a file too, from where it may come to a log.
    if (!process.stdout.isTTY) process.env['NO_COLOR'] ??= '1';
    stopAllAtExit();
    exitAtSignals();
    const seed = process.env['CNC_CHECKOUT_STRESS_SEED'];
    properties({
        cases: Number(process.argv[2] ?? process.env['CNC_CHECKOUT_STRESS_CASES'] ?? 100_000),
        seed: seed === undefined || seed === '' ? Date.now() % 2 ** 31 : Number(seed),
    }).then(
        (good) => (process.exitCode = good ? 0 : 1),
        (error: unknown) => {
            console.error(explain(error));
            process.exitCode = 1;
        },
    );
}
