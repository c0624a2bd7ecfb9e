import type { Effort, Outcome } from './play';
import { type Clock, clockObstacle } from './clocks';
import { type Disturbance, hitAtMoments, jumpClocks, killAnybody, leaveMutex, stopAnybody } from './disturbances';
import type { Place } from './shop';

/** What happens beside the work, and what must not come of it. */
export interface Scenario {
    readonly name: string;
    /** Why it cannot be played here, in a sentence; undefined when it can. */
    readonly obstacle?: () => string | undefined;
    /** Where it is played: a folder of this computer, unless something else is said. */
    readonly open?: () => Promise<Place>;
    readonly disturbances?: readonly Disturbance[];
    /** The clocks of those who work, in turn. */
    readonly clocks?: readonly Clock[];
    /** Beside them works a program that writes the locks file in place. */
    readonly hasTruncatingWriter?: boolean;
    /** Milliseconds: 2000, the shortest that there is, where somebody is to be taken over, else what the product has. */
    readonly staleAfter: 2000 | 10_000;
    /** The codes with which a call may fail. */
    readonly mayFail: readonly string[];
    /** Whether it goes on, in the long run, until so many operations are done and not for a time. */
    readonly isCounted?: boolean;
    /** Whether all are to wait together, once at least, before a mutex is taken over. */
    readonly allWait?: boolean;
    /** Plays it, where the locks are in no file. */
    readonly play?: (effort: Effort) => Promise<Outcome>;
    /** Its share of the time. */
    readonly weight: number;
}

const wrongClocks: readonly Clock[] = ['anHourBehind', 'anHourAhead', 'twiceAsFast', 'jumping', 'right'];

/** In the order in which they are played. */
export const scenarios: readonly Scenario[] = [
    { name: 'contention', staleAfter: 10_000, mayFail: [], isCounted: true, weight: 1 },
    {
        name: 'kill -9',
        disturbances: [killAnybody, hitAtMoments('SIGKILL')],
        staleAfter: 2000,
        mayFail: [],
        weight: 2,
    },
    {
        name: 'stop longer than stale',
        obstacle: stopObstacle,
        disturbances: [stopAnybody],
        staleAfter: 2000,
        mayFail: ['changeUnconfirmed'],
        weight: 2,
    },
    {
        name: 'stop at the wrong moment',
        obstacle: stopObstacle,
        disturbances: [hitAtMoments('SIGSTOP')],
        staleAfter: 2000,
        mayFail: ['changeUnconfirmed'],
        weight: 2,
    },
    { name: 'one stale mutex', disturbances: [leaveMutex], staleAfter: 2000, mayFail: [], allWait: true, weight: 2 },
    {
        name: 'wrong clocks',
        obstacle: clockObstacle,
        disturbances: [jumpClocks],
        clocks: wrongClocks,
        staleAfter: 10_000,
        mayFail: [],
        weight: 1,
    },
    {
        name: 'a writer in place',
        hasTruncatingWriter: true,
        staleAfter: 10_000,
        mayFail: ['locksFileDamaged'],
        weight: 1,
    },
    {
        name: 'all together',
        obstacle: () => stopObstacle() ?? clockObstacle(),
        disturbances: [
            killAnybody,
            stopAnybody,
            hitAtMoments('SIGKILL'),
            hitAtMoments('SIGSTOP'),
            leaveMutex,
            jumpClocks,
        ],
        clocks: wrongClocks,
        staleAfter: 2000,
        mayFail: ['changeUnconfirmed'],
        weight: 3,
    },
];

function stopObstacle(): string | undefined {
    return process.platform === 'win32' ? 'Nothing stops a process on Windows.' : undefined;
}
