import { runInProcess } from '../support/mochaProcess';
import type { Counts } from '../support/runSuites';

const USUAL_CASES = 20_000;

/**
 * Runs the property tests of the unit suites with many more cases: any bytes as a locks file, what Python reads of it, and
 * the rules against a model. Cases that use the disk take 500 times as long, and are so many times fewer.
 */
export async function properties(seed: number): Promise<Counts> {
    const cases = Number(process.env['CNC_CHECKOUT_STRESS_CASES'] || USUAL_CASES);
    console.log(`${cases} cases of each property.`);
    const environment = { CNC_CHECKOUT_STRESS_CASES: String(cases), CNC_CHECKOUT_STRESS_SEED: String(seed) };
    return runInProcess('unit/properties', { environment });
}
