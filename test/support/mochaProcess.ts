import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { limitConcurrency } from '../../src/core/base/concurrency';
import { explain } from './explain';
import { exitCodeOf, type RunOptions } from './processes';
import { root } from './root';
import { type Counts, lastTold, RESULTS, testFilesIn, toldVariable } from './runSuites';
import { makeTemporaryFolder, removeFolder } from './temporaryWorkspace';

export interface MochaProcess extends Pick<RunOptions, 'besideOthers'> {
    /** What runs a script: Node by default, or a program and its arguments that end with Node. */
    readonly program?: readonly string[];
    /** What its environment has beside this one's. */
    readonly environment?: NodeJS.ProcessEnv;
}

/** How the files of a folder are shared out among processes. */
interface FilesOptions extends MochaProcess {
    /** How many processes run at a time: more than there are processors, where they mostly wait. */
    readonly atOnce: number;
    /** The files that take longest, without their ending: begun last, they would be waited for alone. */
    readonly longest: readonly string[];
    /** How many of the others share a process, whose start takes as long as many of them; 1 by default. */
    readonly inOneProcess?: number;
    /** Which files; all by default. */
    readonly isWanted?: (file: string) => boolean;
}

const runSuitesScript = join(root, 'out', 'test', 'support', 'runSuites.js');

/** Runs the compiled suites of one folder of `test` in a process of their own. */
export function runInProcess(suites: string, options: MochaProcess): Promise<Counts> {
    return countsOf(`The tests in ${suites}`, [runSuitesScript, join(root, 'out', 'test', suites)], options);
}

/**
 * Runs the test files of one folder of `test` in processes of their own, several at a time. Files that end without a result
 * are one failure: the others go on.
 */
export async function runFiles(suites: string, options: FilesOptions): Promise<Counts> {
    const { atOnce, longest, inOneProcess = 1, isWanted = () => true, ...running } = options;
    const folder = join(root, 'out', 'test', suites);
    const rank = (file: string): number => longest.indexOf(basename(file, '.test.js'));
    const [short, long] = [false, true].map((isLong) =>
        testFilesIn(folder).filter((file) => isWanted(file) && rank(file) >= 0 === isLong),
    ) as [string[], string[]];
    const waiting = long.toSorted((one, other) => rank(one) - rank(other)).map((file) => [file]);
    while (short.length > 0) waiting.push(short.splice(0, inOneProcess));
    const counted: Counts[] = [];
    await limitConcurrency(waiting, atOnce, async (files) => {
        const name = files.map((file) => `${suites}/${file}`).join(', ');
        const counts = countsOf(name, [runSuitesScript, folder, ...files], { ...running, besideOthers: true });
        counted.push(await counts.catch(failedWith));
    });
    return together(counted);
}

/** What a run counts as that ended without a result. */
export function failedWith(error: unknown): Counts {
    console.error(explain(error));
    return { passed: 0, failed: 1, failures: [explain(error)], skipped: [] };
}

/**
 * Runs a script that writes how many tests passed, failed and were skipped to the folder that `toldVariable` names.
 * @param name of what it runs, for the sentence that says that it did not
 */
export function countsOf(name: string, args: readonly string[], options: MochaProcess): Promise<Counts> {
    const { program = [process.execPath], environment, ...running } = options;
    const [command = '', ...first] = program;
    return countsFrom(name, (telling) => {
        const env = { ...process.env, ...environment, ...telling.environment };
        return exitCodeOf(command, [...first, ...args], { ...running, cwd: root, env, doing: telling.doing });
    });
}

/** How tests tell this process what they do, while they run in another one. */
interface Telling {
    /** The folder for that, which goes away afterwards. */
    readonly folder: string;
    /** What tells them of it, for the environment of that process. */
    readonly environment: NodeJS.ProcessEnv;
    /** What they did last, in a few words. */
    readonly doing: () => string;
}

/**
 * What came of tests that another process runs.
 * @param run settles when that process has ended, with its exit code
 * @throws when it ended without a result
 */
export async function countsFrom(name: string, run: (telling: Telling) => Promise<number>): Promise<Counts> {
    const folder = await makeTemporaryFolder();
    const doing = (): string => lastTold(folder) ?? `the start of ${name}`;
    try {
        const code = await run({ folder, environment: { [toldVariable]: folder }, doing });
        const text = await readFile(join(folder, RESULTS), 'utf8').catch(() => undefined);
        if (text === undefined) {
            throw new Error(`${name} ended without a result, with exit code ${code}, after "${doing()}".`);
        }
        const counts = JSON.parse(text) as Counts;
        // A test that leaves something behind can end its process badly after the last result.
        if (code === 0 || counts.failed > 0) return counts;
        return { ...counts, failed: 1, failures: [`${name} ended with exit code ${code} after the last result.`] };
    } finally {
        await removeFolder(folder);
    }
}

export function together(all: readonly Counts[]): Counts {
    const sum = (key: 'passed' | 'failed'): number => all.reduce((total, counts) => total + counts[key], 0);
    return {
        passed: sum('passed'),
        failed: sum('failed'),
        failures: all.flatMap(({ failures }) => failures),
        skipped: all.flatMap(({ skipped }) => skipped),
    };
}
