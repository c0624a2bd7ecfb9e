/** Checks its own file out and in for a while, at the word of its parent; tells how long each change took. */
import { LocksFile } from '../../src/core/locksFile';
import { FileLockStore } from '../../src/core/lockStore';
import { newLock } from '../../src/core/lockTable';

const extensions = new Set(['.vnc']);

async function work(locksFile: string, user: string): Promise<void> {
    const store = new FileLockStore(new LocksFile(locksFile, { owner: { user, host: 'PC' }, timeout: 60_000 }));
    const file = `${user}.vnc`;
    const change = async (checksOut: boolean): Promise<void> => {
        const { outcomes } = checksOut
            ? await store.checkOut([{ path: file, present: true }], newLock(user, 'PC', '', new Date()), extensions)
            : await store.checkIn([file], user);
        if (outcomes[0]?.refusal !== undefined) throw new Error(outcomes[0].refusal.message);
    };
    // Warm, before the clock runs.
    for (let round = 0; round < 20; round++) await change(round % 2 === 0);
    process.send!('ready');
    process.once('message', (milliseconds: number) => {
        void measure(change, milliseconds).then((waits) => process.send!(waits, () => process.disconnect()));
    });
}

async function measure(change: (checksOut: boolean) => Promise<void>, milliseconds: number): Promise<number[]> {
    const waits: number[] = [];
    const until = performance.now() + milliseconds;
    for (let round = 0; performance.now() < until; round++) {
        const started = performance.now();
        await change(round % 2 === 0);
        waits.push(performance.now() - started);
    }
    return waits;
}

void work(process.argv[2]!, process.argv[3]!);
