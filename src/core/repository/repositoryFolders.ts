import { explainIoError } from '../disk/ioErrors';
import { CheckoutError, systemCode } from '../base/errors';
import {
    describeUnreadable,
    type FolderListing,
    listFolder,
    type Listing,
    type ListingOptions,
    listRepository,
} from './listing';
import { isBehindLink, isFileInPlace } from '../disk/links';
import { MountGuard } from './mountGuard';
import { folderOf, nameOf } from '../base/repositoryPath';
import type { Snapshot } from './snapshot';

/** What is known of the folders of a repository: the listing of each that was looked at, or why there is none. */
export interface KnownFolders {
    readonly folders: Map<string, FolderListing>;
    readonly unreadable: Map<string, string>;
}

/** How many names a directory read returns in the time that a look at one file takes. */
const ENTRIES_PER_LOOK = 100;

/** A copy of what a snapshot knows of its folders. */
export function foldersOf({ listings, unreadable }: Snapshot): KnownFolders {
    return { folders: new Map(listings), unreadable: new Map(unreadable) };
}

/**
 * Reads the folders of one repository. Every method throws a CheckoutError, `repositoryMissing` or `repositoryUnreachable`,
 * when the repository itself cannot be read.
 */
export class RepositoryFolders {
    private readonly mounted: MountGuard;

    /**
     * @param root absolute path
     * @param extensions lower case, with the dot
     */
    constructor(
        private readonly root: string,
        private readonly extensions: ReadonlySet<string>,
    ) {
        this.mounted = new MountGuard(root);
    }

    /** Lists the repository with its subfolders. @param before what is known of it */
    async list(before: Snapshot, options: ListingOptions): Promise<Listing> {
        try {
            const listing = await listRepository(this.root, this.extensions, { known: before.listings, ...options });
            // Listings of before say nothing about the folder that is there now.
            if (options.trustsKnown) await this.require(before);
            else await this.mounted.requireMounted(listing.folders.get('')!);
            return listing;
        } catch (error) {
            throw this.explain(error);
        }
    }

    /** Lists again every folder that was looked at. A folder that is gone takes its children along. */
    async relist(before: Snapshot): Promise<KnownFolders> {
        const { listings, unreadable } = before;
        const { folders, ...rest } = await this.list(before, {
            goesInto: (folder) => listings.has(folder) || unreadable.has(folder),
        });
        return { folders: new Map(folders), unreadable: new Map(rest.unreadable) };
    }

    /** Lists one folder, also one that was listed before. A link that took its place is not followed. */
    async look(before: Snapshot, folder: string): Promise<KnownFolders> {
        if (folder === '' || !(await isBehindLink(this.root, before.diskPath(folder)))) return this.add(before, folder);
        const { folders, unreadable } = foldersOf(before);
        folders.delete(folder);
        unreadable.set(folder, `The folder ${nameOf(folder)} is a link now, and links are not followed.`);
        return { folders, unreadable };
    }

    /** Lists one folder that is known not to be a link. A folder in it that is gone takes its children along. */
    async add(before: Snapshot, folder: string): Promise<KnownFolders> {
        const { folders, unreadable } = foldersOf(before);
        unreadable.delete(folder);
        try {
            const listing = await listFolder(before.diskPath(folder), folder, this.extensions, folders.get(folder));
            if (folder === '') await this.mounted.requireMounted(listing);
            if (listing !== folders.get(folder)) removeBelow(folder, listing, folders, unreadable);
            folders.set(folder, listing);
        } catch (error) {
            if (folder === '' || error instanceof CheckoutError) throw this.explain(error);
            await this.require(before); // When the share is gone, every folder is; what was known of them stays.
            folders.delete(folder);
            unreadable.set(folder, describeUnreadable(folder, error));
        }
        return { folders, unreadable };
    }

    /** Makes sure that the repository is there. */
    async require(before: Snapshot): Promise<void> {
        try {
            if (await this.mounted.isAnother()) await this.add(before, '');
        } catch (error) {
            throw this.explain(error);
        }
    }

    /**
     * Whether a file is there as it was, where that can be told sooner than by listing its folder again.
     * @param siblings how many files of the same folder are asked about
     */
    async isStillThere(before: Snapshot, path: string, siblings: number): Promise<boolean> {
        const entries = before.listings.get(folderOf(path))?.files.size ?? 0;
        if (entries < ENTRIES_PER_LOOK * siblings) return false;
        return isFileInPlace(this.root, before.diskPath(path));
    }

    /** What an error means that came while the repository was read. */
    explain(cause: unknown): CheckoutError {
        if (cause instanceof CheckoutError) return cause;
        const code = systemCode(cause);
        if (code === 'ENOENT' || code === 'ENOTDIR') {
            const text = `There is no repository folder ${this.root}. Check the path, and whether the share is connected.`;
            return new CheckoutError('repositoryMissing', text, this.root, { cause });
        }
        const { reason, advice } = explainIoError(cause, 'read');
        const text = `The repository ${this.root} cannot be read, because ${reason}. ${advice}`;
        return new CheckoutError('repositoryUnreachable', text, this.root, { cause });
    }
}

/** Removes what is known of folders below one that it no longer has. */
function removeBelow(folder: string, listing: FolderListing, ...known: readonly Map<string, unknown>[]): void {
    const start = folder === '' ? '' : `${folder}/`;
    for (const one of known) {
        for (const path of one.keys()) {
            const [name = ''] = path.slice(start.length).split('/', 1);
            if (path !== folder && path.startsWith(start) && !listing.folders.has(name)) one.delete(path);
        }
    }
}
