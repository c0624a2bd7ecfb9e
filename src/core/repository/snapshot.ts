import * as path from 'node:path';
import type { Names } from '../base/fileNames';
import type { FolderListing } from './listing';
import { folderOf, foldPath, isRepositoryPath, nameOf, pathIn } from '../base/repositoryPath';
import { sameUser, type Lock, type LockTable } from '../locks/lockTable';

export type FileState = 'available' | 'heldByMe' | 'heldByOthers';

/** One file of the repository as it stands: who has it, and whether it is still there. */
export interface RepositoryFile {
    /** Path inside the repository. */
    readonly path: string;
    /** Absolute path on this computer. */
    readonly diskPath: string;
    readonly state: FileState;
    readonly lock: Lock | undefined;
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

/** Files and locks of a repository at one moment. It never changes. Only folders that were looked at are in it. */
export class Snapshot {
    private readonly missingByFolder: ReadonlyMap<string, readonly string[]>;
    /** Most files share their folder with others, whose path on disk is then known. */
    private readonly diskFolders = new Map<string, string>();

    constructor(
        readonly root: string,
        readonly user: string,
        readonly listings: ReadonlyMap<string, FolderListing>,
        readonly unreadable: ReadonlyMap<string, string>,
        readonly table: LockTable,
    ) {
        const missing = new Map<string, string[]>();
        for (const { key } of table.locks()) {
            if (!this.isMissing(key)) continue;
            const folder = this.nearestFolder(key);
            const keys = missing.get(folder);
            if (keys === undefined) missing.set(folder, [key]);
            else keys.push(key);
        }
        this.missingByFolder = missing;
    }

    /** A file of the repository, found without regard to case; also a missing one that somebody holds. */
    file(repositoryPath: string): RepositoryFile | undefined {
        if (!isRepositoryPath(repositoryPath)) return undefined;
        const located = this.locate(repositoryPath);
        if (located !== undefined) return this.describe(located, false);
        const entry = this.table.find(repositoryPath);
        return entry?.lock === undefined ? undefined : this.describe(entry.key, this.isMissing(entry.key));
    }

    /** The children of a folder, or undefined when it was not looked at. Costs nothing, however many they are. */
    folder(folder: string): RepositoryFolder | undefined {
        const listing = this.listings.get(folder);
        if (listing !== undefined) return { listing, missing: this.missingByFolder.get(folder) ?? [] };
        const unreadable = this.unreadable.get(folder);
        return unreadable === undefined ? undefined : { listing: NOTHING, missing: [], unreadable };
    }

    /** Whether the repository was looked at and has no row to show. */
    isEmpty(): boolean {
        const top = this.listings.get('');
        return top?.files.size === 0 && top.folders.size === 0 && !this.missingByFolder.has('');
    }

    /** Whether somebody holds a file, whatever its spelling. */
    isHeld(repositoryPath: string): boolean {
        return this.table.find(repositoryPath)?.lock !== undefined;
    }

    /** Every file of the folders that were looked at, and every missing one that somebody holds. */
    files(): RepositoryFile[] {
        const files: RepositoryFile[] = [];
        for (const [folder, listing] of this.listings) {
            for (const name of listing.files.keys()) files.push(this.describe(pathIn(folder, name), false));
        }
        for (const keys of this.missingByFolder.values()) {
            for (const key of keys) files.push(this.describe(key, true));
        }
        return files;
    }

    /** Every file that somebody holds, in the order of the locks file. */
    held(): RepositoryFile[] {
        return this.table.locks().map(({ key }) => {
            const located = this.locate(key);
            return this.describe(located ?? key, located === undefined && this.isMissing(key));
        });
    }

    /** The files that the user of this snapshot holds. */
    heldByMe(): RepositoryFile[] {
        return this.held().filter((file) => file.state === 'heldByMe');
    }

    /** The path of a file as it is spelled on disk, or undefined when it is not in a folder that was looked at. */
    locate(repositoryPath: string): string | undefined {
        return this.locateIn(repositoryPath, (listing) => listing.files);
    }

    /** The path of a folder as it is spelled on disk, or undefined when its parent was not looked at or has none such. */
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
        const name = names(listing).has(wanted) ? wanted : spellings(names(listing)).get(foldPath(wanted));
        return name === undefined ? undefined : pathIn(parent, name);
    }

    /** Whether a file is known not to be there; of a folder that nobody looked at, or could look at, nothing is known. */
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

    private describe(repositoryPath: string, missing: boolean): RepositoryFile {
        const lock = this.table.find(repositoryPath)?.lock;
        const state = lock === undefined ? 'available' : sameUser(lock.user, this.user) ? 'heldByMe' : 'heldByOthers';
        return { path: repositoryPath, diskPath: this.diskPath(repositoryPath), state, lock, missing };
    }
}

const spellingsOf = new WeakMap<Names, Names>();

/** Folded name -> name as it is spelled; kept as long as the listing is, since a snapshot asks for every lock. */
function spellings(names: Names): Names {
    let folded = spellingsOf.get(names);
    if (folded === undefined) {
        // The first of two spellings wins, as it does for whoever reads the folder from its beginning.
        folded = new Map([...names.keys()].toReversed().map((name) => [foldPath(name), name]));
        spellingsOf.set(names, folded);
    }
    return folded;
}

/** Names come from a disk: there is nothing in them to resolve, and `path.join` would look for it in each of them. */
function joinDisk(folder: string, name: string): string {
    return folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
}
