import { layOut, quote, readMembers, type JsonMember } from '../base/jsonText';
import { extensionOf, readKey } from '../base/repositoryPath';

/** Who holds a file: the fields that we know of an entry of the locks file. */
export interface Lock {
    readonly user: string;
    /** ISO 8601 as another program wrote it, so perhaps unreadable; `''` when there is none. */
    readonly timestamp: string;
    readonly message: string;
    /** The computer from which the file was checked out; older writers do not say. */
    readonly host?: string;
}

/** An entry of the locks file: its key and the JSON text of its value, kept as they were written, and what they mean. */
export interface LockEntry extends JsonMember {
    /** The file that the key names, inside the repository; undefined where it cannot be understood as one. */
    readonly path: string | undefined;
    /** Undefined where the value cannot be read as a lock. */
    readonly lock: Lock | undefined;
    /** Why it cannot be read as one, to be put behind "the entry"; undefined where it can. */
    readonly flaw: string | undefined;
}

/** An entry on a file of the repository. */
export type FileEntry = LockEntry & { readonly path: string };

/** An entry as it was read. What it means is worked out when it is asked for: most changes look at a few of a thousand. */
export class ReadEntry implements LockEntry {
    private file: string | undefined | null = null;
    private meaning: Lock | string | undefined;

    constructor(
        readonly key: string,
        readonly source: string,
        /** The text of the value that every reader of JSON takes for it: of a key that is there twice, the last one. */
        private readonly inForce = source,
    ) {}

    get path(): string | undefined {
        if (this.file === null) this.file = readKey(this.key);
        return this.file;
    }

    get lock(): Lock | undefined {
        const meaning = this.understand();
        return typeof meaning === 'string' ? undefined : meaning;
    }

    get flaw(): string | undefined {
        const meaning = this.understand();
        return typeof meaning === 'string' ? meaning : undefined;
    }

    private understand(): Lock | string {
        return (this.meaning ??= readLock(JSON.parse(this.inForce)));
    }
}

/** An entry of ours. @param path inside the repository */
export function entryOf(path: string, lock: Lock): LockEntry {
    return { key: path, source: lockSource(lock), path, lock, flaw: undefined };
}

/** An entry whose JSON text is laid out otherwise. */
export function withSource(entry: LockEntry, source: string): LockEntry {
    const { key, path, lock, flaw } = entry;
    return { key, source, path, lock, flaw };
}

/** An entry whose lock has another text in one of its fields; all else in it stays as it was written. */
export function withField(entry: LockEntry, lock: Lock, field: 'user' | 'timestamp', text: string): LockEntry {
    // Of a key that is there twice, an earlier value may be anything: the last one counts.
    if (!entry.source.startsWith('{')) return entry;
    const members = readMembers(entry.source);
    const wanted = { key: field, source: quote(text) };
    const hasIt = members.some(({ key }) => key === field);
    const changed = hasIt ? members.map((member) => (member.key === field ? wanted : member)) : [...members, wanted];
    const source = layOut(`{${changed.map((member) => `${quote(member.key)}: ${member.source}`).join(',')}}`, 0);
    return { ...withSource(entry, source), lock: { ...lock, [field]: text } };
}

/**
 * Whether an entry on a file holds it. One that cannot be read as a lock does, because nobody can tell that it is none;
 * except under a name without an extension: that is no CAM file but a note of another program (`_comment`, `version`).
 */
export function holds(entry: LockEntry): entry is FileEntry {
    return entry.path !== undefined && (entry.lock !== undefined || extensionOf(entry.path) !== '');
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

/** The lock in a value, or why there is none. */
function readLock(value: unknown): Lock | string {
    if (value === null) return 'is empty (null)';
    if (Array.isArray(value)) return 'is a list, not a lock';
    if (typeof value === 'boolean') return `is ${value}, not a lock`;
    if (typeof value !== 'object') return `is a ${typeof value === 'number' ? 'number' : 'text'}, not a lock`;
    const field = (name: string): unknown =>
        Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const text = (name: string): string | undefined => {
        const found = field(name);
        return typeof found === 'string' ? found : undefined;
    };
    const user = field('user');
    if (typeof user !== 'string') {
        return user === undefined || user === null ? 'names no holder' : 'has a holder that is not a text';
    }
    if (user.trim() === '') return 'names no holder';
    const host = text('host');
    return {
        user,
        timestamp: text('timestamp') ?? '',
        message: text('message') ?? '',
        ...(host === undefined ? {} : { host }),
    };
}
