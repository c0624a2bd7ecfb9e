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
    /** Contents of revisions with more bytes are not kept there. */
    readonly keepsUpTo: number;
    /** A list for each column. `folded` is null where the path is folded already. */
    readonly locks: {
        readonly path: readonly string[];
        readonly folded: readonly (string | null)[];
        readonly holder: readonly string[];
        readonly since: readonly string[];
        readonly message: readonly string[];
        readonly host: readonly string[];
    };
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
        readonly keepsUpTo: number,
    ) {}

    /** @param before the state since which the server told what changed; needed unless that is all */
    static after(told: ToldState, before: ServerState | undefined): ServerState {
        const { id, revision, change, whole, locks, gone, keepsUpTo } = told;
        const isSame = !whole && before !== undefined && locks.path.length === 0 && gone.length === 0;
        if (isSame) return new ServerState(id, revision, change, before.entries, before.table, keepsUpTo);
        const entries = new Map(whole ? [] : before?.entries);
        // One that was released may have been checked out again.
        for (const folded of gone) entries.delete(folded);
        locks.path.forEach((path, index) => {
            const [user, timestamp] = [locks.holder[index]!, locks.since[index]!];
            const [message, host] = [locks.message[index]!, locks.host[index]!];
            const lock = host === '' ? { user, timestamp, message } : { user, timestamp, message, host };
            entries.set(locks.folded[index] ?? path, new ToldEntry(path, lock));
        });
        return new ServerState(id, revision, change, entries, LockTable.of([...entries.values()]), keepsUpTo);
    }

    get mark(): string {
        return markOf(this.revision, this.change);
    }
}

/** Two states of one repository with the same mark are the same, also after a server lost the newest changes. */
export function markOf(revision: number, change: string | null): string {
    return `${revision} ${change ?? ''}`;
}
