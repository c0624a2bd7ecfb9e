import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Lease } from '../../../src/core/mutex/lease';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { temporaryFolder } from './temporaryFolder';

/** One program that takes a mutex, watches it and gives it back. */
export interface MutexProgram {
    readonly directory: MutexDirectory;
    readonly take: () => Promise<Lease>;
    readonly untilStale: () => Promise<void>;
}

/** Programs with one mutex in a temporary folder, for the tests of a suite. */
export interface MutexPrograms {
    readonly folder: () => string;
    /** The path of the mutex. */
    readonly at: () => string;
    readonly ownerFile: () => string;
    readonly program: (user: string, staleAfter?: number) => MutexProgram;
    /** Given back after each test. */
    readonly leases: Lease[];
}

/** See `MutexPrograms`; to be called in a suite. */
export function mutexPrograms(): MutexPrograms {
    const leases: Lease[] = [];
    // What a dead program has open is closed with it; this one lives on, and Windows keeps a folder with an open file.
    afterEach(async () => {
        for (const lease of leases.splice(0)) await lease.giveBack().catch(() => undefined);
    });
    const folder = temporaryFolder();
    const at = (): string => path.join(folder(), 'locks.json.lock');
    const program = (user: string, staleAfter = 20): MutexProgram => {
        const directory = new MutexDirectory(at(), { user, host: 'PC' }, staleAfter);
        return {
            directory,
            take: async () => {
                const lease = await directory.take();
                assert.ok(lease !== undefined, `${user} does not get it`);
                leases.push(lease);
                return lease;
            },
            untilStale: async () => {
                while ((await directory.look()) !== 'stale') await setImmediate();
            },
        };
    };
    return { folder, at, ownerFile: () => path.join(at(), 'owner'), program, leases };
}
