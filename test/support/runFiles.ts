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
}

/** Runs each test file of one folder of `test` in a process of its own, several at a time; the limit is for each file. */
export async function runFiles(suites: string, { atOnce, longest, ...options }: FilesOptions): Promise<Counts> {
    const folder = join(root, 'out', 'test', suites);
    const files = testFilesIn(folder);
    const rank = (file: string): number => {
        const place = longest.indexOf(basename(file, '.test.js'));
        return place < 0 ? longest.length : place;
    };
    const waiting = files.toSorted((one, other) => rank(one) - rank(other));
    const counted: Counts[] = [];
    const lane = async (): Promise<void> => {
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
            counted.push(await countsOfFile(suites, folder, file, options));
        }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return together(counted);
}

/** A file that ends without a result is one failure: the others go on. */
async function countsOfFile(suites: string, folder: string, file: string, options: MochaProcess): Promise<Counts> {
    try {
        return await countsOf(`${suites}/${file}`, [runSuitesScript, folder, file], { ...options, besideOthers: true });
    } catch (error) {
        console.error(explain(error));
        return { passed: 0, failed: 1, failures: [explain(error)], skipped: [] };
    }
}
