import { setTimeout as delay } from 'node:timers/promises';
import * as lockfile from 'proper-lockfile';
import { type CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import type { AtFailpoint } from './failpoints';
import { MutexDirectory } from './mutexDirectory';
import type { Lease } from './lease';
import { InTheWay } from './staleness';
import type { MutexOwner } from './ownerFile';
import { describeRefusal, describeTimeout } from './mutexErrors';
import { patienceWith } from '../disk/retry';
import { Fairness, type Backoff } from './backoff';

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

/** The mutex while it is held. */
export interface HeldMutex {
    readonly hold: Pick<Lease, 'draft' | 'putInPlace' | 'isLate' | 'temporary' | 'finishWith'>;
    /** Asks the disk whether the mutex is still ours and was never lost since it was taken. */
    readonly isOurs: () => Promise<boolean>;
    /** To be called at the moments that only the change itself knows. */
    readonly atFailpoint: AtFailpoint;
}

const STALE_AFTER = 10_000;
/** Windows answers these for a moment while a directory that was removed is still open somewhere. */
const PASSING_ON_WINDOWS = new Set(['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY']);

/**
 * The mutual exclusion around a change of one locks file: a directory beside it, taken and released by proper-lockfile
 * over the file system of `MutexDirectory`. One object for each locks file of a process; it may be used again and again.
 */
export class Mutex {
    private readonly path: string;
    private readonly directory: MutexDirectory;
    private readonly staleAfter: number;
    private readonly atFailpoint: AtFailpoint;
    private readonly manners = new Fairness();

    constructor(
        private readonly file: string,
        private readonly options: MutexOptions,
    ) {
        this.staleAfter = options.staleAfter ?? STALE_AFTER;
        this.path = `${file}.lock`;
        this.directory = new MutexDirectory(this.path, options.owner, this.staleAfter, options.atFailpoint);
        this.atFailpoint = options.atFailpoint ?? (() => undefined);
    }

    /**
     * Runs `change` while the mutex is held and releases it afterwards, however `change` ends. Must not be nested.
     * @param begin called at the very moment at which the mutex is taken; `change` is given what it returns
     * @returns what `change` returned, and whether the mutex was ours to the end
     * @throws CheckoutError `mutexTimeout` (naming who holds it), `locksFileNotWritable`, `locksFileUnreachable`
     */
    async run<T, B = void>(
        change: (held: HeldMutex, begun: Promise<B>) => Promise<T>,
        begin?: () => Promise<B>,
    ): Promise<{ readonly result: T; readonly kept: boolean }> {
        let lost = false;
        let kept = false;
        let result: T;
        let begun: Promise<B> | undefined;
        const onTaken = (): void => {
            begun = begin?.();
            begun?.catch(() => undefined); // Whoever waits for it is told.
        };
        const release = await this.take(onTaken, () => (lost = true));
        try {
            const held: HeldMutex = {
                hold: this.directory.held,
                isOurs: async () => !lost && (await this.directory.isOurs()),
                atFailpoint: this.atFailpoint,
            };
            result = await change(held, begun!);
            await this.atFailpoint('beforeRelease');
        } finally {
            kept = (await this.release(release)) && !lost;
        }
        return { result, kept };
    }

    private async take(onTaken: () => void, onLost: () => void): Promise<() => Promise<void>> {
        const waiting = this.manners.begin(this.options.timeout);
        if (waiting.courtesy > 0) await delay(waiting.courtesy);
        let wellAt = waiting.waited;
        for (let tries = 1; ; tries++) {
            try {
                const release = await this.tryToTake(waiting, onTaken, onLost);
                if (release !== undefined) {
                    this.manners.enter(waiting, tries > 1);
                    return () => release().finally(() => this.manners.leave());
                }
            } catch (error) {
                if (isTaken(error)) wellAt = waiting.waited;
                else if (waiting.waited - wellAt >= patienceWith(error)) throw describeRefusal(this.file, error);
                waiting.saw(this.directory.observed);
                if (waiting.remains <= 0) throw this.describeTimeout(error);
            }
            await delay(waiting.pause());
        }
    }

    /** @returns what gives the mutex back, or undefined when it is not free and it is not time to look who has it */
    private async tryToTake(
        waiting: Backoff,
        onTaken: () => void,
        onLost: () => void,
    ): Promise<(() => Promise<void>) | undefined> {
        const isAhead = await this.directory.takeAhead(waiting.waited);
        if (isAhead) onTaken();
        else if (!waiting.wantsLook) return undefined;
        const release = await lockfile.lock(this.file, {
            realpath: false,
            stale: this.staleAfter,
            update: this.staleAfter / 4,
            lockfilePath: this.path,
            fs: this.directory.lockfileFs,
            onCompromised: onLost,
        });
        if (!isAhead) onTaken();
        return release;
    }

    private describeTimeout(error: unknown): CheckoutError {
        if (systemCode(error) !== 'ELOCKED') return describeRefusal(this.file, error);
        const wasSeen = this.directory.observed !== undefined || !(error instanceof Error) || error.cause === undefined;
        if (!wasSeen) return describeRefusal(this.file, error.cause);
        const limits = { timeout: this.options.timeout, staleAfter: this.staleAfter };
        return describeTimeout(this.file, this.path, this.directory.observed, limits, error);
    }

    private async release(release: () => Promise<void>): Promise<boolean> {
        try {
            await release().catch(async (error: unknown) => {
                if (systemCode(error) !== 'ERELEASED') throw error;
                // proper-lockfile gave up on it, because the share was gone for a while say; it may be there all the same.
                await this.directory.release();
            });
        } catch (error) {
            // The change itself has succeeded or failed already and that is what counts; what is left of the mutex is
            // stale and will be taken over.
            rethrowUnlessSystemError(error);
            return false;
        }
        return this.directory.keptUntilRelease;
    }
}

function isTaken(error: unknown): boolean {
    const code = systemCode(error);
    // Another program's lock of the same name may go away again.
    if (code === 'ELOCKED' || error instanceof InTheWay) return true;
    return process.platform === 'win32' && code !== undefined && PASSING_ON_WINDOWS.has(code);
}
