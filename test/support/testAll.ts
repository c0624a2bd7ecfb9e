import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from './explain';
import { exitCodeOf } from './processes';
import { root } from './root';
import { type Counts, testFilesIn } from './runSuites';
import { allSuites, type Suite } from './suites';

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
const checks: readonly (readonly [name: string, run: () => Promise<Counts>])[] = [
    ['Types', npm('types')],
    ['Lint', npm('lint')],
    ['Format', npm('format:check')],
    ['Unused code', npm('unused')],
    ['What the suites need', () => check(process.execPath, [join(root, 'out', 'test', 'support', 'provide.js')])],
    ['Every test has a suite', testsWithoutSuite],
];

/** Runs every check and suite, shows all that fails, and ends with the line that CI reads. */
export async function testAll(): Promise<boolean> {
    const stages = [
        checks,
        ...[1, 2, 3, 4, 5].map((stage) => allSuites.filter((suite) => suite.stage === stage).map(step)),
    ];
    const outcomes: Outcome[] = [];
    for (const steps of stages) {
        console.log(`\n== ${steps.map(([name]) => name).join(', ')}`);
        outcomes.push(...(await Promise.all(steps.map(([name, run]) => outcomeOf(name, run)))));
    }
    console.log('\n== Summary');
    for (const { name, counts, seconds } of outcomes) {
        const { passed, failed, failures, skipped } = counts;
        const verdict = failed > 0 ? 'FAILED' : 'ok';
        const isCheck = checks.some(([check]) => check === name);
        const numbers = isCheck ? '' : `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
        console.log(
            `${verdict.padEnd(7)} ${name.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s  ${numbers}`.trimEnd(),
        );
        for (const failure of failures) console.log(`        ${failure.split('\n', 1).join('')}`);
        for (const sentence of skipped) console.log(`        skipped: ${sentence}`);
    }
    const total = (of: (counts: Counts) => number): number => outcomes.reduce((sum, { counts }) => sum + of(counts), 0);
    const [passed, failed, skipped] = [
        total((counts) => counts.passed),
        total((counts) => counts.failed),
        total((counts) => counts.skipped.length),
    ];
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failed === 0 && passed > 0;
}

function step({ name, obstacle, run }: Suite): readonly [string, () => Promise<Counts>] {
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
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
        return { name, counts: await run(), seconds: seconds() };
    } catch (error) {
        console.error(explain(error));
        return { name, counts: { ...nothing, failed: 1, failures: [explain(error)] }, seconds: seconds() };
    }
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
