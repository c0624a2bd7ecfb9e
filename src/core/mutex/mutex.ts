// mutex: lets one program at a time change a locks file, on whatever computer it runs.

import { setTimeout as delay } from 'node:timers/promises';
import { systemCode, type CheckoutError } from '../base/errors';
import { lookInto } from '../disk/diskFault';
import { retryTimeMs } from '../disk/retry';
import { Turns, type Backoff } from './backoff';
import type { AtFailpoint } from './failpoints';
import { Heartbeat } from './heartbeat';
import type { Lease } from './lease';
import { MutexDirectory } from './mutexDirectory';
import { describeRefusal, describeTimeout, describeUnknown } from './mutexErrors';
import type { MutexOwner } from './ownerFile';
import { mutexPathOf } from '../base/ownNames';
import { InTheWay, MutexBusy } from './staleness';

/** How to take the mutex of a locks file. */
export interface MutexOptions {
    readonly owner: MutexOwner;
    /** Milliseconds to wait for it before giving up. */
    readonly timeout: number;
    /** Milliseconds without a sign of life after which somebody else's mutex is taken over; at least 2000. */
    readonly staleAfter?: number;
    /** For tests. */
    readonly atFailpoint?: AtFailpoint;
}

const STALE_AFTER_MS = 10_000;
/** What Windows answers for a moment while a directory that was removed is still open somewhere. */
const PASSING_ON_WINDOWS: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY']);

/**
 * The mutual exclusion around a change of one locks file, between processes and computers: a directory beside the
 * file. One object for each locks file of a process; it may be used again and again.
 */
export class Mutex {
    private readonly path: string;
    private readonly directory: MutexDirectory;
    private readonly staleAfter: number;
    private readonly turns = new Turns();

    /** @param file absolute path of the locks file */
    constructor(
        private readonly file: string,
        private readonly options: MutexOptions,
    ) {
        this.staleAfter = options.staleAfter ?? STALE_AFTER_MS;
        this.path = mutexPathOf(file);
        this.directory = new MutexDirectory(this.path, options.owner, this.staleAfter, options.atFailpoint);
    }

    /**
     * Runs `change` while the mutex is held and gives it back afterwards, however `change` ends. Must not be nested.
     * @returns what `change` returned, and whether the mutex was ours to the end
     * @throws CheckoutError `mutexTimeout` (naming who holds it), `locksFileNotWritable`, `locksFileUnreachable`
     */
    async run<T>(change: (lease: Lease) => Promise<T>): Promise<{ readonly result: T; readonly kept: boolean }> {
        const lease = await this.acquire();
        const heartbeat = new Heartbeat(lease, this.staleAfter);
        let result: T;
        let kept: boolean;
        try {
            result = await change(lease);
            await lease.atFailpoint('beforeRelease');
        } finally {
            await heartbeat.stop();
            kept = await this.directory.giveBack(lease);
            this.turns.leave();
        }
        return { result, kept };
    }

    private async acquire(): Promise<Lease> {
        const wait = this.turns.begin(this.options.timeout);
        const first = wait.firstPause();
        if (first > 0) await delay(first);
        let failingSince: number | undefined;
        for (let tries = 1; ; tries++) {
            const isLast = wait.remaining <= 0;
            const triedAt = wait.waited;
            let obstacle: unknown;
            try {
                const lease = await this.tryToTake(wait);
                if (lease !== undefined) {
                    this.turns.enter(wait, tries > 1);
                    return lease;
                }
                failingSince = undefined;
            } catch (error) {
                // The pause before this try, which may be as long as an error is worth, does not count.
                failingSince = isPassing(error) ? undefined : (failingSince ?? triedAt);
                if (failingSince !== undefined && wait.waited - failingSince >= retryTimeMs(error)) {
                    // Of a mutex that is there, a look at it would only say that it is a folder.
                    const isOnTheWay = systemCode(error) === 'ENOTDIR';
                    const known = isOnTheWay ? await lookInto(error, this.path, 'write') : error;
                    throw describeRefusal(this.file, known);
                }
                wait.saw(this.directory.observed);
                obstacle = error;
            }
            if (isLast) throw this.describeTimeout(obstacle);
            await delay(wait.pause());
        }
    }

    /** Takes the mutex if it is free, or if it is time to look and it turns out to be. */
    private async tryToTake(wait: Backoff): Promise<Lease | undefined> {
        const lease = await this.directory.take();
        if (lease !== undefined || !wait.wantsLook) return lease;
        const state = await this.directory.look();
        if (state === 'stale') await this.directory.reclaim();
        const second = state === 'held' ? undefined : await this.directory.take();
        if (second === undefined) wait.saw(this.directory.observed);
        return second;
    }

    /** @param obstacle why the mutex could not be looked at; undefined when somebody has it */
    private describeTimeout(obstacle: unknown): CheckoutError {
        const { observed } = this.directory;
        const isHeld = obstacle === undefined || (obstacle instanceof MutexBusy && observed !== undefined);
        if (!isHeld) {
            if (obstacle instanceof MutexBusy) return describeUnknown(this.file, this.path, obstacle.cause);
            return describeRefusal(this.file, obstacle);
        }
        const limits = { timeout: this.options.timeout, staleAfter: this.staleAfter };
        return describeTimeout(this.file, this.path, observed, limits, obstacle);
    }
}

/** Whether an error may go away for as long as one waits for the mutex. Even another program's folder may be removed again. */
function isPassing(error: unknown): boolean {
    if (error instanceof MutexBusy || error instanceof InTheWay) return true;
    return process.platform === 'win32' && PASSING_ON_WINDOWS.has(systemCode(error));
}
