import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stress } from '../stress/index';
import { explain } from '../support/explain';
import { together } from '../support/mochaProcess';
import { exitAtSignals, stopAllAtExit } from '../support/processes';
import { root } from '../support/root';
import { type Counts, resultsVariable, testFilesIn } from '../support/runSuites';
import { runOnWindows } from './program';
import { sharedScenarios } from './scenarios';
import { provideWindowsNode, type WindowsNode, whyNoWindows } from './windowsNode';

/** Processes at a time: they mostly wait. */
const LANES = 3;
const FILES_IN_ONE = 6;

async function unitTests(node: WindowsNode, files: readonly string[]): Promise<Counts> {
    const script = join(root, 'out', 'test', 'windows', 'runTests.js');
    const folder = join(root, 'out', 'test', 'unit');
    const waiting = [...files];
    const counted: Counts[] = [];
    const lane = async (): Promise<void> => {
        while (waiting.length > 0) {
            const some = waiting.splice(0, FILES_IN_ONE);
            counted.push(await runOnWindows(node, some.join(', '), [script, folder, ...some]));
        }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return together(counted);
}

async function main(): Promise<void> {
    const obstacle = whyNoWindows();
    if (obstacle !== undefined) {
        console.log(obstacle);
        return;
    }
    const node = await provideWindowsNode();
    const [kind = 'long', ...only] = process.argv.slice(2);
    const counts =
        kind === 'stress'
            ? await stress({
                  scenarios: sharedScenarios(node),
                  seconds: 30,
                  processes: 8,
                  seed: Date.now() % 2 ** 31,
                  only: only[0],
              })
            : await unitTests(node, only.length > 0 ? only : testFilesIn(join(root, 'out', 'test', 'unit')));
    const results = process.env[resultsVariable];
    if (results !== undefined) writeFileSync(results, JSON.stringify(counts));
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    for (const failure of counts.failures) console.log(failure);
    // What was not played to its end may still be running.
    process.exit(counts.failed > 0 ? 1 : 0);
}

stopAllAtExit();
exitAtSignals();
main().catch((error: unknown) => {
    console.error(explain(error));
    process.exit(1);
});
