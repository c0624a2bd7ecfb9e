import { join } from 'node:path';
import { provideBrowser } from './chromium';
import { provideFaultyDisks } from './faultyDisks';
import { countsOf, runInProcess, together } from './mochaProcess';
import { packExtension } from './packExtension';
import { root } from './root';
import { runFiles } from './runFiles';
import { type Counts, noPicturesVariable } from './runSuites';
import { whyNoSmbShare } from './smb/smbShare';

const stressScript = join(root, 'out', 'test', 'stress', 'index.js');

export const unitSuites = (): Promise<Counts> =>
    runFiles('unit', {
        atOnce: 4,
        longest: ['watcher', 'repository', 'mutexDirectory', 'anyBytes', 'locksFile', 'oddFolders', 'inTheWay'],
        inOneProcess: 6,
    });

export const faultSuites = (): Promise<Counts> =>
    runFiles('faults', {
        atOnce: 4,
        longest: ['powerLoss', 'everyCall'],
        program: provideFaultyDisks(),
    });

export const shortStress = (): Promise<Counts> => countsOf('The stress test', [stressScript, 'short'], {});

/** The suites and the stress test over SMB, side by side: both mostly wait. Undefined where there can be no share. */
export async function smbSuites(): Promise<Counts | undefined> {
    const obstacle = whyNoSmbShare();
    if (obstacle !== undefined) {
        console.log(obstacle);
        return undefined;
    }
    const options = { besideOthers: true };
    return together(
        await Promise.all([
            runInProcess('smb', options),
            countsOf('The stress test over SMB', [stressScript, 'shortSmb'], options),
        ]),
    );
}

/** @param pictures whether to take those that nobody needs to tell whether a test passed */
export async function e2eSuites(pictures: boolean): Promise<Counts> {
    packExtension();
    provideBrowser(); // Here, because installing it would take longer than a test may.
    const environment = pictures ? {} : { [noPicturesVariable]: '1' };
    return runInProcess('e2e', { environment });
}
