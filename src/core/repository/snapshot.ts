import * as path from 'node:path';
import type { Names } from '../base/fileNames';
import type { FolderListing } from './listing';
import { folderOf, foldPath, isRepositoryPath, nameOf, pathIn } from '../base/repositoryPath';
import { isFromOther, sameUser } from '../locks/holder';
import type { Lock } from '../locks/lockEntry';
import type { LockTable } from '../locks/lockTable';
import { holds } from '../locks/lockEntry';
import { malformedLock } from '../locks/refusal';

export type FileState = 'available' | 'heldByMe' | 'heldByOthers';

/** One file of the repository: who has it, and whether it is still there. */
export interface RepositoryFile {
    /** Path inside the repository. */
    readonly path: string;
    /** Absolute path on this computer. */
    readonly diskPath: string;
    readonly state: FileState;
    readonly lock: Lock | undefined;
    /** Why nobody can tell who holds it, in finished sentences: its entry cannot be read as a lock. Its state is `heldByOthers`. */
    readonly unreadable?: string;
    /** The computer on which the user's name has it, where that is another than this one. Its state is `heldByMe`. */
    readonly otherComputer?: string;
    /** A lock whose file is not in the repository. */
    readonly missing: boolean;
}

/** A folder of the repository. `unreadable` says why its children cannot be known. */
export interface RepositoryFolder {
    /** Its direct children: the same object as long as none of them comes or goes. */
    readonly listing: FolderListing;
    /** Paths of files that somebody holds and that are not there; their own folder may be gone as well. */
    readonly missing: readonly string[];
    readonly unreadable?: string;
}

const NO_NAMES: Names = new Map();
const NOTHING: FolderListing = { files: NO_NAMES, folders: NO_NAMES };

/** The files and locks of a repository at one moment. It never changes. It holds only folders that were listed. */
export class Snapshot {
    private readonly missingByFolder: ReadonlyMap<string, readonly string[]>;
    /** The path on disk of each folder that was asked for: most files share theirs with others. */
    private readonly diskFolders = new Map<string, string>();

    constructor(
        readonly root: string,
        readonly user: string,
        readonly listings: ReadonlyMap<string, FolderListing>,
        readonly unreadable: ReadonlyMap<string, string>,
        readonly table: LockTable,
        private readonly computer?: string,
    ) {
        const missing = new Map<string, string[]>();
        for (const { path: file } of table.held()) {
            if (!this.isMissing(file)) continue;
            const folder = this.nearestFolder(file);
            const files = missing.get(folder);
            if (files === undefined) missing.set(folder, [file]);
            else files.push(file);
        }
        this.missingByFolder = missing;
    }

    /** A file of the repository, found without regard to case; also one that somebody has and that is missing. */
    file(repositoryPath: string): RepositoryFile | undefined {
        if (!isRepositoryPath(repositoryPath)) return undefined;
        const located = this.locate(repositoryPath);
        if (located !== undefined) return this.describe(located, false);
        const entry = this.table.find(repositoryPath);
        return entry === undefined || !holds(entry) ? undefined : this.describe(entry.path, this.isMissing(entry.path));
    }

    /** The children of a folder, or undefined when it was not listed. Costs nothing, however many there are. */
    folder(folder: string): RepositoryFolder | undefined {
        const listing = this.listings.get(folder);
        if (listing !== undefined) return { listing, missing: this.missingByFolder.get(folder) ?? [] };
        const unreadable = this.unreadable.get(folder);
        return unreadable === undefined ? undefined : { listing: NOTHING, missing: [], unreadable };
    }

    /** Whether the repository was listed and has no row to show. */
    isEmpty(): boolean {
        const top = this.listings.get('');
        return (
            top?.files.size === 0 &&
            top.folders.size === 0 &&
            top.unusable === undefined &&
            !this.missingByFolder.has('')
        );
    }

    /** Whether somebody holds a file, whatever its spelling. */
    isHeld(repositoryPath: string): boolean {
        const entry = this.table.find(repositoryPath);
        return entry !== undefined && holds(entry);
    }

    /** Every file of the folders that were listed, and every missing file that somebody holds. */
    files(): RepositoryFile[] {
        const files: RepositoryFile[] = [];
        for (const [folder, listing] of this.listings) {
            const diskFolder = this.diskFolder(folder);
            // Not looked up: that would index 100,000 names.
            for (const [name, onDisk] of listing.files.entries()) {
                files.push(this.describe(pathIn(folder, name), false, joinDisk(diskFolder, onDisk)));
            }
        }
        for (const missing of this.missingByFolder.values()) {
            for (const file of missing) files.push(this.describe(file, true));
        }
        return files;
    }

    /** Every file that somebody holds, in the order of the locks file. */
    held(): RepositoryFile[] {
        return this.table.held().map(({ path: file }) => {
            const located = this.locate(file);
            return this.describe(located ?? file, located === undefined && this.isMissing(file));
        });
    }

    /** The files that the user of this snapshot holds. */
    heldByMe(): RepositoryFile[] {
        return this.held().filter((file) => file.state === 'heldByMe');
    }

    /** The path of a file as it is spelled on disk, or undefined when it is not in a folder that was listed. */
    locate(repositoryPath: string): string | undefined {
        return this.locateIn(repositoryPath, (listing) => listing.files);
    }

    /** Every file that shares its lock with this path, as spelled on disk: names may differ only in case or in Unicode form. */
    locateAll(repositoryPath: string): readonly string[] {
        return this.locateFolders(folderOf(repositoryPath)).flatMap((folder) =>
            alike(this.listings.get(folder)?.files, nameOf(repositoryPath)).map((name) => pathIn(folder, name)),
        );
    }

    private locateFolders(folder: string): readonly string[] {
        if (folder === '') return [''];
        return this.locateFolders(folderOf(folder)).flatMap((parent) =>
            alike(this.listings.get(parent)?.folders, nameOf(folder)).map((name) => pathIn(parent, name)),
        );
    }

    /** The path of a folder as it is spelled on disk, or undefined when its parent was not listed or has no such folder. */
    locateFolder(folder: string): string | undefined {
        return folder === '' ? '' : this.locateIn(folder, (listing) => listing.folders);
    }

    /** Absolute path of a file or folder of the repository, with the names as they are on disk. */
    diskPath(repositoryPath: string): string {
        if (repositoryPath === '') return this.root;
        const [parent, name] = [folderOf(repositoryPath), nameOf(repositoryPath)];
        const listing = this.listings.get(parent);
        return joinDisk(this.diskFolder(parent), listing?.files.get(name) ?? listing?.folders.get(name) ?? name);
    }

    private diskFolder(folder: string): string {
        let diskPath = this.diskFolders.get(folder);
        if (diskPath === undefined) this.diskFolders.set(folder, (diskPath = this.diskPath(folder)));
        return diskPath;
    }

    private locateIn(repositoryPath: string, names: (listing: FolderListing) => Names): string | undefined {
        const parent = this.locateFolder(folderOf(repositoryPath));
        const listing = parent === undefined ? undefined : this.listings.get(parent);
        if (parent === undefined || listing === undefined) return undefined;
        const wanted = nameOf(repositoryPath);
        const name = names(listing).has(wanted) ? wanted : spellings(names(listing)).get(foldPath(wanted))?.[0];
        return name === undefined ? undefined : pathIn(parent, name);
    }

    /** Whether a file is known to be missing. Nothing is known of a folder that was not, or could not be, listed. */
    isMissing(repositoryPath: string): boolean {
        return this.locate(repositoryPath) === undefined && this.listings.has(this.deepestFolder(repositoryPath));
    }

    /** The listed folder in which a file that is not there is shown. */
    nearestFolder(repositoryPath: string): string {
        const folder = this.deepestFolder(repositoryPath);
        return folder === '' || this.listings.has(folder) ? folder : this.nearestFolder(folder);
    }

    private deepestFolder(repositoryPath: string): string {
        const folder = folderOf(repositoryPath);
        return this.locateFolder(folder) ?? this.deepestFolder(folder);
    }

    private describe(
        repositoryPath: string,
        missing: boolean,
        diskPath = this.diskPath(repositoryPath),
    ): RepositoryFile {
        const entry = this.table.find(repositoryPath);
        const lock = entry?.lock;
        const isMine = lock !== undefined && sameUser(lock.user, this.user);
        const state = entry === undefined || !holds(entry) ? 'available' : isMine ? 'heldByMe' : 'heldByOthers';
        const file = { path: repositoryPath, diskPath, state, lock, missing } as const;
        const isUnreadable = entry !== undefined && lock === undefined && state !== 'available';
        if (isUnreadable) return { ...file, unreadable: malformedLock(repositoryPath, entry).message };
        const isElsewhere = isMine && this.computer !== undefined && isFromOther(lock, this.computer);
        return isElsewhere && lock.host !== undefined ? { ...file, otherComputer: lock.host } : file;
    }
}

const spellingsOf = new WeakMap<Names, ReadonlyMap<string, readonly string[]>>();

/** Folded name -> names as they are spelled. Kept with the listing, because a snapshot looks up every lock. */
function spellings(names: Names): ReadonlyMap<string, readonly string[]> {
    let folded = spellingsOf.get(names);
    if (folded === undefined) {
        // Of two spellings the first counts, as for a program that searches the folder from its beginning.
        const made = new Map<string, readonly string[]>();
        for (const name of names.keys()) {
            const before = made.get(foldPath(name));
            made.set(foldPath(name), before === undefined ? [name] : [...before, name]);
        }
        spellingsOf.set(names, (folded = made));
    }
    return folded;
}

/** The names of a folder that have the same folded form as this one. */
function alike(names: Names | undefined, wanted: string): readonly string[] {
    return names === undefined ? [] : (spellings(names).get(foldPath(wanted)) ?? []);
}

/** `path.join` would look for `..` in every name; names from a disk have none. */
function joinDisk(folder: string, name: string): string {
    return folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
}
