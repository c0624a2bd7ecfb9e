import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failedWith, together } from './mochaProcess';
import { exitCodeOf } from './processes';
import { root } from './root';
import { type Counts, noPicturesVariable, testFilesIn } from './runSuites';
import { allSuites, type Suite } from './suites';

type Step = readonly [name: string, run: () => Promise<Counts>];

interface Outcome {
    readonly name: string;
    readonly counts: Counts;
    readonly seconds: number;
}

/** Measurements, which `npm run bench` takes. */
const notTested = ['bench-host'];
const nothing: Counts = { passed: 0, failed: 0, failures: [], skipped: [] };

const npm = (script: string) => () => check('npm', ['run', '--silent', script]);

/** A check is no test: it counts only when it fails. */
const checks: readonly Step[] = [
    ['Types', npm('types')],
    ['Lint', npm('lint')],
    ['Format', npm('format:check')],
    ['Unused code', npm('unused')],
    ['What the suites need', () => check(process.execPath, [join(root, 'out', 'test', 'support', 'provide.js')])],
    ['Every test has a suite', testsWithoutSuite],
];

/** Runs every check and suite, shows all that fails, and ends with the line that CI reads. */
export async function testAll(): Promise<boolean> {
    process.env[noPicturesVariable] ??= '1';
    // Of the suites themselves: one that no list of stages names would not run, and nobody would miss it.
    const stages = [...new Set(allSuites.map(({ stage }) => stage))].sort((one, other) => one - other);
    const all = [checks, ...stages.map((stage) => allSuites.filter((suite) => suite.stage === stage).map(step))];
    const outcomes: Outcome[] = [];
    for (const steps of all) {
        console.log(`\n== ${steps.map(([name]) => name).join(', ')}`);
        outcomes.push(...(await Promise.all(steps.map(([name, run]) => outcomeOf(name, run)))));
    }
    console.log('\n== Summary');
    for (const { name, counts, seconds } of outcomes) {
        const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
        const numbers = checks.some(([check]) => check === name) ? '' : inNumbers(counts);
        const took = `${seconds.toFixed(1).padStart(6)} s`;
        console.log(`${verdict.padEnd(7)} ${name.padEnd(26)} ${took}  ${numbers}`.trimEnd());
        for (const failure of counts.failures) console.log(`        ${failure.split('\n', 1).join('')}`);
        for (const sentence of counts.skipped) console.log(`        skipped: ${sentence}`);
    }
    const total = together(outcomes.map(({ counts }) => counts));
    console.log(`\n${inNumbers(total)}`);
    return total.failed === 0 && total.passed > 0;
}

function inNumbers({ passed, failed, skipped }: Counts): string {
    return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

function step({ name, obstacle, run }: Suite): Step {
    return [
        name,
        async () => {
            const sentence = obstacle?.();
            if (sentence !== undefined) return { ...nothing, skipped: [sentence] };
            const counts = await run();
            if (counts.passed + counts.failed + counts.skipped.length === 0) throw new Error('No test ran.');
            return counts;
        },
    ];
}

async function outcomeOf(name: string, run: () => Promise<Counts>): Promise<Outcome> {
    const started = performance.now();
    const counts = await run().catch(failedWith);
    return { name, counts, seconds: (performance.now() - started) / 1000 };
}

async function check(command: string, args: readonly string[]): Promise<Counts> {
    const shell = command === 'npm' && process.platform === 'win32';
    const code = await exitCodeOf(command, args, {
        cwd: root,
        shell,
        besideOthers: true,
        doing: () => args.join(' '),
    });
    if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed.`);
    return nothing;
}

/** Finds test files that nothing would run, and nobody miss. */
async function testsWithoutSuite(): Promise<Counts> {
    const tests = join(root, 'out', 'test');
    const known = new Set([...notTested, ...allSuites.flatMap(({ folders }) => folders)]);
    const failures = readdirSync(tests)
        .filter((folder) => !known.has(folder) && testFilesIn(join(tests, folder)).length > 0)
        .map((folder) => `No suite of suites.ts runs the tests in test/${folder}.`);
    return { ...nothing, failed: failures.length, failures };
}
