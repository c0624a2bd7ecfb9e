import { callbackify } from 'node:util';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { removeOrphans, removeMutex } from './orphans';
import type { AtFailpoint } from './failpoints';
import { Lease } from './lease';
import { StalenessObserver, type ObservedMutex } from './staleness';
import { describeOwner, type MutexOwner } from './ownerFile';

/** The first and the last time that there is in JavaScript. */
const LONG_AGO = new Date(-8.64e15);
const FAR_AHEAD = new Date(8.64e15);

/**
 * The file system that proper-lockfile sees: `mkdir`, `stat`, `utimes` and `rmdir` of one mutex directory, with other
 * meanings than the plain calls, because the plain ones are not safe between computers.
 *
 * - The directory is taken by whoever creates the owner file in it, exclusively. Its random token says whose it is;
 *   modification times only show a sign of life.
 * - Whether a mutex is stale is for `StalenessObserver` to say. proper-lockfile is told a time that lies behind or ahead of
 *   every clock, even of one that jumps before it compares.
 * - A stale directory is renamed to a unique name and removed. No directory ever comes back to the name of the mutex.
 * - What is to be written is renamed out of the directory, from a file of a unique name that was created before the owner
 *   file. So the rename succeeds only out of the directory that this object owns, and only while that is in its place:
 *   whoever lost the mutex, even a moment before, has nothing left to rename.
 */
export class MutexDirectory {
    private readonly observer: StalenessObserver;
    private hold: Lease | undefined;
    /** What could not be given back, since the connection broke say. */
    private abandoned: Lease | undefined;
    /** It was taken, and proper-lockfile does not know yet. */
    private ahead = false;
    /** Taken a moment ago: proper-lockfile looks at once at what it took, and nobody can have taken it away yet. */
    private fresh = false;
    private kept = false;
    /** Whether what others left behind was looked for since this object was made, or since it last took over. */
    private tidy = false;
    /** Milliseconds for which this object waited for it. */
    private waited = 0;
    /** What proper-lockfile believes to be the modification time of our own mutex. */
    private heartbeat = new Date();

    /**
     * @param directory the mutex directory
     * @param staleAfter milliseconds
     */
    constructor(
        private readonly directory: string,
        private readonly owner: MutexOwner,
        private readonly staleAfter: number,
        private readonly atFailpoint: AtFailpoint = () => undefined,
    ) {
        this.observer = new StalenessObserver(directory, staleAfter);
    }

    /** The methods that proper-lockfile calls, to be passed as its option `fs`. */
    readonly lockfileFs = {
        mkdir: callbackify((_: string) => this.enter()),
        stat: callbackify((_: string) => this.stat()),
        utimes: callbackify((_: string, __: Date, mtime: Date) => this.beat(mtime)),
        rmdir: callbackify((_: string) => (this.hold === undefined ? this.reclaim() : this.release())),
        rmdirSync: (): void => this.hold?.giveBackAtExit(),
    };

    /** The mutex of somebody else as it was last seen. */
    get observed(): ObservedMutex | undefined {
        return this.observer.observed;
    }

    /** The mutex while this object has it. */
    get held(): Lease {
        if (this.hold === undefined) throw new Error('The mutex is not held.');
        return this.hold;
    }

    /** Whether the mutex on disk is the one that this object took. */
    async isOurs(): Promise<boolean> {
        return this.hold !== undefined && this.hold.isOurs();
    }

    /**
     * Takes the mutex if it is free, before proper-lockfile is asked to: it takes several times as long to find out that
     * it is not. When it was taken, the next `mkdir` of proper-lockfile finds it so.
     * @param waited milliseconds for which it was waited for until now
     */
    async takeAhead(waited: number): Promise<boolean> {
        this.waited = waited;
        try {
            await this.take();
            return (this.ahead = true);
        } catch (error) {
            if (systemCode(error) === 'EEXIST') return false;
            throw error;
        }
    }

    private async enter(): Promise<void> {
        if (!this.ahead) return this.take();
        this.ahead = false;
    }

    private async take(): Promise<void> {
        if (this.abandoned !== undefined) await this.clearAway(this.abandoned);
        const describe = (token: string): string => describeOwner(token, this.owner, this.waited);
        this.hold = await Lease.take(this.directory, describe, this.staleAfter, this.atFailpoint);
        this.fresh = true;
        this.observer.forget();
    }

    private async clearAway(abandoned: Lease): Promise<void> {
        try {
            await abandoned.clearAway(this.atFailpoint);
            this.abandoned = undefined;
        } catch (error) {
            // The share is still away, or somebody has a file in it open: the next try comes here again.
            rethrowUnlessSystemError(error);
        }
    }

    private async stat(): Promise<{ mtime: Date }> {
        const { hold, fresh } = this;
        if (hold === undefined) return { mtime: (await this.lookPatiently()) ? LONG_AGO : FAR_AHEAD };
        this.fresh = false;
        if (fresh || (await this.isAliveOrGivenBack(hold))) return { mtime: this.heartbeat };
        throw Object.assign(new Error('The mutex was taken away.'), { code: 'ENOENT' });
    }

    /**
     * For the heartbeat. proper-lockfile 4.1.2 does not expect that one fails while the mutex is given back: it would throw
     * where nobody can catch it, and end the whole process.
     */
    private async isAliveOrGivenBack(hold: Lease): Promise<boolean> {
        try {
            return (await hold.isOurs()) || this.hold !== hold;
        } catch (error) {
            if (this.hold === hold) throw error;
            return true;
        }
    }

    /** Its holder may remove the owner file while we read it, to which each file system has an error of its own. */
    private async lookPatiently(): Promise<boolean> {
        try {
            return await this.observer.look();
        } catch (error) {
            const code = systemCode(error);
            if (code === undefined || code === 'ENOENT') throw error;
            throw Object.assign(new Error('taken', { cause: error }), { code: 'ELOCKED' });
        }
    }

    private async beat(mtime: Date): Promise<void> {
        // At once after taking it, proper-lockfile only tries how exact times are; nobody needs to know that.
        if (!this.fresh) await this.hold?.showLife(mtime);
        this.heartbeat = mtime;
    }

    /**
     * Gives the mutex back if this object still has it; also what proper-lockfile has given up on. Afterwards
     * `keptUntilRelease` says whether it was ours to the end.
     */
    async release(): Promise<void> {
        const { hold } = this;
        if (hold === undefined) return;
        this.hold = undefined;
        this.kept = false;
        this.abandoned = hold;
        // Who was asleep for a while may have been taken over: then there is nothing to give back.
        this.kept = await hold.giveBack(this.atFailpoint);
        this.abandoned = undefined;
        if (!this.kept) return;
        if (!this.tidy) await removeOrphans(this.directory);
        this.tidy = true;
    }

    /** Whether the mutex that was released last had not been taken away before. */
    get keptUntilRelease(): boolean {
        return this.kept;
    }

    private async reclaim(): Promise<void> {
        const remember = this.observer.forget();
        this.tidy = false;
        try {
            await this.atFailpoint('foundStale');
            await removeMutex(this.directory, this.atFailpoint);
        } catch (error) {
            rethrowUnlessSystemError(error);
            remember();
            // It cannot be moved or looked at now: someone has it open, it is not ours to move, the share is gone.
            throw Object.assign(new Error('taken', { cause: error }), { code: 'ELOCKED' });
        }
    }
}
