import * as path from 'node:path';
import { FileLockStore } from '../../../../src/core/locks/fileLockStore';
import { LocksFile } from '../../../../src/core/locks/locksFile';
import type { ChangedLocks, ChangeTerms, LockStore } from '../../../../src/core/locks/lockStore';
import { newLock } from '../../../../src/core/locks/holder';
import type { Lock } from '../../../../src/core/locks/lockEntry';
import type { Outcome } from '../../../../src/core/locks/rules';
import type { LockServer } from '../../support/lockServer';

/** One of the people of a shop, at a computer of their own. */
export type Person = 'alice' | 'bob' | 'carol';

/** Opens the locks of the test's shop for one of its people. */
export type OpenStore = (user: Person) => LockStore;

/** A shop with its locks in a file. */
export function fileShop(folder: () => string, name = 'locks.json'): OpenStore {
    return (user) =>
        new FileLockStore(new LocksFile(path.join(folder(), name), { owner: { user, host: 'PC' }, timeout: 600_000 }));
}

/** A shop with its locks on a server. */
export function serverShop(server: () => LockServer, folder: () => string): OpenStore {
    let repository = '';
    beforeEach(async () => void (repository = await server().makeRepository()));
    return (user) => server().open(repository, user, { staging: path.join(folder(), 'locks.json') });
}

export const extensions = new Set(['.mcam', '.vnc']);

/** Checks files out that are there. */
export function checkOut(
    store: LockStore,
    user: Person,
    paths: readonly string[],
    message = 'Feed',
    terms: ChangeTerms = {},
): Promise<ChangedLocks> {
    const requests = paths.map((file) => ({ path: file, present: true }));
    return store.checkOut(requests, newLock(user, 'PC', message, new Date()), extensions, terms);
}

/** Takes a file over from the holder that the locks have now. */
export async function takeOver(store: LockStore, user: Person, file: string): Promise<ChangedLocks> {
    const seen = await lockOf(store, file);
    return store.takeOver([{ path: file, seen: seen! }], newLock(user, 'PC', 'Urgent', new Date()));
}

/** The lock of a file now. */
export async function lockOf(store: LockStore, file: string): Promise<Lock | undefined> {
    return (await store.list()).table.find(file)?.lock;
}

/** Who holds which file. */
export async function holders(store: LockStore): Promise<Record<string, string>> {
    const { table } = await store.list();
    return Object.fromEntries(table.locks().map(({ path: file, lock }) => [file, lock.user]));
}

/** What came of each file: `done`, or the code of its refusal. */
export function codes({ outcomes }: { readonly outcomes: readonly Outcome[] }): string[] {
    return outcomes.map(({ refusal }) => refusal?.code ?? 'done');
}

/** What the history says, the newest first: who did what to which file. */
export async function told(store: LockStore, file?: string): Promise<string[]> {
    const { events } = await store.history({ file });
    return events.map(({ user, action, file: which }) => `${user} ${action} ${which}`);
}
