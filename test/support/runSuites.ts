import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { explain } from './explain';

export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    /** What failed, a line each: a long log is often cut before its end reaches anybody. */
    readonly failures: readonly string[];
}

/** The environment variable that names the file for the counts: it reaches an extension host as well as a child process. */
export const resultsVariable = 'CNC_CHECKOUT_TEST_RESULTS';
/** The one that names a file for the report: on an extension host's console it would drown in VS Code's own words. */
export const reportVariable = 'CNC_CHECKOUT_TEST_REPORT';

/** Runs every compiled test below the folder in this process; no tests at all is a failure. */
export async function runSuites(folder: string): Promise<Counts> {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.test.js'),
    );
    const report = process.env[reportVariable];
    if (report !== undefined) {
        Mocha.reporters.Base.consoleLog = (...values) => appendFileSync(report, `${format(...values)}\n`);
    }
    const mocha = new Mocha({
        ui: 'bdd',
        reporter: 'spec',
        color: process.env['NO_COLOR'] === undefined,
        timeout: 20_000,
        forbidOnly: process.env['CI'] !== undefined,
        ...(process.env['CNC_CHECKOUT_GREP'] ? { grep: process.env['CNC_CHECKOUT_GREP'] } : {}),
    });
    for (const file of files.toSorted()) mocha.addFile(join(folder, file));
    let passed = 0;
    let skipped = 0;
    const failures: string[] = [];
    await new Promise<void>((resolve) => {
        const runner = mocha.run(() => resolve());
        runner.on('pass', () => passed++);
        // Hooks fail too, and are no tests.
        runner.on('fail', (test, error: unknown) => failures.push(`${test.fullTitle()}: ${explain(error)}`));
        runner.on('pending', () => skipped++);
    });
    const counts: Counts = { passed, failed: failures.length, skipped, failures };
    const results = process.env[resultsVariable];
    if (results !== undefined) writeFileSync(results, JSON.stringify(counts));
    if (passed + failures.length === 0) throw new Error(`No test ran in ${folder}.`);
    return counts;
}

if (require.main === module) {
    runSuites(process.argv[2] ?? '').then(
        ({ failed }) => (process.exitCode = failed > 0 ? 1 : 0),
        (error: unknown) => {
            console.error(explain(error));
            process.exitCode = 1;
        },
    );
}
