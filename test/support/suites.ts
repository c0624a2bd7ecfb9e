import { join } from 'node:path';
import { whyNoWindows } from '../windows/windowsNode';
import { provideBrowser } from './chromium';
import { provideFaultyDisks } from './faultyDisks';
import { runHostSuites } from './hostSuites';
import { countsOf, runInProcess, together } from './mochaProcess';
import { packExtension } from './packExtension';
import { root } from './root';
import { runFiles } from './runFiles';
import { type Counts, noPicturesVariable } from './runSuites';
import { whyNoSmbShare } from './smb/smbShare';

/** Tests that `npm test` runs. */
export interface Suite {
    readonly name: string;
    /** The folders of `test` whose test files it runs: one with tests that no suite names is a failure. */
    readonly folders: readonly string[];
    /** Those of one stage run side by side, stage after stage. */
    readonly stage: number;
    /** Why it cannot run on this computer, as a finished sentence: it is skipped then. */
    readonly obstacle?: () => string | undefined;
    readonly run: () => Promise<Counts>;
}

const stressScript = join(root, 'out', 'test', 'stress', 'index.js');

export const unitSuite: Suite = {
    name: 'Unit tests',
    folders: ['unit'],
    stage: 1,
    run: () =>
        runFiles('unit', {
            atOnce: 4,
            longest: ['watcher', 'repository', 'mutexDirectory', 'anyBytes', 'locksFile', 'oddFolders', 'inTheWay'],
            inOneProcess: 6,
        }),
};

export const faultSuite: Suite = {
    name: 'Faults of disks',
    folders: ['faults'],
    stage: 2,
    run: () => runFiles('faults', { atOnce: 4, longest: ['powerLoss', 'everyCall'], program: provideFaultyDisks() }),
};

/** The tests and the stress test over SMB, side by side: both mostly wait. */
const smbSuite: Suite = {
    name: 'Over real SMB',
    folders: ['smb'],
    stage: 2,
    obstacle: whyNoSmbShare,
    run: async () =>
        together(
            await Promise.all([
                runInProcess('smb', { besideOthers: true }),
                countsOf('The stress test over SMB', [stressScript, 'shortSmb'], { besideOthers: true }),
            ]),
        ),
};

const windowsSuite: Suite = {
    name: 'On Windows',
    folders: ['windows'],
    stage: 2,
    obstacle: whyNoWindows,
    run: () =>
        countsOf('The tests on Windows', [join(root, 'out', 'test', 'windows', 'index.js'), 'short'], {
            besideOthers: true,
        }),
};

/** Alone: it judges how long a process waits for others. */
const stressSuite: Suite = {
    name: 'Stress, the short run',
    folders: [],
    stage: 3,
    run: () => countsOf('The stress test', [stressScript, 'short'], {}),
};

export const hostSuite: Suite = {
    name: 'Tests in VS Code',
    folders: ['host'],
    stage: 4,
    run: () => runHostSuites('host', 'current'),
};

export const restrictedSuite: Suite = {
    name: 'Tests in Restricted Mode',
    folders: ['host-restricted'],
    stage: 4,
    run: () => runHostSuites('host-restricted', 'current'),
};

export const e2eSuite: Suite = {
    name: 'Tests as a person does',
    folders: ['e2e'],
    stage: 5,
    run: () => e2eTests({ [noPicturesVariable]: '1' }),
};

/** @param environment what it has beside this process's own */
export function e2eTests(environment: NodeJS.ProcessEnv = {}): Promise<Counts> {
    packExtension();
    provideBrowser();
    return runInProcess('e2e', { environment });
}

export const allSuites: readonly Suite[] = [
    unitSuite,
    faultSuite,
    smbSuite,
    windowsSuite,
    stressSuite,
    hostSuite,
    restrictedSuite,
    e2eSuite,
];
