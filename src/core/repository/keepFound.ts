import { stat } from 'node:fs/promises';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import { sameTimes, type FileState } from '../disk/fileState';
import { explainIoError } from '../disk/ioErrors';
import type { LockStore, Revise, Revised } from '../locks/lockStore';
import type { Reading } from '../revisions/compressedFile';
import { RevisionStaging, type FileToKeep } from './revisionStaging';
import type { SharedRevisions } from './sharedRevisions';

/** Where files are kept, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly revisions: SharedRevisions;
    readonly root: string;
    readonly user: string;
    /** Nothing is kept of a file with more bytes. */
    readonly upTo?: number | undefined;
}

/** A file that is to be kept as it was found. */
export interface FoundFile {
    /** Path inside the repository. */
    readonly path: string;
    /** How it was at that moment; what was saved since is work of its holder, and is kept at the check-in. */
    readonly file?: FileState | undefined;
}

/**
 * Keeps what was found in files, and is in none of their latest revisions.
 * @returns the numbers of the new revisions, by folded paths
 * @throws CheckoutError; an `AbortError`
 */
export async function keepFound(
    files: readonly (FileToKeep & FoundFile)[],
    { store, revisions, root, user, upTo }: Surroundings,
    reading: Reading,
): Promise<ReadonlyMap<string, number>> {
    const doubtful = await doubtfulOf(files, revisions);
    if (doubtful.length === 0) return new Map();
    const staging = await RevisionStaging.prepare(
        doubtful,
        { root, store: revisions.store, index: revisions.index, upTo, contents: store.contents },
        reading,
    );
    try {
        const changed = doubtful.filter(({ path, file }) => {
            // Without a hash, it is too large to keep.
            const sha256 = staging.contents.get(foldPath(path))?.sha256;
            if (sha256 === undefined || (file !== undefined && !staging.isOf(path, file))) return false;
            const known = revisions.index.of(path);
            // What has not arrived at this site yet is still the latest.
            if (revisions.hasSites && known.some((record) => record.sha256 === sha256)) return false;
            return sha256 !== known.at(-1)?.sha256;
        });
        const failed = lostOf(staging);
        if (changed.length === 0 && failed !== undefined) throw failed;
        if (changed.length === 0) return new Map();
        const revise: Revise = async (lease, paths) => {
            const revised = await staging.reviseUnchanged(lease, paths);
            const asFound = ({ revision, keptIn }: Revised): Revised => ({ found: revision, foundIn: keptIn });
            return new Map([...revised].map(([path, one]) => [path, asFound(one)]));
        };
        const requests = changed.map(({ path, lock }) => ({ path, seen: lock }));
        const found = await store.keepFound(requests, user, revise);
        if (failed !== undefined) throw failed;
        return new Map([...found].map(([path, { number }]) => [path, number]));
    } finally {
        await staging.dispose();
    }
}

/** Says which files could not be kept, and why. */
function lostOf({ failures }: RevisionStaging): CheckoutError | undefined {
    const [failure] = failures;
    if (failure === undefined) return undefined;
    const sentences = [...failures].map(([path, cause]) => {
        const { reason, advice } = explainIoError(cause, 'write');
        return `What is in ${path} could not be kept as a revision, because ${reason}. ${advice}`;
    });
    return new CheckoutError('revisionNotKept', sentences.join(' '), failure[0], { cause: failure[1] });
}

/** The files that are not there as they were kept last, as far as size and time tell. */
async function doubtfulOf<T extends FileToKeep & FoundFile>(
    files: readonly T[],
    revisions: SharedRevisions,
): Promise<T[]> {
    const doubtful: T[] = [];
    for (const file of files) {
        try {
            if (file.file !== undefined && !sameTimes(file.file, await stat(file.diskPath))) continue;
            if (!(await looksKept(file, revisions))) doubtful.push(file);
        } catch (error) {
            rethrowUnlessSystemError(error);
            if (systemCode(error) !== 'ENOENT') doubtful.push(file);
        }
    }
    return doubtful;
}

/** Whether a file is a revision already. With one site, its folder tells that at a glance. @throws the system error */
async function looksKept({ path, diskPath }: FileToKeep, revisions: SharedRevisions): Promise<boolean> {
    if (!revisions.hasSites) return revisions.store.looksKept(path, diskPath);
    const { is, older } = await revisions.compare(path, diskPath);
    return is === 'latest' || older !== undefined;
}
