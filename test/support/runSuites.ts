import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { explain } from './explain';
import { afterPaced } from './pace';
import { reasonOfSkip } from './skips';

export interface Counts {
    readonly passed: number;
    readonly failed: number;
    /** What failed and what was skipped, a line each: a long log is often cut before its end reaches anybody. */
    readonly failures: readonly string[];
    readonly skipped: readonly string[];
}

/**
 * The environment variable that names the folder in which tests tell another process what they do: it reaches an extension host
 * as well as a child process.
 */
export const toldVariable = 'CNC_CHECKOUT_TEST_TOLD';
/** The one that saves browser tests the time for pictures. */
export const noPicturesVariable = 'CNC_CHECKOUT_NO_PICTURES';

/** The file in that folder to which each test is written as it begins and ends. */
const PROGRESS = 'progress.txt';
/** The one for the counts. */
export const RESULTS = 'results.json';
/** The one for the report, where it is there: on an extension host's console it would drown in VS Code's own words. */
export const REPORT = 'report.txt';

/** What a run of tests told last; undefined before the first test, and where it tells nobody. */
export function lastTold(folder = process.env[toldVariable]): string | undefined {
    const progress = join(folder ?? '', PROGRESS);
    const isThere = folder !== undefined && existsSync(progress);
    return isThere ? readFileSync(progress, 'utf8').trimEnd().split('\n').at(-1) : undefined;
}

/** Tells what came of a run of tests. */
export function tellCounts(counts: Counts): void {
    const folder = process.env[toldVariable];
    if (folder !== undefined) writeFileSync(join(folder, RESULTS), JSON.stringify(counts));
}

/** Far longer than a test in a window takes on a quiet machine. */
const LONGEST_TEST_MS = 60_000;

/** The compiled test files below a folder, as paths in it. */
export function testFilesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.js'))
        .toSorted();
}

/**
 * Runs compiled tests in this process. A file of which no test ran is a failure, unless only some are asked for, and so is a test
 * that was skipped for no reason that `skips.ts` has.
 * @param files those of the folder, as `testFilesIn` names them
 */
export async function runSuites(folder: string, files = testFilesIn(folder)): Promise<Counts> {
    const only = process.env['CNC_CHECKOUT_GREP'];
    const told = process.env[toldVariable];
    const report = join(told ?? '', REPORT);
    const isInWindow = told !== undefined && existsSync(report);
    if (isInWindow) {
        Mocha.reporters.Base.consoleLog = (...values) => appendFileSync(report, `${format(...values)}\n`);
    }
    const mocha = new Mocha({
        ui: 'bdd',
        reporter: 'spec',
        color: process.env['NO_COLOR'] === undefined,
        // A test has no limit: the watchdog of the process that started this one ends what hangs.
        timeout: 0,
        forbidOnly: process.env['CI'] !== undefined,
        ...(only ? { grep: only } : {}),
    });
    const silent = new Set(files.map((file) => join(folder, file)));
    for (const file of silent) mocha.addFile(file);
    let passed = 0;
    const failures: string[] = [];
    const skipped: string[] = [];
    await new Promise<void>((ended) => {
        const runner = mocha.run(() => ended());
        runner.on('pass', () => passed++);
        // In a window a question that nobody answers would else end the tests after it, too.
        if (isInWindow) endStuckTests(runner);
        if (told !== undefined) {
            const tell = (event: string) => (test: Mocha.Runnable) =>
                appendFileSync(join(told, PROGRESS), `${event}: ${test.fullTitle()}\n`);
            runner.on('hook', tell('hook')).on('test', tell('test')).on('test end', tell('test end'));
        }
        // Hooks fail too, and are no tests.
        runner.on('fail', (test, error: unknown) => {
            silent.delete(test.file ?? '');
            failures.push(`${test.fullTitle()}: ${explain(error)}`);
        });
        runner.on('pending', (test) => {
            const reason = reasonOfSkip(test);
            if (reason === undefined) failures.push(`${test.fullTitle()}: skipped for no reason that skips.ts has.`);
            else skipped.push(`${test.fullTitle()}: ${reason}`);
        });
        runner.on('test end', (test) => silent.delete(test.file ?? ''));
    });
    if (!only) failures.push(...[...silent].map((file) => `No test of ${file} ran.`));
    const counts: Counts = { passed, failed: failures.length, failures, skipped };
    tellCounts(counts);
    return counts;
}

/** Has a test fail that goes on for much longer than any needs on a machine as fast as this one is now. */
function endStuckTests(runner: Mocha.Runner): void {
    let cancel = (): void => undefined;
    runner.on('test', (test) => {
        cancel = afterPaced(LONGEST_TEST_MS, () => test.callback?.(new Error('It waited for something in vain.')));
    });
    runner.on('test end', () => cancel());
}

if (require.main === module) {
    const [folder = '', ...files] = process.argv.slice(2);
    runSuites(resolve(folder), files.length > 0 ? files : undefined).then(
        ({ failed }) => (process.exitCode = failed > 0 ? 1 : 0),
        (error: unknown) => {
            console.error(explain(error));
            process.exitCode = 1;
        },
    );
}
