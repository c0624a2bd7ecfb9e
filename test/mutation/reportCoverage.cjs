/** Loaded into a program that a test starts: writes down at its end what it ran. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

process.once('exit', () => {
    const covered = globalThis.__stryker__?.mutantCoverage?.static;
    if (covered === undefined) return;
    writeFileSync(join(process.env.CNC_MUTATION_REPORTS, `${process.pid}.json`), JSON.stringify(covered));
});
