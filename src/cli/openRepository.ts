import * as os from 'node:os';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { FileLockStore } from '../core/locks/fileLockStore';
import { LocksFile } from '../core/locks/locksFile';
import { claimOf } from '../core/repository/claimPlace';
import { rootOfArgument } from '../core/repository/fileArgument';
import {
    defaultExtensions,
    locateRepository,
    type LocatedRepository,
    type RepositoryLocation,
} from '../core/repository/locateRepository';
import { Repository } from '../core/repository/repository';
import { UsageError, type Work } from './invocation';
import { type Streams, writeLine } from './output';

/** Where the files of a repository are, and the file in which check-outs are recorded, or in the place of which they are. */
interface Place {
    readonly place: LocatedRepository;
    readonly location: RepositoryLocation;
    readonly file: LocksFile;
}

/**
 * Opens the repository that a command is meant for. Nothing of it is read yet.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws UsageError, CheckoutError
 */
export async function openRepository(
    work: Work,
    currentFolder: string | undefined,
    streams: Streams,
): Promise<{ readonly repository: Repository; readonly locksFile: string }> {
    // Reading needs no name, and a service account may have none.
    const isNameNeeded = !readers.has(work.command) || work.lockServer !== undefined || work.shown === 'mine';
    const user = work.user ?? (isNameNeeded ? accountName() : '');
    const owner = { user, host: os.hostname() };
    const { place, location, file } = await findPlace(work, currentFolder, owner, streams);
    const { repository: root, locksFile } = place;
    const { extensions } = location;
    const keeping = { keepsRevisions: work.keepsRevisions, keepsRevisionsUpTo: work.revisionsUpTo };
    if (work.lockServer !== undefined) {
        const { openServerStore } = await import('./serverStore.js');
        const store = await openServerStore(work, file, owner.host);
        return {
            repository: new Repository({ root, extensions, ...store.owner, ...keeping }, store),
            locksFile,
        };
    }
    const claim = claimOf(location, place);
    return {
        repository: new Repository({ root, extensions, ...owner, claim, ...keeping }, new FileLockStore(file)),
        locksFile,
    };
}

/** The locks file of a repository, to move what is in it. @throws UsageError, CheckoutError */
export async function openLocksFile(
    work: Work,
    currentFolder: string | undefined,
    streams: Streams,
): Promise<LocksFile> {
    const owner = { user: accountName(), host: os.hostname() };
    return (await findPlace(work, currentFolder, owner, streams)).file;
}

async function findPlace(
    work: Work,
    currentFolder: string | undefined,
    owner: { readonly user: string; readonly host: string },
    { stderr }: Streams,
): Promise<Place> {
    const root = work.root ?? (await rootOfFirst(work, currentFolder)) ?? '.';
    if (currentFolder === undefined && !path.isAbsolute(root)) {
        throw new UsageError('The current folder no longer exists. Give --root as a full path.');
    }
    const location = {
        root: currentFolder === undefined ? root : path.resolve(currentFolder, root),
        repository: work.repository,
        locksFile: work.locks,
        extensions: defaultExtensions,
    };
    const place = await locateRepository(location);
    const file = new LocksFile(place.locksFile, { owner, timeout: work.timeout }, (warning) => {
        writeLine(stderr, warning);
    });
    return { place, location, file };
}

const readers: ReadonlySet<Work['command']> = new Set([
    'list',
    'history',
    'watch',
    'revisions',
    'show',
    'compare',
    'verify',
]);

/** A file that is named by its path on disk tells where its repository is, unless an option does. */
async function rootOfFirst(
    { command, repository, locks, files }: Work,
    currentFolder: string | undefined,
): Promise<string | undefined> {
    const [file] = files;
    if (command === 'server' || file === undefined || repository !== undefined || locks !== undefined) return undefined;
    return rootOfArgument(file, currentFolder);
}

/** The name of the account in which this program runs. @throws UsageError where it has none */
export function accountName(): string {
    try {
        return os.userInfo().username;
    } catch (error) {
        // Containers and services may have an account without an entry in the user database.
        rethrowUnlessSystemError(error);
        throw new UsageError('This account has no name on this computer. Give one with --user.');
    }
}
