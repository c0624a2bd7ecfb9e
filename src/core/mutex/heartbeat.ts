import { callbackify } from 'node:util';
import * as lockfile from 'proper-lockfile';
import type { Lease } from './lease';

/**
 * Signs of life of a lease, from the timer of proper-lockfile, which also finds out when the mutex was taken away and gives
 * it back when the process ends. The lease is taken already, and given back by its holder: taking and removing a directory
 * by its name, and staleness by the wall clock, are not safe between computers.
 */
export class Heartbeat {
    private readonly started: Promise<() => Promise<void>>;
    private isBeating = false;
    private shown = new Date();

    /** @param staleAfter milliseconds without a sign of life after which others take the mutex away */
    constructor(
        private readonly lease: Lease,
        staleAfter: number,
    ) {
        // One process may have several leases of one mutex, all but one of them lost: each has a name of its own.
        this.started = this.start(lease.draft.path, staleAfter);
    }

    /** Ends it. To be called before the lease is given back. */
    async stop(): Promise<void> {
        const release = await this.started;
        this.isBeating = false;
        await release().catch(() => undefined); // It fails only where it gave the lease up before, because that was lost.
    }

    /** What proper-lockfile takes for the file system. Public for tests. */
    get lockfileFs() {
        return {
            mkdir: (_: string, done: (error: null) => void): void => done(null),
            stat: callbackify((_: string) => this.stat()),
            utimes: callbackify((_: string, __: Date, time: Date) => this.beat(time)),
            rmdir: (_: string, done: (error: null) => void): void => done(null),
            rmdirSync: (): void => this.lease.giveBackAtExit(),
        };
    }

    private async start(name: string, staleAfter: number): Promise<() => Promise<void>> {
        const release = await lockfile.lock(name, {
            realpath: false,
            stale: staleAfter,
            update: staleAfter / 4,
            fs: this.lockfileFs,
            onCompromised: () => this.lease.lose(),
        });
        this.isBeating = true;
        return release;
    }

    private async stat(): Promise<{ mtime: Date }> {
        if (await this.isLost()) throw Object.assign(new Error('The mutex was taken away.'), { code: 'ENOENT' });
        return { mtime: this.shown };
    }

    /**
     * At its start proper-lockfile only asks how exact times are. While it is stopped, nothing may fail: proper-lockfile
     * 4.1.2 would throw where nobody can catch it, and end the process.
     */
    private async isLost(): Promise<boolean> {
        if (!this.isBeating) return false;
        try {
            return !(await this.lease.isOurs()) && this.isBeating;
        } catch (error) {
            if (this.isBeating) throw error;
            return false;
        }
    }

    private async beat(time: Date): Promise<void> {
        if (this.isBeating) await this.lease.showLife(time);
        this.shown = time;
    }
}
