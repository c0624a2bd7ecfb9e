import { basename, join } from 'node:path';
import { explain } from './explain';
import { countsOf, type MochaProcess, runSuitesScript, together } from './mochaProcess';
import { root } from './root';
import { type Counts, testFilesIn } from './runSuites';

export interface FilesOptions extends MochaProcess {
    /** How many files run at a time: more than there are processors, where they mostly wait. */
    readonly atOnce: number;
    /** The files that take longest, without their ending: begun last, they would be waited for alone. */
    readonly longest: readonly string[];
    /** How many of the others share a process, whose start takes as long as many of them; 1 by default. */
    readonly inOneProcess?: number;
    /** Which files; all by default. */
    readonly isWanted?: (file: string) => boolean;
}

/**
 * Runs the test files of one folder of `test` in processes of their own, several at a time; the limit is for each process.
 */
export async function runFiles(suites: string, options: FilesOptions): Promise<Counts> {
    const { atOnce, longest, inOneProcess = 1, isWanted = () => true, ...running } = options;
    const folder = join(root, 'out', 'test', suites);
    const files = testFilesIn(folder).filter((file) => isWanted(file));
    const rank = (file: string): number => longest.indexOf(basename(file, '.test.js'));
    const long = files.filter((file) => rank(file) >= 0).toSorted((one, other) => rank(one) - rank(other));
    const short = files.filter((file) => rank(file) < 0);
    const waiting = long.map((file) => [file]);
    while (short.length > 0) waiting.push(short.splice(0, inOneProcess));
    const counted: Counts[] = [];
    const lane = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            counted.push(await countsOfFiles(suites, folder, next, running));
        }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return together(counted);
}

/** Files that end without a result are one failure: the others go on. */
async function countsOfFiles(
    suites: string,
    folder: string,
    files: readonly string[],
    options: MochaProcess,
): Promise<Counts> {
    try {
        const name = files.map((file) => `${suites}/${file}`).join(', ');
        return await countsOf(name, [runSuitesScript, folder, ...files], { ...options, besideOthers: true });
    } catch (error) {
        console.error(explain(error));
        return { passed: 0, failed: 1, failures: [explain(error)], skipped: [] };
    }
}
