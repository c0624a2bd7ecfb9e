import { join } from 'node:path';
import { provideFaultyDisks } from '../faults/support/provideFaultyDisks';
import { packExtension } from '../e2e/support/packExtension';
import { whyNoSmbShare } from '../smb/support/smbShare';
import { whyNoWindows } from '../windows/windowsNode';
import { provideBrowser } from './chromium';
import { runHostSuites } from './hostSuites';
import { countsOf, runFiles, runInProcess, together } from './mochaProcess';
import { root } from './root';
import type { Counts } from './runSuites';

/** Tests that `npm test` runs. */
export interface Suite {
    readonly name: string;
    /** The npm script that runs it alone. */
    readonly script?: string;
    /** The folders of `test` whose test files it runs: one with tests that no suite names is a failure. */
    readonly folders: readonly string[];
    /** Those of one stage begin in their order and run side by side, stage after stage. */
    readonly stage: number;
    /** Why it cannot run on this computer, as a finished sentence: it is skipped then. */
    readonly obstacle?: () => string | undefined;
    readonly run: () => Promise<Counts>;
}

const stressScript = join(root, 'out', 'test', 'stress', 'index.js');
const windowsScript = join(root, 'out', 'test', 'windows', 'index.js');

export const faultSuite: Suite = {
    name: 'Faults of disks',
    script: 'test:faults',
    folders: ['faults'],
    stage: 2,
    run: () => runFiles('faults', { atOnce: 4, longest: ['powerLoss', 'everyCall'], program: provideFaultyDisks() }),
};

export const allSuites: readonly Suite[] = [
    {
        name: 'Unit tests',
        script: 'test:unit',
        folders: ['unit'],
        stage: 1,
        run: () =>
            runFiles('unit', {
                atOnce: 4,
                longest: [
                    'failover',
                    'logIn',
                    'lockStore',
                    'server',
                    'watcher',
                    'repository',
                    'mutexDirectory',
                    'anyBytes',
                    'locksFile',
                    'oddFolders',
                    'inTheWay',
                ],
                inOneProcess: 6,
            }),
    },
    faultSuite,
    {
        name: 'Over real SMB',
        folders: ['smb'],
        stage: 2,
        obstacle: whyNoSmbShare,
        // The tests and the stress test side by side: both mostly wait.
        run: async () =>
            together(
                await Promise.all([
                    runInProcess('smb', { besideOthers: true }),
                    countsOf('The stress test over SMB', [stressScript, 'shortSmb'], { besideOthers: true }),
                ]),
            ),
    },
    {
        name: 'On Windows',
        folders: ['windows'],
        stage: 2,
        obstacle: whyNoWindows,
        run: () => countsOf('The tests on Windows', [windowsScript, 'short'], { besideOthers: true }),
    },
    {
        name: 'Stress, the short run',
        folders: [],
        // Alone: it judges how long a process waits for others.
        stage: 3,
        run: async () =>
            together([
                await countsOf('The stress test', [stressScript, 'short'], {}),
                await countsOf('The stress test of the lock server', [stressScript, 'shortServer'], {}),
            ]),
    },
    {
        name: 'Tests as a person does',
        script: 'test:e2e',
        folders: ['e2e'],
        // Before the tests in VS Code, which use the extension as it is packed, too: packing replaces it while nothing else runs.
        stage: 4,
        run: () => {
            packExtension();
            provideBrowser();
            return runInProcess('e2e', {});
        },
    },
    {
        name: 'Tests in VS Code',
        script: 'test:host',
        folders: ['host'],
        stage: 4,
        run: () => runHostSuites('host', 'current'),
    },
    {
        name: 'Tests in Restricted Mode',
        script: 'test:restricted',
        folders: ['host-restricted'],
        stage: 4,
        run: () => runHostSuites('host-restricted', 'current'),
    },
];
