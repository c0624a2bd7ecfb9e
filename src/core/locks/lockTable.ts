import { describeSlip } from '../base/jsonSlip';
import {
    DeepText,
    joinMembers,
    LARGEST_BYTES,
    layOutMember,
    OversizedText,
    parseJson,
    readLaidOut,
    readMembers,
} from '../base/jsonText';
import { foldKey, foldPath, readKey } from '../base/repositoryPath';
import {
    entryOf,
    holds,
    ReadEntry,
    withSource,
    withField,
    type FileEntry,
    type Lock,
    type LockEntry,
} from './lockEntry';
import { DamagedTable, MovedLocks, readMarker } from './damagedTable';
import { sameUser } from './holder';

/** The entries of a table by their folded files. */
interface TableIndex {
    readonly inForce: ReadonlyMap<string, FileEntry>;
    /** All entries of the few files that have several. */
    readonly doubled: ReadonlyMap<string, readonly FileEntry[]>;
    readonly withoutFile: readonly LockEntry[];
}

/**
 * All entries of a locks file, in order. It never changes: `with` and `without` give a new one.
 * A file is found under every key that a person would read as its path (see `readKey`), without regard to case, and keys stay
 * as they were spelled.
 *
 * Of several entries on one file one is in force: the first that is a lock, else the first. A key that is there twice has one
 * value for every reader of JSON, the last. The others come into force when those before them go.
 */
export class LockTable {
    static readonly empty = new LockTable([]);

    private index: TableIndex | undefined;
    private laid: LockTable | undefined;

    private constructor(readonly entries: readonly LockEntry[]) {}

    /**
     * Reads the text of a locks file. Accepts a byte order mark, CRLF and any indentation.
     * @throws MovedLocks when it says that they are elsewhere; DamagedTable when it is empty, not JSON, not an object, or nested absurdly deep
     */
    static parse(text: string): LockTable {
        const laidOut = readLaidOut(text);
        if (laidOut !== undefined) return new LockTable(laidOut.map(({ key, source }) => new ReadEntry(key, source)));
        const json = text.startsWith('\ufeff') ? text.slice(1) : text;
        if (json.trim() === '') throw new DamagedTable('it is empty');
        let value: unknown;
        try {
            value = parseJson(json);
        } catch (error) {
            if (error instanceof DeepText) throw new DamagedTable(error.message, { cause: error });
            throw new DamagedTable(`it is not valid JSON${describeSlip(json)}`, { cause: error });
        }
        const moved = readMarker(value);
        if (moved !== undefined) throw new MovedLocks(moved);
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
            throw new DamagedTable('it does not hold an object with one entry for each file');
        }
        const members = readMembers(json);
        const inForce = new Map(members.map(({ key, source }) => [key, source]));
        return new LockTable(members.map(({ key, source }) => new ReadEntry(key, source, inForce.get(key))));
    }

    /** The table of these entries, in their order. */
    static of(entries: readonly LockEntry[]): LockTable {
        return new LockTable(entries);
    }

    /** Whether both hold the same entries in the same order, each as it was written. */
    equals(other: LockTable): boolean {
        return (
            this.entries.length === other.entries.length &&
            this.entries.every((entry, index) => {
                const another = other.entries[index]!;
                return entry === another || (entry.key === another.key && entry.source === another.source);
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

    /** This table as others read it from `serialise()`: every entry laid out alike, by whatever program it was written. @throws OversizedText */
    laidOut(): LockTable {
        let size = 0;
        this.laid ??= new LockTable(
            this.entries.map((entry) => {
                const source = layOutMember(entry.source);
                // At once: deeply nested values can grow to gigabytes by their indentation.
                if ((size += source.length) > LARGEST_BYTES) throw new OversizedText();
                return source === entry.source ? entry : withSource(entry, source);
            }),
        );
        return this.laid;
    }

    /** The entry in force on a file, however it is spelled; undefined when there is none. */
    find(path: string): FileEntry | undefined {
        const file = readKey(path);
        return file === undefined ? undefined : this.byFile().inForce.get(foldPath(file));
    }

    /** The entries in force on files, in order, one for each file: its lock, or what cannot be read as one and holds it too. */
    held(): FileEntry[] {
        return [...this.byFile().inForce.values()].filter(holds);
    }

    /** The entries in force that are locks, in order, one for each file. */
    locks(): (FileEntry & { readonly lock: Lock })[] {
        return [...this.byFile().inForce.values()].filter(
            (entry): entry is FileEntry & { readonly lock: Lock } => entry.lock !== undefined,
        );
    }

    /** The entries whose keys cannot be understood as files of the repository: nobody can tell what they hold. */
    withoutFile(): readonly LockEntry[] {
        return this.byFile().withoutFile;
    }

    /** The entries on a file beside the one in force, under other keys. */
    beside(entry: FileEntry): readonly FileEntry[] {
        const all = this.byFile().doubled.get(foldPath(entry.path)) ?? [];
        return all.filter(({ key }) => key !== entry.key);
    }

    /** The other values of a key that is there twice. */
    alike(entry: FileEntry): readonly FileEntry[] {
        const all = this.byFile().doubled.get(foldPath(entry.path)) ?? [];
        return all.filter((other) => other !== entry && other.key === entry.key);
    }

    /** All entries that are not in force, because another one on the same file is. */
    notInForce(): readonly FileEntry[] {
        return [...this.byFile().doubled.values()].flatMap(([first]) => this.beside(this.find(first!.path)!));
    }

    /** This table with new locks at its end. The paths must not have an entry yet. */
    with(added: readonly { readonly path: string; readonly lock: Lock }[]): LockTable {
        if (added.length === 0) return this;
        return new LockTable([...this.entries, ...added.map(({ path, lock }) => entryOf(path, lock))]);
    }

    /** This table without the locks that `user` has on these paths, however they are spelled. */
    without(paths: readonly string[], user: string): LockTable {
        return this.changed(paths, (entry) => (isOf(entry, user) ? undefined : entry));
    }

    /** This table with another time in the locks that `user` has on these paths; all else in them stays as it was written. */
    renewed(paths: readonly string[], user: string, timestamp: string): LockTable {
        return this.changed(paths, (entry) => {
            const { lock } = entry;
            if (lock === undefined || !isOf(entry, user)) return entry;
            const last = this.lastOf(entry);
            // Of a key that is there twice, the last value gets the place of the first.
            return last === undefined ? undefined : withField(last, lock, 'timestamp', timestamp);
        });
    }

    /** This table with another lock in the place of those in force on these files, and no other lock on them. */
    replaced(entries: readonly FileEntry[], lock: Lock): LockTable {
        const inForce = new Map(entries.map((entry) => [foldPath(entry.path), entry]));
        return this.changed(
            entries.map(({ path }) => path),
            (entry) => {
                if (entry.lock === undefined) return entry;
                const { key } = inForce.get(foldPath(entry.path))!;
                if (entry.key !== key || this.lastOf(entry) === undefined) return undefined;
                return { ...entryOf(entry.path, lock), key };
            },
        );
    }

    /**
     * This table with other keys for some of its entries, each in its place and as it was written.
     * @param keys the new key of an entry, a path inside the repository; undefined for one that goes away
     */
    rekeyed(keys: ReadonlyMap<LockEntry, string | undefined>): LockTable {
        return new LockTable(
            this.entries.flatMap((entry) => {
                if (!keys.has(entry)) return [entry];
                const key = keys.get(entry);
                return key === undefined ? [] : [{ ...withSource(entry, entry.source), key, path: key }];
            }),
        );
    }

    /** This table with another holder in some of its locks; all else in them stays as it was written. */
    heldBy(user: string, entries: ReadonlySet<LockEntry>): LockTable {
        return new LockTable(
            this.entries.map((entry) => {
                const { lock } = entry;
                return lock === undefined || !entries.has(entry) ? entry : withField(entry, lock, 'user', user);
            }),
        );
    }

    /** This table with each entry on these files changed, or gone where nothing is returned. */
    private changed(paths: readonly string[], change: (entry: FileEntry) => LockEntry | undefined): LockTable {
        if (paths.length === 0) return this;
        const files = new Set(paths.map(foldKey));
        return new LockTable(
            this.entries.flatMap((entry) => {
                if (!isOnFile(entry) || !files.has(foldPath(entry.path))) return [entry];
                const after = change(entry);
                return after === undefined ? [] : [after];
            }),
        );
    }

    /** The last entry with the key of one that is the first with it; undefined for each after that. */
    private lastOf(entry: FileEntry): FileEntry | undefined {
        const all = this.byFile().doubled.get(foldPath(entry.path));
        if (all === undefined) return entry;
        const alike = all.filter(({ key }) => key === entry.key);
        return alike[0] === entry ? alike.at(-1) : undefined;
    }

    private byFile(): TableIndex {
        if (this.index !== undefined) return this.index;
        const inForce = new Map<string, FileEntry>();
        const doubled = new Map<string, FileEntry[]>();
        const withoutFile: LockEntry[] = [];
        for (const entry of this.entries) {
            if (!isOnFile(entry)) {
                withoutFile.push(entry);
                continue;
            }
            const file = foldPath(entry.path);
            const other = inForce.get(file);
            if (other === undefined) {
                inForce.set(file, entry);
                continue;
            }
            const all = doubled.get(file);
            if (all === undefined) doubled.set(file, [other, entry]);
            else all.push(entry);
            const isBetter = other.lock === undefined && entry.lock !== undefined;
            if (isBetter || other.key === entry.key) inForce.set(file, entry);
        }
        return (this.index = { inForce, doubled, withoutFile });
    }
}

function isOnFile(entry: LockEntry): entry is FileEntry {
    return entry.path !== undefined;
}

function isOf({ lock }: LockEntry, user: string): boolean {
    return lock !== undefined && sameUser(lock.user, user);
}
