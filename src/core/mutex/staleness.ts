import { lstat } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { NOBODY, readOwner, type OwnerRecord } from './ownerFile';

/** Somebody else's mutex as this process has seen it. */
export interface ObservedMutex {
    readonly record: OwnerRecord;
    /** Milliseconds since this process first saw this same mutex, without a sign of life since. */
    readonly unchangedFor: number;
}

/** `stale`: no sign of life for so long that it may be taken over; `gone`: given back or taken over meanwhile. */
export type MutexState = 'held' | 'stale' | 'gone';

/** The mutex is there and cannot be looked at or moved now; its holder may be giving it back. `cause` is the system error. */
export class MutexBusy extends Error {
    constructor(cause: unknown) {
        super('The mutex cannot be looked at or moved now.', { cause });
    }
}

/** Something that no program of ours made has the name of the mutex. It may belong to another program, so it stays. */
export class InTheWay extends Error {
    constructor(readonly path: string) {
        super(`${path} is not a folder`);
    }
}

/**
 * After how long without a sign of life a mutex is stale. A path that may not be opened is asked for its time, and a client
 * of a file server may answer that from its memory for as long as `staleAfter`.
 * @param staleAfter milliseconds
 */
export function staleTimeMs({ isClosed = false }: OwnerRecord, staleAfter: number): number {
    return isClosed ? 2 * staleAfter : staleAfter;
}

/** Two looks that lie further apart count as this far: a computer that slept did not watch anybody. */
const LONGEST_GAP_MS = 1000;

/**
 * Watches somebody else's mutex. It is stale when *this* process has seen the same token and time for long enough, on its
 * own monotonic clock (borgbackup's pull request 10077 has the reasoning). No wall clock decides.
 */
export class StalenessObserver {
    private seen: (ObservedMutex & { readonly sign: string; readonly at: number }) | undefined;

    /** @param directory the mutex directory @param staleAfter milliseconds */
    constructor(
        private readonly directory: string,
        private readonly staleAfter: number,
    ) {}

    /** The mutex as it was last seen. */
    get observed(): ObservedMutex | undefined {
        return this.seen;
    }

    /** Forgets what was seen: what is there next is another mutex. @returns restores what was seen */
    forget(): () => void {
        const { seen } = this;
        this.seen = undefined;
        return () => (this.seen = seen);
    }

    /** Looks at the mutex. @throws InTheWay, MutexBusy */
    async look(): Promise<MutexState> {
        try {
            return await this.observe();
        } catch (error) {
            rethrowUnlessSystemError(error);
            if (systemCode(error) === 'ENOENT') return 'gone';
            // Its holder may remove the owner file while we read it; every file system has its own error for that.
            throw new MutexBusy(error);
        }
    }

    private async observe(): Promise<MutexState> {
        const record = (await readOwner(this.directory, true)) ?? NOBODY;
        const time = record.time ?? (await this.folderTime());
        const sign = `${record.token} ${time}`;
        const at = performance.now();
        const before = this.seen?.sign === sign ? this.seen : { at, unchangedFor: 0 };
        const unchangedFor = before.unchangedFor + Math.min(at - before.at, LONGEST_GAP_MS);
        if (unchangedFor >= LONGEST_GAP_MS) await this.folderTime();
        this.seen = { sign, record, at, unchangedFor };
        return unchangedFor >= staleTimeMs(record, this.staleAfter) ? 'stale' : 'held';
    }

    /** @throws InTheWay, also for a link: what it leads to is not ours to take over */
    private async folderTime(): Promise<bigint> {
        const stats = await lstat(this.directory, { bigint: true });
        if (!stats.isDirectory()) throw new InTheWay(this.directory);
        return stats.mtimeNs;
    }
}
