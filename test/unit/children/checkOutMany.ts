/** Takes and gives back many locks, one transaction each, and says which it still holds. */
import { LocksFile } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';

const [file, user, times] = process.argv.slice(2) as [string, string, string];

async function checkOutMany(): Promise<void> {
    const locks = new LocksFile(file, { owner: { user, host: 'PC' }, timeout: 300_000 });
    for (let time = 0; time < Number(times); time++) {
        const added = [{ path: `${user}-${time}.vnc`, lock: newLock(user, 'PC', '', new Date()) }];
        await locks.update(
            (table) => ({ table: table.with(added), result: undefined }),
            (table) => table.find(added[0]!.path) !== undefined,
        );
        console.log(added[0]!.path);
    }
}

void checkOutMany();
