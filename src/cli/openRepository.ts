import * as os from 'node:os';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { FileLockStore } from '../core/locks/fileLockStore';
import { LocksFile } from '../core/locks/locksFile';
import { claimOf } from '../core/repository/claimPlace';
import { rootOfArgument } from '../core/repository/fileArgument';
import { defaultExtensions, locateRepository } from '../core/repository/locateRepository';
import { Repository } from '../core/repository/repository';
import { UsageError, type Work } from './invocation';
import { type Streams, writeLine } from './output';

/**
 * Opens the repository that a command is meant for. Nothing of it is read yet.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws UsageError, CheckoutError
 */
export async function openRepository(
    work: Work,
    currentFolder: string | undefined,
    { stderr }: Streams,
): Promise<{ readonly repository: Repository; readonly locksFile: string }> {
    // Reading needs no name, and a service account may have none.
    const user = work.user ?? (readers.has(work.command) ? '' : accountName());
    const owner = { user, host: os.hostname() };
    const root = work.root ?? (await rootOfFirst(work, currentFolder)) ?? '.';
    if (currentFolder === undefined && !path.isAbsolute(root)) {
        throw new UsageError('The current folder no longer exists. Give --root as a full path.');
    }
    const extensions = defaultExtensions;
    const location = {
        root: currentFolder === undefined ? root : path.resolve(currentFolder, root),
        repository: work.repository,
        locksFile: work.locks,
        extensions,
    };
    const place = await locateRepository(location);
    const { repository, locksFile } = place;
    const file = new LocksFile(locksFile, { owner, timeout: work.timeout }, (warning) => {
        writeLine(stderr, warning);
    });
    const claim = claimOf(location, place);
    return {
        repository: new Repository(
            {
                root: repository,
                extensions,
                ...owner,
                claim,
                keepsRevisions: work.keepsRevisions,
                keepsRevisionsUpTo: work.revisionsUpTo,
            },
            new FileLockStore(file),
        ),
        locksFile,
    };
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
    { repository, locks, files }: Work,
    currentFolder: string | undefined,
): Promise<string | undefined> {
    const [file] = files;
    if (file === undefined || repository !== undefined || locks !== undefined) return undefined;
    return rootOfArgument(file, currentFolder);
}

function accountName(): string {
    try {
        return os.userInfo().username;
    } catch (error) {
        // Containers and services may have an account without an entry in the user database.
        rethrowUnlessSystemError(error);
        throw new UsageError('This account has no name on this computer. Give one with --user.');
    }
}
