import { join } from 'node:path';
import { start, startWithServer } from '../start/start';
import { explain } from './explain';
import { runHostSuites } from './hostSuites';
import { exitAtSignals, exitCodeOf, stopAllAtExit } from './processes';
import { root } from './root';
import type { Counts } from './runSuites';
import { allSuites } from './suites';
import { testAll } from './testAll';

/** What `setUp.mjs` runs once all is installed and compiled; each answers whether it went well. */
const commands: Readonly<Record<string, () => Promise<boolean>>> = {
    start,
    'start:server': startWithServer,
    bench: () => scriptOf('bench'),
    stress: () => scriptOf('stress'),
    pictures: () => scriptOf('pictures'),
    'test:windows': () => scriptOf('windows'),
    test: testAll,
    ...Object.fromEntries(allSuites.flatMap(({ script, run }) => (script ? [[script, () => allPassed(run)]] : []))),
    'test:oldest': () => allPassed(() => runHostSuites('host', 'oldest')),
};

async function allPassed(run: () => Promise<Counts>): Promise<boolean> {
    const { passed, failed } = await run();
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
}

async function scriptOf(folder: string): Promise<boolean> {
    const index = join(root, 'out', 'test', folder, 'index.js');
    return (await exitCodeOf(process.execPath, [index, ...process.argv.slice(3)])) === 0;
}

async function main(name: string): Promise<boolean> {
    const command = commands[name];
    if (command === undefined) throw new Error(`There is no command "${name}".`);
    // These have something to tidy up first.
    if (!['start', 'start:server'].includes(name)) exitAtSignals();
    return command();
}

// Mocha colours what it writes to a file too, from where it may come to a log.
if (!process.stdout.isTTY) process.env['NO_COLOR'] ??= '1';
stopAllAtExit();
main(process.argv[2] ?? '').then(
    (good) => (process.exitCode = good ? 0 : 1),
    (error: unknown) => {
        console.error(explain(error));
        process.exitCode = 1;
    },
);
