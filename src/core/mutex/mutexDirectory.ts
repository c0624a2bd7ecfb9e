import { rethrowUnlessSystemError } from '../base/errors';
import type { AtFailpoint } from './failpoints';
import { Lease } from './lease';
import { removeMutex, removeOrphans } from './orphans';
import { describeOwner, type MutexOwner } from './ownerFile';
import { SharedRights } from './sharedRights';
import { MutexBusy, StalenessObserver, type MutexState, type ObservedMutex } from './staleness';

/**
 * One mutex directory: taking it, watching who has it, taking it over from a dead holder, giving it back.
 *
 * - The process that creates the owner file in it, exclusively, has it. The random token in that file says whose it is;
 *   the modification time is only a sign of life.
 * - A stale directory is renamed to a unique name and removed. No directory ever returns to the name of the mutex.
 * - What a holder writes is renamed out of the directory, from a file with a unique name that is older than the owner
 *   file. So the rename succeeds only from the holder's own directory, and only while that is in its place: a holder that
 *   lost the mutex, even a moment ago, has nothing left to rename.
 */
export class MutexDirectory {
    private readonly observer: StalenessObserver;
    /** A lease that could not be given back, perhaps because the connection broke. */
    private abandoned: Lease | undefined;
    /** Whether leftovers were looked for since this object was made, or since it last took over. */
    private isTidy = false;
    private readonly rights: SharedRights;

    /**
     * @param directory absolute path of the mutex directory
     * @param staleAfter milliseconds
     */
    constructor(
        private readonly directory: string,
        private readonly owner: MutexOwner,
        private readonly staleAfter: number,
        private readonly atFailpoint: AtFailpoint = () => undefined,
    ) {
        this.observer = new StalenessObserver(directory, staleAfter);
        this.rights = new SharedRights(directory);
    }

    /** The mutex of somebody else as it was last seen. */
    get observed(): ObservedMutex | undefined {
        return this.observer.observed;
    }

    /**
     * Takes the mutex.
     * @returns undefined while somebody else has it
     * @throws a system error
     */
    async take(): Promise<Lease | undefined> {
        if (this.abandoned !== undefined) await this.clearAway(this.abandoned);
        const lease = await Lease.take(this.directory, {
            describe: (token) => describeOwner(token, this.owner),
            share: () => this.rights.give(),
            staleAfter: this.staleAfter,
            atFailpoint: this.atFailpoint,
        });
        if (lease !== undefined) this.observer.forget();
        return lease;
    }

    /** Looks at the mutex of somebody else. @throws InTheWay, MutexBusy */
    look(): Promise<MutexState> {
        return this.observer.look();
    }

    /** Takes away a stale mutex. @throws MutexBusy when it cannot be moved: it is open somewhere, not ours to move, … */
    async reclaim(): Promise<void> {
        const restore = this.observer.forget();
        this.isTidy = false;
        try {
            await this.atFailpoint('foundStale');
            await removeMutex(this.directory, this.atFailpoint);
        } catch (error) {
            rethrowUnlessSystemError(error);
            restore();
            throw new MutexBusy(error);
        }
    }

    /**
     * Gives a lease back.
     * @returns whether it was ours to the end; also false when that failed, and then the next `take` tries again
     */
    async giveBack(lease: Lease): Promise<boolean> {
        try {
            const isKept = await lease.giveBack();
            if (isKept && !this.isTidy) {
                await removeOrphans(this.directory);
                this.isTidy = true;
            }
            return isKept;
        } catch (error) {
            // Only the change itself counts, and that has succeeded or failed already.
            rethrowUnlessSystemError(error);
            this.abandoned = lease;
            return false;
        }
    }

    private async clearAway(lease: Lease): Promise<void> {
        try {
            await lease.clearAway();
            this.abandoned = undefined;
        } catch (error) {
            // The share is still away, or a file is open: the next try comes here again.
            rethrowUnlessSystemError(error);
        }
    }
}
