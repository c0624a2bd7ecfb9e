/** Adds one lock and stops at a failpoint of it, with its whole process, until it is told to go on; says how it ended. */
import { readSync } from 'node:fs';
import { CheckoutError } from '../../../src/core/base/errors';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';

const [file, user, staleAfter, stopAt] = process.argv.slice(2) as [string, string, string, string];

async function stopAtFailpoint(): Promise<void> {
    let stopped = false;
    const locks = new LocksFile(file, {
        owner: { user, host: 'PC' },
        timeout: 300_000,
        staleAfter: Number(staleAfter),
        atFailpoint: (failpoint) => {
            if (stopped || failpoint !== stopAt) return;
            stopped = true;
            console.log(failpoint);
            readSync(0, Buffer.alloc(1)); // Nothing of this process goes on, no timer either.
        },
    });
    const path = `${user}.vnc`;
    let tries = 0;
    try {
        const { result } = await locks.update(
            (table) => {
                const lock = newLock(user, 'PC', '', new Date(0));
                return { table: table.find(path) ? table : table.with([{ path, lock }]), result: ++tries };
            },
            (table) => table.find(path) !== undefined,
        );
        console.log(`done at try ${result}`);
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        console.log(error.code);
    }
}

void stopAtFailpoint();
