import { formatTimestamp } from '../base/time';
import {
    joinMembers,
    LARGEST_BYTES,
    layOut,
    layOutMember,
    OversizedText,
    quote,
    readMembers,
    type JsonMember,
} from '../base/jsonText';
import { foldCase, foldPath, isRepositoryPath } from '../base/repositoryPath';

/** Who holds a file: the fields that we know of an entry of the locks file. */
export interface Lock {
    readonly user: string;
    /** ISO 8601 as another program wrote it, so perhaps unreadable; `''` when there is none. */
    readonly timestamp: string;
    readonly message: string;
    /** The computer from which the file was checked out; older writers do not say. */
    readonly host?: string;
}

/**
 * An entry of the locks file: its key and the JSON text of its value, kept as they were written.
 * `lock` is undefined where the value is not a lock (no user in it).
 */
export interface LockEntry extends JsonMember {
    readonly lock: Lock | undefined;
}

/** An entry as it was read. Its lock is read when it is asked for: most changes look at a few of a thousand. */
class ReadEntry implements LockEntry {
    private known: Lock | undefined;

    constructor(
        readonly key: string,
        readonly source: string,
        private value: unknown,
    ) {}

    get lock(): Lock | undefined {
        if (this.value !== undefined) this.known = readLock(this.value);
        this.value = undefined;
        return this.known;
    }
}

/** Thrown by `parse` when a text is not a locks file. The message is the reason, without a file name. */
export class DamagedTable extends Error {}

/** Whether two user names mean the same person: Windows compares accounts without regard to case. */
export function sameUser(one: string, other: string): boolean {
    return foldCase(one) === foldCase(other);
}

/**
 * All entries of a locks file, in order. It never changes: `with` and `without` give a new one.
 * Files are found without regard to case, and keys stay as they were spelled.
 */
export class LockTable {
    static readonly empty = new LockTable([]);

    private index: ReadonlyMap<string, LockEntry> | undefined;
    private laid: LockTable | undefined;

    private constructor(readonly entries: readonly LockEntry[]) {}

    /**
     * Reads the text of a locks file. Accepts a byte order mark, CRLF and any indentation.
     * @throws DamagedTable when it is empty, not JSON, not an object, or nested absurdly deep
     */
    static parse(text: string): LockTable {
        const json = text.startsWith('\ufeff') ? text.slice(1) : text;
        if (json.trim() === '') throw new DamagedTable('it is empty');
        let value: unknown;
        try {
            value = JSON.parse(json);
        } catch (error) {
            throw new DamagedTable('it is not valid JSON', { cause: error });
        }
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
            throw new DamagedTable('it does not hold an object with one entry for each file');
        }
        const values = value as Record<string, unknown>;
        return new LockTable(membersOf(json).map(({ key, source }) => new ReadEntry(key, source, values[key])));
    }

    /** Whether both hold the same entries in the same order, each as it was written. */
    equals(other: LockTable): boolean {
        return (
            this.entries.length === other.entries.length &&
            this.entries.every(({ key, source }, index) => {
                const entry = other.entries[index];
                return entry?.key === key && entry.source === source;
            })
        );
    }

    /**
     * The text of the locks file: 4 spaces, LF, ASCII only, as Python's `json.dump(indent=4)` writes it.
     * @throws OversizedText
     */
    serialise(): string {
        return joinMembers(this.laidOut().entries);
    }

    /** This table as others read it from `serialise()`: every entry laid out alike, whoever wrote it. @throws OversizedText */
    laidOut(): LockTable {
        let size = 0;
        this.laid ??= new LockTable(
            this.entries.map((entry) => {
                const source = layOutMember(entry.source);
                // At once: deeply nested values can grow to gigabytes by their indentation.
                if ((size += source.length) > LARGEST_BYTES) throw new OversizedText();
                return source === entry.source ? entry : { key: entry.key, source, lock: entry.lock };
            }),
        );
        return this.laid;
    }

    /** The entry for a path inside the repository, whatever its case; undefined when there is none. */
    find(repositoryPath: string): LockEntry | undefined {
        return this.byPath().get(foldPath(repositoryPath));
    }

    /** The entries that are locks on a file of the repository, in order, one for each file. */
    locks(): (LockEntry & { readonly lock: Lock })[] {
        return [...this.byPath().values()].filter(
            (entry): entry is LockEntry & { readonly lock: Lock } =>
                entry.lock !== undefined && isRepositoryPath(entry.key),
        );
    }

    /** This table with new locks at its end. The paths must not have an entry yet. */
    with(added: readonly { readonly path: string; readonly lock: Lock }[]): LockTable {
        if (added.length === 0) return this;
        return new LockTable([
            ...this.entries,
            ...added.map(({ path, lock }) => ({ key: path, source: lockSource(lock), lock })),
        ]);
    }

    /** This table without the locks that `user` has on these paths, however they are spelled. */
    without(paths: readonly string[], user: string): LockTable {
        if (paths.length === 0) return this;
        const removed = new Set(paths.map(foldPath));
        return new LockTable(
            this.entries.filter(
                ({ key, lock }) => lock === undefined || !sameUser(lock.user, user) || !removed.has(foldPath(key)),
            ),
        );
    }

    /** This table with another time in the locks that `user` has on these paths; all else in them stays as it was written. */
    renewed(paths: readonly string[], user: string, timestamp: string): LockTable {
        if (paths.length === 0) return this;
        const renewed = new Set(paths.map(foldPath));
        return new LockTable(
            this.entries.map((entry) => {
                const { key, source, lock } = entry;
                if (lock === undefined || !sameUser(lock.user, user) || !renewed.has(foldPath(key))) return entry;
                return { key, source: withField(source, 'timestamp', timestamp), lock: { ...lock, timestamp } };
            }),
        );
    }

    /**
     * This table with other keys for some of its entries, each in its place and as it was written.
     * @param keys the new key of an entry; undefined for one that goes away
     */
    rekeyed(keys: ReadonlyMap<LockEntry, string | undefined>): LockTable {
        return new LockTable(
            this.entries.flatMap((entry) => {
                if (!keys.has(entry)) return entry;
                const key = keys.get(entry);
                return key === undefined ? [] : { key, source: entry.source, lock: entry.lock };
            }),
        );
    }

    /** This table with another holder in some of its locks; all else in them stays as it was written. */
    heldBy(user: string, entries: ReadonlySet<LockEntry>): LockTable {
        return new LockTable(
            this.entries.map((entry) => {
                const { key, source, lock } = entry;
                if (lock === undefined || !entries.has(entry)) return entry;
                return { key, source: withField(source, 'user', user), lock: { ...lock, user } };
            }),
        );
    }

    private byPath(): ReadonlyMap<string, LockEntry> {
        if (this.index !== undefined) return this.index;
        const index = new Map<string, LockEntry>();
        for (const entry of this.entries) {
            const folded = foldPath(entry.key);
            const other = index.get(folded);
            // Two spellings of one file: the first lock counts, and a lock says more than an entry that is none. One key
            // that is there twice has one value for every reader of JSON: the last.
            if (other?.lock === undefined || other.key === entry.key) index.set(folded, entry);
        }
        return (this.index = index);
    }
}

/** A lock for a file that is being checked out at `now`. */
export function newLock(user: string, host: string, message: string, now: Date): Lock {
    return { user, timestamp: formatTimestamp(now), message, host };
}

function membersOf(json: string): JsonMember[] {
    try {
        return readMembers(json);
    } catch (error) {
        throw error instanceof RangeError ? new DamagedTable(error.message, { cause: error }) : error;
    }
}

function lockSource(lock: Lock): string {
    const fields = [
        `"user": ${quote(lock.user)}`,
        `"timestamp": ${quote(lock.timestamp)}`,
        `"message": ${quote(lock.message)}`,
        ...(lock.host === undefined ? [] : [`"host": ${quote(lock.host)}`]),
    ];
    return layOut(`{${fields.join(',')}}`, 0);
}

function withField(source: string, field: 'user' | 'timestamp', text: string): string {
    const members = readMembers(source);
    const wanted = { key: field, source: quote(text) };
    const hasIt = members.some(({ key }) => key === field);
    const changed = hasIt ? members.map((member) => (member.key === field ? wanted : member)) : [...members, wanted];
    return layOut(`{${changed.map((member) => `${quote(member.key)}: ${member.source}`).join(',')}}`, 0);
}

function readLock(value: unknown): Lock | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const own = (field: string): string | undefined => {
        const text: unknown = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
        return typeof text === 'string' ? text : undefined;
    };
    const user = own('user');
    if (user === undefined || user.trim() === '') return undefined;
    const host = own('host');
    return {
        user,
        timestamp: own('timestamp') ?? '',
        message: own('message') ?? '',
        ...(host === undefined ? {} : { host }),
    };
}
