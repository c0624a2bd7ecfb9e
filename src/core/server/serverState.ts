import { entryOf, type Lock, type LockEntry } from '../locks/lockEntry';
import { LockTable } from '../locks/lockTable';

/** What the functions `cnc.state`, `cnc.change` and `cnc.pin` tell of the locks. */
export interface ToldState {
    readonly id: string;
    readonly revision: number;
    /** The change that led to this revision; null for none. */
    readonly change: string | null;
    /** Whether it is everything; else what changed since the state that was known. */
    readonly whole: boolean;
    readonly locks: readonly (readonly [
        folded: string,
        path: string,
        user: string,
        timestamp: string,
        message: string,
        host: string,
    ])[];
    /** The folded paths of files that were released. */
    readonly gone: readonly string[];
}

/** A lock of a server as an entry of a table. Its text is made when somebody asks for it: of most, nobody does. */
class ToldEntry implements LockEntry {
    readonly flaw = undefined;
    private text: string | undefined;

    constructor(
        readonly path: string,
        readonly lock: Lock,
    ) {}

    get key(): string {
        return this.path;
    }

    get source(): string {
        return (this.text ??= entryOf(this.path, this.lock).source);
    }
}

/** The locks of a repository on a server, at one revision. It never changes: `after` gives a new one. */
export class ServerState {
    private constructor(
        readonly id: string,
        readonly revision: number,
        readonly change: string | null,
        private readonly entries: ReadonlyMap<string, LockEntry>,
        readonly table: LockTable,
    ) {}

    /** @param before the state since which the server told what changed; needed unless that is all */
    static after(told: ToldState, before: ServerState | undefined): ServerState {
        const { id, revision, change, whole, locks, gone } = told;
        const isSame = !whole && before !== undefined && locks.length === 0 && gone.length === 0;
        if (isSame) return new ServerState(id, revision, change, before.entries, before.table);
        const entries = new Map(whole ? [] : before?.entries);
        // One that was released may have been checked out again.
        for (const folded of gone) entries.delete(folded);
        for (const [folded, path, user, timestamp, message, host] of locks) {
            const lock = host === '' ? { user, timestamp, message } : { user, timestamp, message, host };
            entries.set(folded, new ToldEntry(path, lock));
        }
        return new ServerState(id, revision, change, entries, LockTable.of([...entries.values()]));
    }

    get mark(): string {
        return markOf(this.revision, this.change);
    }
}

/** Two states of one repository with the same mark are the same, also after a server lost the newest changes. */
export function markOf(revision: number, change: string | null): string {
    return `${revision} ${change ?? ''}`;
}
