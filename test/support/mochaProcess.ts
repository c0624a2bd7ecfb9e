import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf, type RunOptions } from './processes';
import { root } from './root';
import { type Counts, lastLineOf, progressVariable, resultsVariable } from './runSuites';
import { makeTemporaryFolder, removeFolder } from './temporaryWorkspace';

export interface MochaProcess extends Pick<RunOptions, 'besideOthers'> {
    /** What runs a script: Node by default, or a program and its arguments that end with Node. */
    readonly program?: readonly string[];
    /** What its environment has beside this one's. */
    readonly environment?: NodeJS.ProcessEnv;
}

export const runSuitesScript = join(root, 'out', 'test', 'support', 'runSuites.js');

/** Runs the compiled suites of one folder of `test` in a process of their own. */
export function runInProcess(suites: string, options: MochaProcess): Promise<Counts> {
    return countsOf(`The tests in ${suites}`, [runSuitesScript, join(root, 'out', 'test', suites)], options);
}

/**
 * Runs a script that writes how many tests passed, failed and were skipped to the file that `resultsVariable` names.
 * @param name of what it runs, for the sentence that says that it did not
 */
export async function countsOf(name: string, args: readonly string[], options: MochaProcess): Promise<Counts> {
    const { program = [process.execPath], environment, ...running } = options;
    const [command = '', ...first] = program;
    const scratch = await makeTemporaryFolder();
    const results = join(scratch, 'results.json');
    const progress = join(scratch, 'progress.txt');
    try {
        const code = await exitCodeOf(command, [...first, ...args], {
            ...running,
            cwd: root,
            env: { ...process.env, ...environment, [resultsVariable]: results, [progressVariable]: progress },
            doing: () => lastLineOf(progress) ?? name,
        });
        const counts = await readFile(results, 'utf8').then(
            (text) => JSON.parse(text) as Counts,
            () => undefined,
        );
        if (counts === undefined) {
            const last = lastLineOf(progress) ?? 'its start';
            throw new Error(`${name} ended without a result, with exit code ${code}, after "${last}".`);
        }
        // A test that leaves something behind can end its process badly after the last result.
        if (code === 0 || counts.failed > 0) return counts;
        return { ...counts, failed: 1, failures: [`${name} ended with exit code ${code} after the last result.`] };
    } finally {
        await removeFolder(scratch);
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
