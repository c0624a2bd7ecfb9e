import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { extensionOf, folderOf, foldPath, isRepositoryPath, joinPath, nameOf } from '../base/repositoryPath';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { isSame, moveFolderToFreeName, moveToFreeName } from '../disk/moveToFreeName';
import { isWithin, resolveLinks } from '../disk/realPath';
import { movedPath } from '../history/renamedFile';
import type { ChangedLocks, LockStore } from '../locks/lockStore';
import type { FileEntry } from '../locks/lockEntry';
import type { LockTable } from '../locks/lockTable';
import { extensionNotAllowed, fileMissing, outsideRepository, type Refusal, type RefusalCode } from '../locks/refusal';
import type { Renaming } from '../locks/renameRule';
import type { CheckOutRequest, Outcome } from '../locks/rules';
import { whyLeftOut } from './listing';
import type { Snapshot } from './snapshot';
import type { Surroundings } from './surroundings';

/** A file or folder that is to get another path inside the repository, and where both paths are on disk. */
interface Subject extends Renaming {
    readonly isFolder: boolean;
    readonly diskFrom: string;
    readonly diskTo: string;
}

/** What came of a rename; `changed` is undefined where the locks were not asked. */
interface Renamed {
    readonly outcomes: readonly Outcome[];
    readonly changed: ChangedLocks | undefined;
}

/**
 * Renames a file together with its lock, or a folder with the locks of all files below it, as one transaction: take the
 * mutex, decide, rename on disk, put the new locks in force. When those cannot be put in force, the old name comes back.
 * @param request what is there, as it was looked for a moment ago
 * @param to path inside the repository; the folders above it are listed in the snapshot, as far as they exist
 * @param fromOtherComputer whether what the user's name has checked out on another computer is theirs
 * @returns one outcome for what was renamed, and after that of a folder one for each lock below it
 * @throws CheckoutError; unless its sentence says otherwise, names and locks are as they were
 */
export async function renameWithLocks(
    { path: asked, present }: CheckOutRequest,
    to: string,
    { store, snapshot, root, user, extensions }: Surroundings,
    fromOtherComputer = false,
): Promise<Renamed> {
    const refused = (refusal: Refusal): Renamed => ({ outcomes: [{ path: asked, refusal }], changed: undefined });
    const outside = [asked, to].find((one) => !isRepositoryPath(one));
    if (outside !== undefined) return refused(outsideRepository(outside));
    const folder = present ? undefined : snapshot.locateFolder(asked);
    const subject = subjectOf(folder ?? asked, to, folder !== undefined, snapshot);
    if (!present && folder === undefined) return refused(await whyNotThere(subject, extensions));
    const refusal = await refusalFor(subject, snapshot, extensions, store.staging);
    if (refusal !== undefined) return refused(refusal);
    const move = subject.isFolder ? moveFolderToFreeName : moveToFreeName;
    let isMoved = false;
    const place = async (): Promise<void> => {
        if (isMoved) return;
        try {
            await requireInPlace(root, subject);
            await move(subject.diskFrom, subject.diskTo);
        } catch (error) {
            throw notRenamed(subject, error);
        }
        isMoved = true;
    };
    const moveBack = (): Promise<boolean> =>
        whileNobodyHas(store, subject.to, snapshot.table, () => isMovedBack(move(subject.diskTo, subject.diskFrom)));
    let changed: ChangedLocks;
    try {
        changed = await store.rename(subject, { user, extensions, onlyOwn: true, fromOtherComputer }, place);
    } catch (error) {
        if (isMoved) throw await afterMoving(error, subject, moveBack);
        throw error;
    }
    const obstacle = changed.outcomes.find((one) => one.refusal !== undefined)?.refusal;
    if (obstacle !== undefined) {
        // Somebody got the file, under the one name or the other, before the change was tried again.
        if (isMoved && !(await moveBack())) {
            const text = `${subject.from} was renamed to ${subject.to}, and could not get its old name back. ${obstacle.message}`;
            throw new CheckoutError('fileNotRenamed', text, subject.diskTo);
        }
        return { outcomes: changed.outcomes, changed };
    }
    const isItself = ({ path }: Outcome): boolean => foldPath(path) === foldPath(subject.to);
    const nobody = { user: '', timestamp: '', message: '' };
    const itself = changed.outcomes.find(isItself) ?? { path: subject.to, from: subject.from, lock: nobody };
    return { outcomes: [itself, ...changed.outcomes.filter((one) => one !== itself)], changed };
}

function subjectOf(from: string, to: string, isFolder: boolean, snapshot: Snapshot): Subject {
    // The folders on the way as they are spelled on disk, as far as they are there.
    const target = snapshot.locateFolder(folderOf(to));
    return {
        from,
        to: target === undefined ? to : joinPath(target, nameOf(to)),
        isFolder,
        diskFrom: snapshot.diskPath(from),
        diskTo: path.join(snapshot.diskPath(target ?? ''), nameOf(to)),
    };
}

async function whyNotThere({ from, diskFrom }: Subject, extensions: ReadonlySet<string>): Promise<Refusal> {
    const there = await lstat(diskFrom).catch(rethrowUnlessSystemError);
    if (there === undefined) return fileMissing(from);
    return there.isFile() ? extensionNotAllowed(from, extensions) : outsideRepository(from);
}

async function refusalFor(
    { from, to, isFolder, diskFrom }: Subject,
    snapshot: Snapshot,
    extensions: ReadonlySet<string>,
    locksFile: string,
): Promise<Refusal | undefined> {
    const refused = (code: RefusalCode, why: string): Refusal => ({
        code,
        message: `${from} was not renamed, because ${why}`,
    });
    const parent = folderOf(to);
    if (isFolder) {
        if (foldPath(to) !== foldPath(from) && movedPath(to, from, from) !== undefined) {
            return refused('folderIntoItself', 'a folder cannot be moved into itself.');
        }
        const [folder, locks] = await Promise.all([resolveLinks(diskFrom), resolveLinks(locksFile)]);
        if (isWithin(locks, folder)) {
            return refused(
                'holdsLocksFile',
                `the locks file ${locksFile} lies in it, and others would no longer find it.`,
            );
        }
    } else {
        const other = [from, to].find((one) => !extensions.has(extensionOf(one)));
        if (other !== undefined) return extensionNotAllowed(other, extensions);
    }
    const unfit = whyLeftOut(nameOf(to), isFolder ? 'folder' : 'file');
    if (unfit !== undefined) {
        return refused(
            'unusableName',
            `${nameOf(to)} is no name for a ${isFolder ? 'folder' : 'file'} of the repository: ${unfit}.`,
        );
    }
    if (snapshot.locateFolder(parent) === undefined) {
        return refused('folderMissing', `there is no folder ${parent} in the repository. Make the folder first.`);
    }
    const [file, folder] = [snapshot.locate(to), snapshot.locateFolder(to)];
    const there = [file, folder].find((one) => one !== undefined && (one === to || foldPath(one) !== foldPath(from)));
    if (there === undefined) return undefined;
    // A rename that was cut off half way left both names, and goes on.
    if (from !== to && (await isSame(diskFrom, snapshot.diskPath(there)))) return undefined;
    return refused('nameTaken', `there is a ${there === file ? 'file' : 'folder'} ${there} already.`);
}

async function requireInPlace(root: string, { isFolder, diskFrom, diskTo }: Subject): Promise<void> {
    if ((await isBehindLink(root, diskFrom)) || (await isBehindLink(root, path.dirname(diskTo)))) {
        throw new Error('a link took its place, or that of a folder on the way');
    }
    const there = await lstat(diskFrom);
    if (!(isFolder ? there.isDirectory() : there.isFile())) throw new Error('something else is in its place');
}

/**
 * Acts under the mutex, unless somebody has got a file under this name: a check-out that was made keeps its file.
 * @param known the locks of before
 * @returns whether that was done
 */
async function whileNobodyHas(
    store: LockStore,
    name: string,
    known: LockTable,
    act: () => Promise<boolean>,
): Promise<boolean> {
    let isDone = false;
    try {
        await store.record(async (table) => {
            const isNew = (entry: FileEntry): boolean => known.find(entry.path)?.source !== entry.source;
            const isTaken = table
                .held()
                .some((entry) => movedPath(entry.path, name, name) !== undefined && isNew(entry));
            isDone ||= !isTaken && (await act());
            return [];
        });
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        // Nobody can check anything out while the locks file is damaged.
        if (error.code === 'locksFileDamaged') isDone ||= await act();
    }
    return isDone;
}

/** Whether what was moved has its old name again, or was given a name by somebody else meanwhile. */
async function isMovedBack(moving: Promise<void>): Promise<boolean> {
    try {
        await moving;
        return true;
    } catch (error) {
        rethrowUnlessSystemError(error);
        return systemCode(error) === 'ENOENT';
    }
}

/** Gives a file or folder its old name back, as far as it is certain that the locks have the old name. */
async function afterMoving(
    cause: unknown,
    { from, to, isFolder, diskTo }: Subject,
    moveBack: () => Promise<boolean>,
): Promise<unknown> {
    if (!(cause instanceof CheckoutError)) return cause;
    if (cause.code !== 'changeUnconfirmed' && (await moveBack())) return cause;
    const held = isFolder
        ? 'what you have in it may still be checked out under the old name'
        : 'may still be checked out under its old name';
    const text = `${from} was renamed to ${to}, but ${held}. ${cause.message}`;
    return new CheckoutError(cause.code, text, diskTo, { cause });
}

function notRenamed({ from, to }: Renaming, cause: unknown): CheckoutError {
    if (cause instanceof CheckoutError) return cause;
    const text = (why: string): string => `${from} was not renamed to ${to}, because ${why}`;
    const options = { cause };
    if (systemCode(cause) === 'EEXIST') {
        return new CheckoutError('fileNotRenamed', text('there is something of that name already.'), to, options);
    }
    const { reason, advice } = explainIoError(cause, 'write');
    const help = isSystemError(cause) ? advice : 'Look at it, and decide again.';
    return new CheckoutError('fileNotRenamed', text(`${reason}. ${help}`), from, options);
}
