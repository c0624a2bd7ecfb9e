import fs, { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Mocha from 'mocha';
import { explain } from '../support/explain';
import { type Counts, resultsVariable } from '../support/runSuites';
import { obstacleIn, skips } from './skips';

/**
 * Runs compiled tests in this process, as `runSuites` does, but for those that are not for Windows under Wine.
 * @param files those of the folder, with `/` between folders
 */
async function runTests(folder: string, files: readonly string[]): Promise<Counts> {
    const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', color: false, timeout: 0, forbidOnly: true });
    const failures: string[] = [];
    let passed = 0;
    for (const file of files) mocha.addFile(join(folder, file));
    const due = new Set(skips.filter(({ file }) => files.includes(file)));
    mocha.rootHooks({
        beforeEach(this: Mocha.Context) {
            const test = this.currentTest!;
            const file = relative(folder, test.file!).replaceAll('\\', '/');
            const skip = skips.find((one) => one.file === file && test.fullTitle().includes(one.title));
            if (skip === undefined) return;
            due.delete(skip);
            console.log(`    Not here: ${skip.reason}`);
            this.skip();
        },
    });
    await new Promise<void>((resolve) => {
        const runner = mocha.run(() => resolve());
        runner.on('pass', () => passed++);
        runner.on('fail', (test, error: unknown) => {
            const obstacle = obstacleIn(error);
            if (obstacle === undefined) failures.push(`${test.fullTitle()}: ${explain(error)}`);
            else console.log(`    Not here: ${obstacle}`);
        });
    });
    for (const { file, title } of due) failures.push(`No test of ${file} is skipped by "${title}".`);
    return { passed, failed: failures.length, failures, skipped: [] };
}

/** Wine 8 says that it made a link, and makes none: what a test then says of the link would be said of nothing. */
function refuseLinks(): void {
    const { symlinkSync } = fs;
    fs.symlinkSync = (target, path, type) => {
        symlinkSync(target, path, type);
        if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) return;
        throw Object.assign(new Error(`${String(path)} is no link.`), { code: 'ENOTSUP', syscall: 'symlink' });
    };
}

const [folder = '', ...files] = process.argv.slice(2);
// Wine's own is in the cache, where what a killed run leaves would stay for ever.
process.env['TEMP'] = process.env['TMP'] = 'Z:\\tmp';
refuseLinks();
runTests(folder, files).then(
    (counts) => writeFileSync(process.env[resultsVariable]!, JSON.stringify(counts)),
    (error: unknown) => {
        console.error(explain(error));
        process.exitCode = 1;
    },
);
