import { join } from 'node:path';
import { explain } from './explain';
import { runHostSuites } from './hostSuites';
import { exitCodeOf } from './processes';
import { root } from './root';
import type { Counts } from './runSuites';
import { e2eSuites, faultSuites, shortStress, smbSuites, unitSuites } from './suites';

type Step = readonly [name: string, run: () => Promise<Counts | undefined>];

interface Outcome {
    readonly name: string;
    readonly counts: Counts;
    readonly seconds: number;
    /** A check is no test suite: it counts only when it fails. */
    readonly isCheck: boolean;
}

/** What runs side by side: checks, what mostly waits, and the two windows of VS Code. */
const stages: readonly (readonly Step[])[] = [
    [
        ['Types', check('npm', ['run', '--silent', 'types'])],
        ['Lint', check('npm', ['run', '--silent', 'lint'])],
        ['Format', check('npm', ['run', '--silent', 'format:check'])],
        ['Unused code', check('npm', ['run', '--silent', 'unused'])],
        ['What the suites need', check(process.execPath, [join(root, 'out', 'test', 'support', 'provide.js')])],
    ],
    [['Unit tests', unitSuites]],
    [
        ['Faults of disks', faultSuites],
        ['Over real SMB', smbSuites],
    ],
    [['Stress, the short run', shortStress]],
    [
        ['Tests in VS Code', () => runHostSuites('host', 'current')],
        ['Tests in Restricted Mode', () => runHostSuites('host-restricted', 'current')],
    ],
    [['Tests as a person does', () => e2eSuites(false)]],
];

/** Runs every check and suite, shows all that fails, and ends with the line that CI reads. */
export async function testAll(): Promise<boolean> {
    const outcomes: Outcome[] = [];
    for (const stage of stages) {
        console.log(`\n== ${stage.map(([name]) => name).join(', ')}`);
        outcomes.push(...(await Promise.all(stage.map(([name, run]) => outcomeOf(name, run)))));
    }
    console.log('\n== Summary');
    for (const { name, counts, seconds, isCheck } of outcomes) {
        const { passed, failed, failures, skipped } = counts;
        const verdict = failed > 0 ? 'FAILED' : 'ok';
        const numbers = isCheck ? '' : `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
        console.log(
            `${verdict.padEnd(7)} ${name.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s  ${numbers}`.trimEnd(),
        );
        for (const failure of failures) console.log(`        ${failure.split('\n', 1).join('')}`);
        for (const sentence of skipped) console.log(`        skipped: ${sentence}`);
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
        const nothing = { passed: 0, failed: 0, failures: [], skipped: [] };
        if (counts === undefined) return { name, counts: nothing, seconds: seconds(), isCheck: true };
        if (counts.passed + counts.failed === 0) throw new Error('No test ran.');
        // Somebody's machine may lack what a test needs, as Python; where nobody is watching, all must run.
        const failed = counts.failed + (process.env['CI'] === undefined ? 0 : counts.skipped.length);
        return { name, counts: { ...counts, failed }, seconds: seconds(), isCheck: false };
    } catch (error) {
        console.error(explain(error));
        return {
            name,
            counts: { passed: 0, failed: 1, failures: [explain(error)], skipped: [] },
            seconds: seconds(),
            isCheck: true,
        };
    }
}

function check(command: string, args: readonly string[]): () => Promise<undefined> {
    return async () => {
        const shell = command === 'npm' && process.platform === 'win32';
        const code = await exitCodeOf(command, args, {
            cwd: root,
            shell,
            besideOthers: true,
            doing: () => args.join(' '),
        });
        if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed.`);
        return undefined;
    };
}
