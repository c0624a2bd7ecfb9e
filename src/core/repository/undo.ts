import { dirname } from 'node:path';
import { CheckoutError, rethrowUnlessSystemError } from '../base/errors';
import { folderOf, foldPath, isRepositoryPath, joinPath } from '../base/repositoryPath';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { removeFile } from '../disk/moveFile';
import { StagingFolder } from '../disk/stagingFolder';
import type { FileContent } from '../history/historyEvent';
import type { ChangedLocks, PlacingLease } from '../locks/lockStore';
import type { Lock } from '../locks/lockEntry';
import type { LockTable } from '../locks/lockTable';
import { notReplaced, type Refusal } from '../locks/refusal';
import type { Outcome } from '../locks/rules';
import type { FileTimes } from '../disk/fileState';
import { leftoversIn, requireAsSeen, StagedContent, type ContentCopy, type Leftover } from '../revisions/stagedContent';
import type { KeptUndone, VersionStore } from '../revisions/versionStore';
import { canBeListed } from './listing';
import type { Surroundings } from './surroundings';

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
    /** Whether that is the latest, which had not arrived at this site. */
    readonly isFetched?: boolean;
    /** Why, for the history. */
    readonly message?: string;
    /** Whether they confirmed that a check-out of another computer is theirs. */
    readonly fromOtherComputer?: boolean;
}

interface Replacement extends Surroundings {
    /** Where what is replaced is kept first. */
    readonly versions: VersionStore;
}

/** A file of a transaction, and what was prepared for it. */
interface Replacing {
    readonly request: ContentRequest;
    readonly diskPath: string;
    readonly leftovers: readonly Leftover[];
    readonly staged: StagedContent | undefined;
    /** What is to be discarded, where that was kept. */
    readonly kept: KeptUndone | undefined;
}

/**
 * Replaces what is in files that the user has, as one transaction: stage the contents on the disk of the files, keep what is
 * replaced, take the mutex, make sure that locks and files are those that the person was shown, rename, record, release.
 * @param ends whether the check-outs end with it: an undo; else discarded changes are restored
 * @returns the locks, and an outcome for each request, in order
 * @throws CheckoutError; unless its sentence says otherwise, the files and their locks are as they were. For one file also
 * when it alone cannot be replaced; of several files, that is a refusal
 */
export async function replaceContents(
    requests: readonly ContentRequest[],
    ends: boolean,
    surroundings: Replacement,
): Promise<ChangedLocks> {
    const { store, user, versions } = surroundings;
    await StagingFolder.removeAbandoned(store.staging);
    const isStaging = requests.some(({ path, content }) => isRepositoryPath(path) && content !== undefined);
    const folder = isStaging ? await stagingFolder(store.staging) : undefined;
    const replacing = new Map<string, Replacing>();
    const failures = new Map<string, Refusal>();
    try {
        for (const request of requests) {
            // The rule refuses other paths; nothing may be staged for them.
            if (!isRepositoryPath(request.path) || replacing.has(foldPath(request.path))) continue;
            try {
                replacing.set(foldPath(request.path), await prepare(request, ends, folder, surroundings));
            } catch (error) {
                if (requests.length === 1 || !(error instanceof CheckoutError)) throw error;
                failures.set(foldPath(request.path), notReplaced(error));
            }
        }
        const place = async (lease: PlacingLease, path: string): Promise<void> => {
            const { staged, diskPath, request } = replacing.get(foldPath(path))!;
            await (staged?.place(lease) ?? requireAsSeen(surroundings.root, diskPath, request.file));
        };
        const ready = requests.filter(({ path }) => !failures.has(foldPath(path)));
        const { restoredFrom, isFetched, message = '' } = requests[0] ?? {};
        const terms = { contents: contentsOf(ready), restoredFrom, isFetched, message };
        const changed = ends
            ? await store.undo(ready, user, place, terms)
            : await store.replaceContents(ready, user, place, terms);
        const outcomes = changed.outcomes.map((outcome) => outcomeOf(outcome, replacing));
        for (const each of replacing.values()) await removeLeftovers(each, changed.table, surroundings);
        return { ...changed, outcomes: inOrder(requests, outcomes, failures) };
    } catch (error) {
        const placed = [...replacing.values()].filter(({ staged }) => staged?.isPlaced === true);
        const done = placed.map(({ request }) => request);
        throw done.length > 0 ? afterPlacing(done, ends, error) : error;
    } finally {
        for (const { staged, kept } of replacing.values()) {
            const isDiscarded = staged?.isPlaced === true || staged?.isInDoubt === true;
            if (kept !== undefined && !isDiscarded) await versions.forgetUndone(kept);
            await staged?.remove();
        }
        await folder?.remove();
    }
}

/** @throws CheckoutError, and then nothing was changed */
async function stagingFolder(stem: string): Promise<StagingFolder> {
    try {
        return await StagingFolder.create(stem);
    } catch (error) {
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(error, 'write');
        const message = `Nothing was changed, because the folder of ${stem} cannot be written to: ${reason}. ${advice}`;
        throw new CheckoutError('fileNotRestored', message, dirname(stem), { cause: error });
    }
}

/** Stages what is to be in a file, and keeps what is replaced. @throws CheckoutError `fileNotRestored` */
async function prepare(
    request: ContentRequest,
    ends: boolean,
    folder: StagingFolder | undefined,
    { snapshot, root, versions }: Replacement,
): Promise<Replacing> {
    const { path, file, content } = request;
    const diskPath = snapshot.diskPath(snapshot.locate(path) ?? path);
    const leftovers = await leftoversBeside(root, diskPath);
    const known = { request, diskPath, leftovers };
    if (content === undefined || folder === undefined) return { ...known, staged: undefined, kept: undefined };
    const staged = await StagedContent.stage(ends ? content : asNew(content), root, diskPath, file, folder);
    if (file === undefined) return { ...known, staged, kept: undefined };
    try {
        const kept = await keep(versions, { root, path }, diskPath, file);
        staged.expect(kept.sha256);
        return { ...known, staged, kept };
    } catch (error) {
        await staged.remove();
        throw error;
    }
}

function contentsOf(requests: readonly ContentRequest[]): ReadonlyMap<string, FileContent> {
    return new Map(
        requests.flatMap(({ path, content }) =>
            content === undefined ? [] : [[foldPath(path), contentIn(content)] as const],
        ),
    );
}

/** The outcomes of all requests, also of those that could not be prepared. */
function inOrder(
    requests: readonly ContentRequest[],
    outcomes: readonly Outcome[],
    failures: ReadonlyMap<string, Refusal>,
): Outcome[] {
    const rest = [...outcomes];
    return requests.map(({ path }) => {
        const refusal = failures.get(foldPath(path));
        return refusal === undefined ? rest.shift()! : { path, refusal };
    });
}

/**
 * Restored changes are new ones, with a time of their own. Each editor that once saw them saved would take the file with
 * their old time for what it shows already, which is older, and save that over them.
 */
function asNew({ mtimeMs: _old, ...content }: ContentCopy): ContentCopy {
    return content;
}

function contentIn({ size, sha256 }: ContentCopy): FileContent {
    return { size, sha256 };
}

/** What killed processes may have left in the folder of a file; nothing behind a link. */
async function leftoversBeside(root: string, diskPath: string): Promise<readonly Leftover[]> {
    return (await isBehindLink(root, diskPath)) ? [] : leftoversIn(dirname(diskPath));
}

/**
 * Removes what was staged earlier beside a file that was replaced, for itself and for files that nobody has checked out: it
 * cannot be put in place any more.
 * @param table the locks after that
 */
async function removeLeftovers(
    { request: { path }, leftovers, staged: placed }: Replacing,
    table: LockTable,
    { extensions }: Replacement,
): Promise<void> {
    if (placed?.isPlaced !== true) return;
    for (const { name, staged } of leftovers) {
        const of = joinPath(folderOf(path), name);
        const isFree = canBeListed(of, extensions) && table.find(of) === undefined;
        if (isFree || foldPath(of) === foldPath(path)) await removeFile(staged).catch(rethrowUnlessSystemError);
    }
}

/** What came of a file that may have been put back, and whose lock may have changed before it could be released. */
function outcomeOf(outcome: Outcome, replacing: ReadonlyMap<string, Replacing>): Outcome {
    const { path, refusal } = outcome;
    const isPlaced = replacing.get(foldPath(path))?.staged?.isPlaced === true;
    if (refusal === undefined || !isPlaced) return outcome;
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
        why = `what would be discarded could not be kept: ${explainIoError(error, 'write').reason}`;
    }
    throw new CheckoutError('fileNotRestored', `${file.path} was not changed, because ${why}.`, diskPath);
}

function afterPlacing(placed: readonly ContentRequest[], ends: boolean, cause: unknown): unknown {
    if (!(cause instanceof CheckoutError)) return cause;
    const paths = placed.map(({ path }) => path);
    const { restoredFrom } = placed[0]!;
    const what = restoredFrom === undefined ? 'The discarded changes were' : `Revision ${restoredFrom} was`;
    const [were, they] = paths.length === 1 ? ['was', 'it was'] : ['were', 'they were'];
    const names = paths.join(', ');
    const text = ends
        ? `${names} ${were} put back as ${they} at check-out, but may still be checked out. ${cause.message}`
        : `${what} restored to ${names}, but the history may not say so. ${cause.message}`;
    return new CheckoutError(cause.code, text, cause.path, { cause });
}
