import { CheckoutError, describeError } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import type { ChangedLocks, LockStore, Place } from '../locks/lockStore';
import type { Lock } from '../locks/lockTable';
import type { FileTimes } from '../revisions/contentStore';
import { requireAsSeen, StagedContent, type ContentCopy } from '../revisions/stagedContent';
import type { VersionStore } from '../revisions/versionStore';
import type { Snapshot } from './snapshot';

/** A file whose content a person agreed to replace, as they were shown it. */
export interface ContentRequest {
    /** Path inside the repository. */
    readonly path: string;
    /** The lock under which they have it. */
    readonly seen: Lock;
    /** How the file was; undefined when it was not there. */
    readonly file: FileTimes | undefined;
    /** What is to be in it; undefined where it is to stay as it is. */
    readonly content: ContentCopy | undefined;
}

/** Where a content is replaced, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly snapshot: Snapshot;
    readonly root: string;
    readonly user: string;
    /** Where what is replaced is kept first. */
    readonly versions: VersionStore;
}

/**
 * Replaces what is in a file that the user has, as one transaction: stage the content beside the file, keep what is
 * replaced, take the mutex, make sure that lock and file are those that the person was shown, rename, record, release.
 * @param ends whether the check-out ends with it: an undo; else discarded changes are restored
 * @throws CheckoutError; unless its sentence says otherwise, the file and its lock are as they were
 */
export async function replaceContent(
    request: ContentRequest,
    ends: boolean,
    { store, snapshot, root, user, versions }: Surroundings,
): Promise<ChangedLocks> {
    const { path, seen, file, content } = request;
    const diskPath = snapshot.diskPath(path);
    const staged = content && (await StagedContent.stage(content, root, diskPath, file));
    let kept: string | undefined;
    try {
        if (staged !== undefined && file !== undefined) kept = await keep(versions, { root, path }, diskPath, file);
        const place: Place = (lease) => staged?.place(lease) ?? requireAsSeen(root, diskPath, file);
        const after = content && { size: content.size, sha256: content.sha256 };
        const terms = after === undefined ? {} : { contents: new Map([[foldPath(path), after]]) };
        return await (ends
            ? store.undo({ path, seen }, user, place, terms)
            : store.replaceContent({ path, seen }, user, place, terms));
    } catch (error) {
        throw staged?.isPlaced === true ? afterPlacing(path, ends, error) : error;
    } finally {
        if (kept !== undefined && staged?.isPlaced !== true) await versions.forgetUndone(kept);
        await staged?.remove();
    }
}

/** Keeps what is about to be replaced. @returns its record */
async function keep(
    versions: VersionStore,
    file: { readonly root: string; readonly path: string },
    diskPath: string,
    was: FileTimes,
): Promise<string> {
    let why = 'it was changed while you were deciding';
    try {
        const kept = await versions.keepUndone(file, { diskPath, was }, Date.now());
        if (kept !== undefined) return kept;
    } catch (error) {
        why = describeError(error);
    }
    const text = `${file.path} was not changed, because what would be discarded could not be kept: ${why}.`;
    throw new CheckoutError('fileNotRestored', text, diskPath);
}

function afterPlacing(path: string, ends: boolean, cause: unknown): unknown {
    if (!(cause instanceof CheckoutError)) return cause;
    const text = ends
        ? `${path} was put back as it was at check-out, but may still be checked out. ${cause.message}`
        : `The discarded changes were restored to ${path}, but the history may not say so. ${cause.message}`;
    return new CheckoutError(cause.code, text, cause.path, { cause });
}
