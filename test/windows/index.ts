import { stress } from '../stress/index';
import { explain } from '../support/explain';
import { runFiles, together } from '../support/mochaProcess';
import { exitAtSignals, stopAllAtExit } from '../support/processes';
import { type Counts, tellCounts } from '../support/runSuites';
import { sharedScenarios } from './scenarios';
import { provideWindowsNode, whyNoWindows, type WindowsNode } from './windowsNode';

/** How much is tried. */
interface Extent {
    readonly unitFiles: RegExp;
    readonly scenarios: RegExp;
    /** Of all scenarios together. */
    readonly seconds: number;
    readonly processes: number;
}

/** What is part of `npm test`: where Windows has rules of its own, and what nobody may lose. */
const short: Extent = {
    unitFiles:
        /^(base.repositoryPath|disk|mutex.(mutex|inTheWay)|locks.locksFile|repository.(?!undo|watch|mount)|cli.(?!conc|pyth|large|usage|server|launch))/,
    scenarios: /kill/,
    seconds: 10,
    processes: 4,
};
const long: Extent = { unitFiles: /./, scenarios: /./, seconds: 120, processes: 8 };

async function tests(node: WindowsNode, { unitFiles }: Extent): Promise<Counts> {
    const options = {
        program: node.program,
        environment: node.environment,
        atOnce: 4,
        longest: [
            'watcher',
            'mutex',
            'replaceFile',
            'mutexDirectory',
            'lostMutex',
            'anyBytes',
            'locksFile',
            'inTheWay',
        ],
        inOneProcess: 6,
    };
    return together([
        await runFiles('unit', { ...options, isWanted: (file) => unitFiles.test(file) }),
        await runFiles('windows', options),
    ]);
}

function shop(node: WindowsNode, { scenarios, seconds, processes }: Extent): Promise<Counts> {
    return stress({
        scenarios: sharedScenarios(node).filter(({ name }) => scenarios.test(name)),
        seconds,
        processes,
        seed: Number(process.env['CNC_CHECKOUT_STRESS_SEED'] ?? Date.now() % 2 ** 31),
        only: process.env['CNC_CHECKOUT_STRESS_ONLY'],
    });
}

async function main(extent: Extent): Promise<void> {
    const obstacle = whyNoWindows();
    if (obstacle !== undefined) {
        console.log(`Skipped: ${obstacle}`);
        return;
    }
    const node = await provideWindowsNode();
    const counts = together([await tests(node, extent), await shop(node, extent)]);
    for (const failure of counts.failures) console.log(`FAILED ${failure}`);
    for (const sentence of counts.skipped) console.log(`skipped: ${sentence}`);
    tellCounts(counts);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
    // What was not played to its end may still be running.
    process.exit(counts.failed > 0 ? 1 : 0);
}

stopAllAtExit();
exitAtSignals();
main(process.argv[2] === 'short' ? short : long).catch((error: unknown) => {
    console.error(explain(error));
    process.exit(1);
});
