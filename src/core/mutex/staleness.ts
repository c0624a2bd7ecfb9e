import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { NOBODY, readOwner, type OwnerRecord } from './ownerFile';

/** Somebody else's mutex as this process has seen it. */
export interface ObservedMutex {
    readonly record: OwnerRecord;
    /** Milliseconds since this process first saw this same mutex, without a sign of life since. */
    readonly unchangedFor: number;
}

/** Something that no program of ours made has the name of the mutex; it may belong to another program, so it stays. */
export class InTheWay extends Error {
    constructor(readonly path: string) {
        super(`${path} is not a folder`);
    }
}

/** Two looks that lie further apart count as this many milliseconds: a computer that slept did not watch anybody. */
const LONGEST_GAP = 1000;

/**
 * Watches the mutex of somebody else. It is stale when *this* process saw the same token and time for long enough on its
 * own monotonic clock (the reasoning is in borgbackup's pull request 10077). No wall clock, here or elsewhere, decides.
 */
export class StalenessObserver {
    private seen: (ObservedMutex & { readonly sign: string; readonly at: number }) | undefined;

    /** @param staleAfter milliseconds */
    constructor(
        private readonly directory: string,
        private readonly staleAfter: number,
    ) {}

    /** The mutex as it was last seen. */
    get observed(): ObservedMutex | undefined {
        return this.seen;
    }

    /** Forgets what was seen: what is there next is another one. @returns what brings it back to mind */
    forget(): () => void {
        const { seen } = this;
        this.seen = undefined;
        return () => (this.seen = seen);
    }

    /**
     * Looks at the mutex.
     * @returns whether it has shown no sign of life for long enough
     * @throws InTheWay, or a system error
     */
    async look(): Promise<boolean> {
        const record = (await readOwner(this.directory, true)) ?? NOBODY;
        const time = record.time ?? (await this.requireFolder()).mtimeNs;
        const sign = `${record.token} ${time}`;
        const at = performance.now();
        const before = this.seen?.sign === sign ? this.seen : { at, unchangedFor: 0 };
        const unchangedFor = before.unchangedFor + Math.min(at - before.at, LONGEST_GAP);
        if (unchangedFor >= LONGEST_GAP) await this.requireFolder();
        this.seen = { sign, record, at, unchangedFor };
        return unchangedFor >= this.staleAfter;
    }

    /** What is behind a link is not ours to take over. */
    private async requireFolder(): Promise<BigIntStats> {
        const stats = await lstat(this.directory, { bigint: true });
        if (!stats.isDirectory()) throw new InTheWay(this.directory);
        return stats;
    }
}
