import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, systemCode } from '../base/errors';
import { extensionOf, folderOf, foldPath, isRepositoryPath, nameOf } from '../base/repositoryPath';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { isSame, moveToFreeName } from '../disk/moveToFreeName';
import type { ChangedLocks, LockStore } from '../locks/lockStore';
import { extensionNotAllowed, fileMissing, outsideRepository, type Refusal } from '../locks/refusal';
import type { CheckOutRequest, Outcome } from '../locks/rules';
import type { Snapshot } from './snapshot';

/** Where a file is renamed, and in whose name. */
interface Surroundings {
    readonly store: LockStore;
    readonly snapshot: Snapshot;
    readonly root: string;
    readonly user: string;
    readonly extensions: ReadonlySet<string>;
}

/** What came of a rename; `changed` is undefined where the locks were not asked. */
interface Renamed {
    readonly outcome: Outcome;
    readonly changed: ChangedLocks | undefined;
}

/**
 * Renames a file together with its lock, as one transaction: take the mutex, decide, rename the file, put the new locks in
 * force. When those cannot be put in force, the file gets its old name back.
 * @param request the file as it was found a moment ago
 * @param to path inside the repository; the folders above it are listed in the snapshot, as far as they exist
 * @throws CheckoutError; unless its sentence says otherwise, file and lock are as they were
 */
export async function renameFile(request: CheckOutRequest, to: string, surroundings: Surroundings): Promise<Renamed> {
    const { path: from } = request;
    const { store, snapshot, root, user, extensions } = surroundings;
    const refusal = await refusalFor(request, to, snapshot, extensions);
    if (refusal !== undefined) return { outcome: { path: from, refusal }, changed: undefined };
    const target = snapshot.locateFolder(folderOf(to));
    const [diskFrom, diskTo] = [snapshot.diskPath(from), path.join(snapshot.diskPath(target ?? ''), nameOf(to))];
    let isMoved = false;
    const place = async (): Promise<void> => {
        if (isMoved) return;
        await requireInPlace(root, diskFrom, diskTo);
        await moveToFreeName(diskFrom, diskTo);
        isMoved = true;
    };
    const explained = (): Promise<void> =>
        place().catch((error: unknown) => Promise.reject(notRenamed(from, to, error)));
    let changed: ChangedLocks;
    try {
        changed = await store.rename({ from, to }, { user, extensions, onlyOwn: true }, explained);
    } catch (error) {
        if (isMoved) throw await afterMoving(error, { from, to, diskFrom, diskTo });
        throw error;
    }
    const refused = changed.outcomes.find((one) => one.refusal !== undefined);
    if (refused !== undefined) {
        // Somebody checked the file out while the change was tried again.
        if (isMoved) await moveToFreeName(diskTo, diskFrom);
        return { outcome: { path: from, refusal: refused.refusal }, changed };
    }
    const nobody = { user: '', timestamp: '', message: '' };
    return { outcome: changed.outcomes[0] ?? { path: to, from, lock: nobody }, changed };
}

async function refusalFor(
    { path: from, present }: CheckOutRequest,
    to: string,
    snapshot: Snapshot,
    extensions: ReadonlySet<string>,
): Promise<Refusal | undefined> {
    for (const one of [from, to]) {
        if (!isRepositoryPath(one)) return outsideRepository(one);
        if (!extensions.has(extensionOf(one))) return extensionNotAllowed(one, extensions);
    }
    if (!present) return fileMissing(from);
    if (snapshot.locateFolder(folderOf(to)) === undefined) {
        const message = `There is no folder ${folderOf(to)} in the repository, so ${from} was not renamed. Make the folder first.`;
        return { code: 'folderMissing', message };
    }
    const there = snapshot.locate(to);
    if (there === undefined || foldPath(there) === foldPath(from)) return undefined;
    // A rename that was cut off half way left both names, and goes on.
    if (await isSame(snapshot.diskPath(from), snapshot.diskPath(there))) return undefined;
    return { code: 'nameTaken', message: `${from} was not renamed, because there is a file ${there} already.` };
}

async function requireInPlace(root: string, diskFrom: string, diskTo: string): Promise<void> {
    if ((await isBehindLink(root, diskFrom)) || (await isBehindLink(root, path.dirname(diskTo)))) {
        throw new Error('a link took its place, or that of a folder on the way');
    }
    if (!(await lstat(diskFrom)).isFile()) throw new Error('something else is in its place');
}

/** Gives a file its old name back, as far as it is certain that its lock has the old name. */
async function afterMoving(
    cause: unknown,
    { from, to, diskFrom, diskTo }: Readonly<Record<'from' | 'to' | 'diskFrom' | 'diskTo', string>>,
): Promise<unknown> {
    if (!(cause instanceof CheckoutError)) return cause;
    const isCertain = cause.code !== 'changeUnconfirmed';
    const isBack =
        isCertain &&
        (await moveToFreeName(diskTo, diskFrom).then(
            () => true,
            () => false,
        ));
    if (isBack) return cause;
    const text = `${from} was renamed to ${to}, but may still be checked out under its old name. ${cause.message}`;
    return new CheckoutError(cause.code, text, diskTo, { cause });
}

function notRenamed(from: string, to: string, cause: unknown): CheckoutError {
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
