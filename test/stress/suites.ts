import type { Counts } from '../support/runSuites';
import { faultSuite } from '../support/suites';
import { properties } from './properties';

/** Test suites of which every `npm test` runs a part, and the long stress test all, by their names. */
export const wholeSuites: Readonly<Record<string, (seed: number) => Promise<Counts>>> = {
    'faults at every call': () => {
        process.env['CNC_CHECKOUT_SWEEP'] = 'full';
        return faultSuite.run();
    },
    properties,
};
