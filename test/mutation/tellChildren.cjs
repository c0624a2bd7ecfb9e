/** Programs that a test starts run with the mutant that is being tried, too, and what they run counts as covered by that test. */
const { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { NODE_OPTIONS } = process.env;
/** Where these programs write down what they ran. */
let reports;

/** Without a mutant, what each test covers is found out. */
function findOutCoverage() {
    reports ??= mkdtempSync(join(tmpdir(), 'cnc-mutation-'));
    chmodSync(reports, 0o777); // Some of them run in another account.
    delete process.env.__STRYKER_ACTIVE_MUTANT__;
    process.env.CNC_MUTATION_REPORTS = reports;
    process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ''} --require=${JSON.stringify(join(__dirname, 'reportCoverage.cjs'))}`;
}

function tellMutant(mutant) {
    process.env.__STRYKER_ACTIVE_MUTANT__ = mutant;
    if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = NODE_OPTIONS;
}

exports.mochaHooks = {
    beforeEach() {
        const mutant = globalThis.__stryker__?.activeMutant;
        if (mutant === undefined) findOutCoverage();
        else tellMutant(mutant);
    },
    afterEach() {
        if (reports === undefined) return;
        const stryker = (globalThis.__stryker__ ??= {});
        const coverage = (stryker.mutantCoverage ??= { static: {}, perTest: {} });
        for (const name of readdirSync(reports)) {
            const report = join(reports, name);
            if (stryker.currentTestId !== undefined) {
                const ofTest = (coverage.perTest[stryker.currentTestId] ??= {});
                for (const [mutant, times] of Object.entries(JSON.parse(readFileSync(report, 'utf8')))) {
                    ofTest[mutant] = (ofTest[mutant] ?? 0) + times;
                }
            }
            rmSync(report);
        }
    },
    afterAll() {
        if (reports !== undefined) rmSync(reports, { recursive: true });
        reports = undefined;
    },
};
