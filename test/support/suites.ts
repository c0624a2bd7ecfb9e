import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { provideBrowser } from './chromium';
import { provideFaultyDisks } from './faultyDisks';
import { countsOf, runInProcess, together } from './mochaProcess';
import { packExtension } from './packExtension';
import { exitCodeOf } from './processes';
import { root } from './root';
import { runFiles } from './runFiles';
import type { Counts } from './runSuites';
import { whyNoSmbShare } from './smb/smbShare';

const stressScript = join(root, 'out', 'test', 'stress', 'index.js');

/** The suites of core and of the command line, and what of the core they ran. */
export async function unitSuites(): Promise<Counts> {
    const covered = join(root, 'coverage', 'tmp');
    await rm(covered, { recursive: true, force: true });
    const counts = await runFiles('unit', {
        limit: 120_000,
        atOnce: 4,
        longest: ['watcher', 'repository', 'mutexDirectory', 'anyBytes', 'locksFile', 'oddFolders', 'inTheWay'],
        environment: { NODE_V8_COVERAGE: covered },
    });
    const report = ['report', '--reporter=text-summary', '--include=src/core/**', '--exclude-after-remap'];
    const c8 = join(root, 'node_modules', 'c8', 'bin', 'c8.js');
    const code = await exitCodeOf(process.execPath, [c8, ...report], { cwd: root, limit: 120_000 });
    if (code !== 0) throw new Error(`c8 could not tell what of the core was run, and ended with exit code ${code}.`);
    return counts;
}

export const faultSuites = (): Promise<Counts> =>
    runFiles('faults', { limit: 300_000, atOnce: 4, longest: ['everyCall'], program: provideFaultyDisks() });

export const shortStress = (): Promise<Counts> =>
    countsOf('The stress test', [stressScript, 'short'], { limit: 300_000 });

/** The suites and the stress test over SMB, side by side: both mostly wait. Undefined where there can be no share. */
export async function smbSuites(): Promise<Counts | undefined> {
    const obstacle = whyNoSmbShare();
    if (obstacle !== undefined) {
        console.log(obstacle);
        return undefined;
    }
    const limits = { limit: 180_000, besideOthers: true };
    return together(
        await Promise.all([
            runInProcess('smb', limits),
            countsOf('The stress test over SMB', [stressScript, 'shortSmb'], limits),
        ]),
    );
}

export async function e2eSuites(): Promise<Counts> {
    packExtension();
    provideBrowser(); // Here, because installing it would take longer than a test may.
    return runInProcess('e2e', { limit: 600_000 });
}
