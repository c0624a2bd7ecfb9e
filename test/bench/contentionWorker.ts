/** Checks its own file out and in for a while, whenever its parent says so; tells how long each change took. */
import { LocksFile } from '../../src/core/locks/locksFile';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { newLock } from '../../src/core/locks/holder';

const WARM_UP = 600;
const extensions = new Set(['.vnc']);

async function work(locksFile: string, user: string): Promise<void> {
    const storeOf = (file: string): FileLockStore =>
        new FileLockStore(new LocksFile(file, { owner: { user, host: 'PC' }, timeout: 60_000 }));
    const file = `${user}.vnc`;
    const change = async (store: FileLockStore, checksOut: boolean): Promise<void> => {
        const { outcomes } = checksOut
            ? await store.checkOut([{ path: file, present: true }], newLock(user, 'PC', '', new Date()), extensions)
            : await store.checkIn([file], user);
        if (outcomes[0]?.refusal !== undefined) throw new Error(outcomes[0].refusal.message);
    };
    // Warm, before the clock runs, and alone: it is the waiting that is measured.
    const own = storeOf(`${locksFile}.${user}`);
    for (let round = 0; round < WARM_UP; round++) await change(own, round % 2 === 0);
    const shared = storeOf(locksFile);
    process.send!('ready');
    process.on('message', (milliseconds: number) => {
        void measure((checksOut) => change(shared, checksOut), milliseconds).then((waits) => process.send!(waits));
    });
}

async function measure(change: (checksOut: boolean) => Promise<void>, milliseconds: number): Promise<number[]> {
    const waits: number[] = [];
    const until = performance.now() + milliseconds;
    for (let round = 0; round % 2 === 1 || performance.now() < until; round++) {
        const started = performance.now();
        await change(round % 2 === 0);
        waits.push(performance.now() - started);
    }
    return waits;
}

void work(process.argv[2]!, process.argv[3]!);
