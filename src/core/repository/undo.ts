import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckoutError, describeError, rethrowUnlessSystemError } from '../base/errors';
import { folderOf, foldPath, isRepositoryPath, joinPath } from '../base/repositoryPath';
import { isBehindLink } from '../disk/links';
import type { FileContent } from '../history/historyEvent';
import type { ChangedLocks, LockStore, Place } from '../locks/lockStore';
import type { Lock, LockTable } from '../locks/lockTable';
import type { Outcome } from '../locks/rules';
import type { FileTimes } from '../disk/fileState';
import { leftoversIn, requireAsSeen, StagedContent, type ContentCopy, type Leftover } from '../revisions/stagedContent';
import type { KeptUndone, VersionStore } from '../revisions/versionStore';
import { canBeListed } from './listing';
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
    /** The number of the revision that has that content, where one is put back. */
    readonly restoredFrom?: number;
    /** Why, for the history. */
    readonly message?: string;
    /** Whether they confirmed that a check-out of another computer is theirs. */
    readonly fromOtherComputer?: boolean;
}

/** Where a content is replaced, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly snapshot: Snapshot;
    readonly root: string;
    readonly user: string;
    readonly extensions: ReadonlySet<string>;
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
    surroundings: Surroundings,
): Promise<ChangedLocks> {
    const { path, seen, file, content } = request;
    const { store, snapshot, root, user, versions } = surroundings;
    const carryOut = (place: Place): Promise<ChangedLocks> => {
        const { restoredFrom, message = '', fromOtherComputer = false } = request;
        const contents = content && new Map([[foldPath(path), contentIn(content)]]);
        const terms = { restoredFrom, message, fromOtherComputer, ...(contents && { contents }) };
        const change = { path, seen };
        return ends ? store.undo(change, user, place, terms) : store.replaceContent(change, user, place, terms);
    };
    // The rule refuses other paths; nothing may be staged for them.
    if (!isRepositoryPath(path)) return carryOut(() => Promise.resolve());
    const diskPath = snapshot.diskPath(snapshot.locate(path) ?? path);
    const leftovers = await leftoversBeside(root, diskPath);
    const staged = content && (await StagedContent.stage(ends ? content : asNew(content), root, diskPath, file));
    let kept: KeptUndone | undefined;
    try {
        if (staged !== undefined && file !== undefined) {
            kept = await keep(versions, { root, path }, diskPath, file);
            staged.expect(kept.sha256);
        }
        const changed = await carryOut((lease) => staged?.place(lease) ?? requireAsSeen(root, diskPath, file));
        if (staged?.isPlaced !== true) return changed;
        await removeLeftovers(leftovers, path, changed.table, surroundings);
        return { ...changed, outcomes: changed.outcomes.map(outcomeOfPlaced) };
    } catch (error) {
        throw staged?.isPlaced === true ? afterPlacing(request, ends, error) : error;
    } finally {
        const isDiscarded = staged?.isPlaced === true || staged?.isInDoubt === true;
        if (kept !== undefined && !isDiscarded) await versions.forgetUndone(kept);
        await staged?.remove();
    }
}

/**
 * Restored changes are new ones, with a time of their own. Each editor that once saw them saved would take the file with
 * their old time for what it shows already, which is older, and save that over them.
 */
function asNew({ copy, size, sha256, mode }: ContentCopy): ContentCopy {
    return { copy, size, sha256, ...(mode === undefined ? {} : { mode }) };
}

function contentIn({ size, sha256 }: ContentCopy): FileContent {
    return { size, sha256 };
}

/** What killed processes may have left in the folder of a file; nothing behind a link. */
async function leftoversBeside(root: string, diskPath: string): Promise<readonly Leftover[]> {
    return (await isBehindLink(root, diskPath)) ? [] : leftoversIn(dirname(diskPath));
}

/**
 * Removes what was staged earlier for the file itself, and for files that nobody has checked out: it cannot be put in place
 * any more.
 * @param path of the file that was replaced
 * @param table the locks after that
 */
async function removeLeftovers(
    leftovers: readonly Leftover[],
    path: string,
    table: LockTable,
    { extensions }: Surroundings,
): Promise<void> {
    for (const { name, staged } of leftovers) {
        const of = joinPath(folderOf(path), name);
        const isFree = canBeListed(of, extensions) && table.find(of) === undefined;
        if (isFree || foldPath(of) === foldPath(path))
            await rm(staged, { force: true }).catch(rethrowUnlessSystemError);
    }
}

/** What came of a file that was put back, and whose lock changed before it could be released. */
function outcomeOfPlaced(outcome: Outcome): Outcome {
    const { path, refusal } = outcome;
    if (refusal === undefined) return outcome;
    const now = refusal.holder === undefined ? '' : ` It is now checked out by ${refusal.holder.user}.`;
    const message = `${path} was put back as it was at check-out, but its lock was changed before it could be released.${now}`;
    return { path, refusal: { ...refusal, message } };
}

/** Keeps what is about to be replaced. */
async function keep(
    versions: VersionStore,
    file: { readonly root: string; readonly path: string },
    diskPath: string,
    was: FileTimes,
): Promise<KeptUndone> {
    let why = 'it was changed while you were deciding. Look at it, and decide again';
    try {
        const kept = await versions.keepUndone(file, { diskPath, was }, Date.now());
        if (kept !== undefined) return kept;
    } catch (error) {
        why = `what would be discarded could not be kept: ${describeError(error)}`;
    }
    throw new CheckoutError('fileNotRestored', `${file.path} was not changed, because ${why}.`, diskPath);
}

function afterPlacing({ path, restoredFrom }: ContentRequest, ends: boolean, cause: unknown): unknown {
    if (!(cause instanceof CheckoutError)) return cause;
    const what = restoredFrom === undefined ? 'The discarded changes were' : `Revision ${restoredFrom} was`;
    const text = ends
        ? `${path} was put back as it was at check-out, but may still be checked out. ${cause.message}`
        : `${what} restored to ${path}, but the history may not say so. ${cause.message}`;
    return new CheckoutError(cause.code, text, cause.path, { cause });
}
