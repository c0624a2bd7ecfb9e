import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf } from './processes';
import { root } from './root';
import { type Counts, resultsVariable } from './runSuites';
import { makeTemporaryFolder, removeFolder } from './temporaryWorkspace';

/**
 * Runs the compiled suites of one folder of `test` in a process of their own.
 * @param limit milliseconds
 * @param program what runs a script: Node, or a program and its arguments that end with Node
 */
export function runInProcess(suites: string, limit: number, program = [process.execPath]): Promise<Counts> {
    const script = join(root, 'out', 'test', 'support', 'runSuites.js');
    return countsOf(`The tests in ${suites}`, [script, join(root, 'out', 'test', suites)], limit, program);
}

/**
 * Runs a script that writes how many tests passed, failed and were skipped to the file that `resultsVariable` names.
 * @param name of what it runs, for the sentence that says that it did not
 * @param limit milliseconds
 */
export async function countsOf(
    name: string,
    args: readonly string[],
    limit: number,
    program = [process.execPath],
): Promise<Counts> {
    const [command = '', ...first] = program;
    const scratch = await makeTemporaryFolder();
    const results = join(scratch, 'results.json');
    try {
        const code = await exitCodeOf(command, [...first, ...args], {
            cwd: root,
            env: { ...process.env, [resultsVariable]: results },
            limit,
        });
        const counts = await readFile(results, 'utf8').then(
            (text) => JSON.parse(text) as Counts,
            () => undefined,
        );
        if (counts === undefined) throw new Error(`${name} ended without a result, with exit code ${code}.`);
        // A test that leaves something behind can end its process badly after the last result.
        return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
    } finally {
        await removeFolder(scratch);
    }
}
