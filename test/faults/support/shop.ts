import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';
import { LockTable } from '../../../src/core/locks/lockTable';

/** Alice's lock, with a field that no program of ours writes. */
export const aliceHolds =
    '{\n    "alice.vnc": {\n        "user": "Alice",\n        "timestamp": "2026-11-23T08:15:30+00:00",\n        "message": "",\n        "machine": 1.0\n    }\n}';
/** The same, and Bob's. */
export const bothHold = `${aliceHolds.slice(0, -2)},\n    "bob.vnc": {\n        "user": "Bob",\n        "timestamp": "2026-11-23T08:16:30+00:00",\n        "message": ""\n    }\n}`;

/** A folder with a repository of three files in it. */
export interface Shop {
    readonly folder: string;
    readonly locksFile: string;
}

/** Makes a shop in a folder that is there; without `locks` nobody has checked out anything yet. */
export function openShop(folder: string, locks: string | undefined): Shop {
    mkdirSync(join(folder, 'repo'), { recursive: true });
    for (const name of ['alice.vnc', 'bob.vnc', 'carol.vnc']) writeFileSync(join(folder, 'repo', name), '');
    const shop = shopIn(folder);
    if (locks !== undefined) writeFileSync(shop.locksFile, locks);
    return shop;
}

/** The shop that is in a folder already. */
export function shopIn(folder: string): Shop {
    return { folder, locksFile: join(folder, 'locks.json') };
}

/** Leaves what a program leaves that dies in the middle of a change. */
export function leaveMutex({ locksFile }: Shop): void {
    const mutex = `${locksFile}.lock`;
    mkdirSync(mutex);
    writeFileSync(join(mutex, 'owner'), '{"token":"dead","user":"Zoe","host":"CAM-9","pid":1}');
    writeFileSync(join(mutex, 'locks.json.7d444840-9dc0-41d1-b245-5ffdce74fad2.tmp'), '{');
}

/** The text of the locks file, or undefined where there is none. */
export function locksOf({ locksFile }: Shop): string | undefined {
    try {
        return readFileSync(locksFile, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
    }
}

/** Who holds what, as the locks file has it now. */
export function holders(shop: Shop): Record<string, string | undefined> {
    const text = locksOf(shop);
    const { entries } = text === undefined ? LockTable.empty : LockTable.parse(text);
    return Object.fromEntries(entries.map(({ key, lock }) => [key, lock?.user]));
}

/** What is in the shop beside its repository. */
export function namesIn({ folder }: Shop): string[] {
    return readdirSync(folder)
        .filter((name) => name !== 'repo')
        .sort();
}

/** Checks a file out for Carol, taking over in the shortest time that is allowed what a dead program left behind. */
export async function checkOutForCarol({ locksFile }: Shop, timeout = 60_000): Promise<void> {
    const owner = { user: 'Carol', host: 'CAM-3' };
    const locks = new LocksFile(locksFile, { owner, timeout, staleAfter: 2000 });
    const added = [{ path: 'carol.vnc', lock: newLock(owner.user, owner.host, '', new Date()) }];
    await locks.update(
        (table) => ({ table: table.with(added), result: undefined }),
        (table) => table.find('carol.vnc')?.lock?.user === owner.user,
    );
}
