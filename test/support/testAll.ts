import { join } from 'node:path';
import { provideBrowser } from './chromium';
import { explain } from './explain';
import { provideFaultyDisks } from './faultyDisks';
import { runHostSuites } from './hostSuites';
import { countsOf, runInProcess } from './mochaProcess';
import { packExtension } from './packExtension';
import { exitCodeOf } from './processes';
import { root } from './root';
import type { Counts } from './runSuites';
import { whyNoSmbShare } from './smb/smbShare';

type Step = readonly [name: string, run: () => Promise<Counts | undefined>];

interface Outcome {
    readonly name: string;
    readonly counts: Counts;
    readonly seconds: number;
    /** A check is no test suite: it counts only when it fails. */
    readonly isCheck: boolean;
}

const coverage = [
    process.execPath,
    join(root, 'node_modules', 'c8', 'bin', 'c8.js'),
    '--reporter=text-summary',
    '--include=src/core/**',
    '--exclude-after-remap',
    process.execPath,
];

export const unitSuites = (): Promise<Counts> => runInProcess('unit', 180_000, coverage);

export async function e2eSuites(): Promise<Counts> {
    packExtension();
    provideBrowser(); // Here, because installing it would take longer than a test may.
    return runInProcess('e2e', 600_000);
}

export const faultSuites = (): Promise<Counts> => runInProcess('faults', 400_000, provideFaultyDisks());

const shortStress = (): Promise<Counts> =>
    countsOf('The stress test', [join(root, 'out', 'test', 'stress', 'index.js'), 'short'], 300_000);

/** The suites and the stress test over SMB, side by side: both mostly wait. Undefined where there can be no share. */
async function smbSuites(): Promise<Counts | undefined> {
    const obstacle = whyNoSmbShare();
    if (obstacle !== undefined) {
        console.log(obstacle);
        return undefined;
    }
    const [suites, stress] = await Promise.all([
        runInProcess('smb', 180_000),
        countsOf('The stress test over SMB', [join(root, 'out', 'test', 'stress', 'index.js'), 'shortSmb'], 180_000),
    ]);
    return {
        passed: suites.passed + stress.passed,
        failed: suites.failed + stress.failed,
        skipped: suites.skipped + stress.skipped,
        failures: [...suites.failures, ...stress.failures],
    };
}

const steps: readonly Step[] = [
    ['Types', script('types')],
    ['Lint', script('lint')],
    ['Format', script('format:check')],
    ['Unused code', script('unused')],
    ['Unit tests', unitSuites],
    ['Faults of disks', faultSuites],
    ['Stress, the short run', shortStress],
    ['Over real SMB', smbSuites],
    ['Tests in VS Code', () => runHostSuites('host', 'current')],
    ['Tests in Restricted Mode', () => runHostSuites('host-restricted', 'current')],
    ['Tests as a person does', e2eSuites],
];

/** Runs every check and suite, shows all that fails, and ends with the line that CI reads. */
export async function testAll(): Promise<boolean> {
    const outcomes: Outcome[] = [];
    for (const [name, run] of steps) {
        console.log(`\n== ${name}`);
        outcomes.push(await outcomeOf(name, run));
    }
    console.log('\n== Summary');
    for (const { name, counts, seconds, isCheck } of outcomes) {
        const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
        const numbers = isCheck ? '' : `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
        console.log(
            `${verdict.padEnd(7)} ${name.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s  ${numbers}`.trimEnd(),
        );
        for (const failure of counts.failures) console.log(`        ${failure.split('\n', 1).join('')}`);
    }
    const total = (key: 'passed' | 'failed'): number => outcomes.reduce((sum, { counts }) => sum + counts[key], 0);
    console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
    return total('failed') === 0;
}

async function outcomeOf(name: string, run: Step[1]): Promise<Outcome> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
        const counts = await run();
        const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] };
        if (counts === undefined) return { name, counts: nothing, seconds: seconds(), isCheck: true };
        if (counts.passed + counts.failed === 0) throw new Error('No test ran.');
        // Somebody's machine may lack what a test needs, as Python; where nobody is watching, all must run.
        const failed = counts.failed + (process.env['CI'] === undefined ? 0 : counts.skipped);
        return { name, counts: { ...counts, failed }, seconds: seconds(), isCheck: false };
    } catch (error) {
        console.error(explain(error));
        return {
            name,
            counts: { passed: 0, failed: 1, skipped: 0, failures: [explain(error)] },
            seconds: seconds(),
            isCheck: true,
        };
    }
}

function script(name: string): () => Promise<undefined> {
    return async () => {
        const shell = process.platform === 'win32';
        const code = await exitCodeOf('npm', ['run', '--silent', name], { cwd: root, shell, limit: 180_000 });
        if (code !== 0) throw new Error(`\`npm run ${name}\` failed.`);
        return undefined;
    };
}
