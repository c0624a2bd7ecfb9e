import { whyNoSmbShare } from '../smb/support/smbShare';
import { hitAtMoments, killAnybody, leaveMutex, stopAnybody } from './disturbances';
import type { Scenario } from './scenarios';
import { openSmbPlace } from './smbPlace';

/** What a call may say while the server is away, or just back. */
const awayCodes = [
    'locksFileUnreachable',
    // A check-in and a restore look at the history first.
    'historyUnreadable',
    'repositoryUnreachable',
    // It is not mounted, where a client that stood still is started anew.
    'repositoryMissing',
    'locksFileNotWritable',
    // It is missing, where a client was cut off between removing it and renaming the new one.
    'locksFileDamaged',
    'changeUnconfirmed',
    'couldNotRun',
];

const stopped = {
    staleAfter: 2000,
    mayFail: ['changeUnconfirmed'],
    obstacle: whyNoSmbShare,
    open: () => openSmbPlace(false),
    weight: 1,
} as const;

/** What is played on a share of a real SMB server, half of the processes on each of two clients. */
export const smbScenarios: readonly Scenario[] = [
    { ...stopped, name: 'SMB', staleAfter: 10_000, mayFail: [] },
    { ...stopped, name: 'SMB: kill -9', disturbances: [killAnybody, hitAtMoments('SIGKILL')] },
    {
        ...stopped,
        name: 'SMB: stop longer than stale',
        disturbances: [stopAnybody, hitAtMoments('SIGSTOP')],
        // Who is stopped while they read the locks keeps the file open all the time: libsmbclient replaces no open file.
        mayFail: [...stopped.mayFail, 'locksFileNotWritable'],
    },
    { ...stopped, name: 'SMB: the server is killed', open: () => openSmbPlace(true), mayFail: awayCodes },
    {
        ...stopped,
        name: 'SMB: all together',
        open: () => openSmbPlace(true),
        disturbances: [killAnybody, stopAnybody, hitAtMoments('SIGKILL'), hitAtMoments('SIGSTOP'), leaveMutex],
        mayFail: awayCodes,
    },
];

/** The first and the last of them have it all. */
export const shortSmbScenarios = [smbScenarios[0]!, smbScenarios.at(-1)!];
