import { access, constants, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { isRefusal } from '../disk/ioErrors';
import { isFolder, isLink, isSamePlace, isWithin, resolveLinks, resolvingOnce, withAncestors } from '../disk/realPath';
import { retryUntilAnswered } from '../disk/retry';
import { ownerOfKeys } from './keyOwner';
import {
    hasLocks,
    type KnownPlace,
    LOCKS_FILE,
    locksFileIn,
    placeOf,
    placesCovering,
    REPOSITORY,
    unreachable,
    usualAround,
    usualRepository,
} from './locksPlaces';
import { isSameFile, type LocksPlace, NOTE, readNote } from './placeNote';
import * as refused from './placeRefusals';
import { searchBelow } from './searchBelow';

/** The extensions of files that can be checked out, unless somebody says otherwise: lower case, with the dot. */
export const defaultExtensions: ReadonlySet<string> = new Set(['.mcam', '.vnc']);

/** What a person said about where the repository is. Relative paths are relative to `root`. */
export interface RepositoryLocation {
    /** Where to begin: a folder that holds `repo/` and `locks.json`, or one inside the repository; absolute, or relative to the current folder. */
    readonly root: string;
    /** The folder of CAM files, if somebody named it. A default that was filled in is left out. */
    readonly repository?: string | undefined;
    /** The locks file, if somebody named it. A default that was filled in is left out. */
    readonly locksFile?: string | undefined;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
}

/** Where a repository is, and whether its check-outs have been recorded there before. */
export interface LocatedRepository extends LocksPlace {
    /** Whether everyone who looks upwards from the repository finds the same locks file and the same keys already. */
    readonly isInUse: boolean;
}

/** The folder that was meant, before it is known of which repository it is a part. */
interface Asked {
    readonly folder: string;
    readonly how: 'named' | 'usual' | 'root';
}

/**
 * Finds the repository and its locks file, so that one file on disk has one locks file and one key in it, from wherever it
 * is opened and by whatever path.
 *
 * The folder that is meant is the one that is named, else `repo/` in the root, else the root. The locks file is looked for
 * in it and above it: who opens a job's folder works in the repository that it is a part of. Only where nobody has
 * recorded a check-out yet, a place is chosen: beside a folder `repo`, else in the repository itself.
 * @returns absolute paths, spelled by way of the root where they lie in it; the locks file need not exist
 * @throws CheckoutError `repositoryMissing`, `repositoryUnreachable`, or `locationRefused` when a second locks file or a
 * second key for one file would come about: it names the other one
 */
export async function locateRepository(options: RepositoryLocation): Promise<LocatedRepository> {
    const root = path.resolve(options.root);
    try {
        const asked = await askedFor(root, options.repository);
        const place: LocksPlace & { readonly isInUse?: boolean } =
            options.locksFile === undefined
                ? await placeFor(asked, root, options.extensions)
                : await placeWithNamedLocks(asked, path.resolve(root, options.locksFile), options.extensions);
        return { ...(await spelledFrom(root, asked, place)), isInUse: place.isInUse ?? false };
    } catch (error) {
        throw unreachable(options.repository === undefined ? root : path.resolve(root, options.repository), error);
    }
}

async function askedFor(root: string, named: string | undefined): Promise<Asked> {
    if (named !== undefined) {
        const folder = path.resolve(root, named);
        if (!(await isFolder(folder))) throw refused.missing(folder);
        return { folder, how: 'named' };
    }
    const noted = await readNote(path.join(root, NOTE));
    if (noted !== undefined) {
        if (!(await isFolder(noted.repository))) throw refused.missing(noted.repository);
        return { folder: noted.repository, how: 'usual' };
    }
    const usual = await usualRepository(root);
    if (usual !== undefined) return { folder: usual, how: 'usual' };
    // It is a link to a share that is not connected: the root must not take its place.
    const link = path.join(root, REPOSITORY);
    if (await isLink(link)) throw refused.missing(link);
    if (!(await isFolder(root))) throw refused.missing(root);
    return { folder: root, how: 'root' };
}

async function placeFor(
    asked: Asked,
    root: string,
    extensions: ReadonlySet<string>,
): Promise<LocksPlace & { readonly isInUse?: boolean }> {
    const [known, other] = await placesCovering(asked.folder);
    if (known !== undefined && other !== undefined) throw refused.two(asked.folder, known, other);
    if (known === undefined) return (await oldPlace(asked, root)) ?? newPlace(asked, extensions);
    if (asked.how !== 'named' || (await isSamePlace(known.repository, asked.folder))) {
        return { ...known, isInUse: true };
    }
    if (await belongsTo(asked.folder, known)) return { repository: asked.folder, locksFile: known.locksFile };
    throw refused.otherKeys(asked.folder, known);
}

/** Whether a locks file has always been used for another folder than the one beside which it lies. */
async function belongsTo(folder: string, known: KnownPlace): Promise<boolean> {
    if (known.by === 'note') return false;
    return (await ownerOfKeys(known.locksFile, [folder, known.repository])) === folder;
}

/** A named repository had its locks file in the root, until a locks file was looked for above its repository. */
async function oldPlace({ folder, how }: Asked, root: string): Promise<LocksPlace | undefined> {
    const locksFile = path.join(root, LOCKS_FILE);
    if (how !== 'named' || !(await hasLocks(locksFile))) return undefined;
    const isUsed = await belongsTo(folder, await placeOf(locksFile));
    return isUsed ? { repository: folder, locksFile } : undefined;
}

async function newPlace({ folder, how }: Asked, extensions: ReadonlySet<string>): Promise<LocksPlace> {
    const real = await resolveLinks(folder);
    const usual = usualAround(real);
    // A colleague who opens the folder above has the same repository.
    const repository = how !== 'named' && usual !== undefined && usual !== real ? usual : folder;
    const { hasFiles, locks } = await searchBelow(repository, extensions);
    if (locks !== undefined) throw refused.below(repository, locks);
    if (how === 'root' && usual === undefined && !hasFiles) throw refused.nothingIn(folder);
    const beside = await folderBeside(await resolveLinks(repository));
    const locksFile = await locksFileIn(beside ?? repository);
    const own = await placeOf(locksFile);
    if (!(await isSamePlace(own.repository, repository))) throw refused.otherKeys(repository, own);
    return { repository, locksFile };
}

/** The folder around a folder `repo`, unless it is of another disk: there, only this computer would find the locks. */
async function folderBeside(repository: string): Promise<string | undefined> {
    if (usualAround(repository) !== repository) return undefined;
    const around = path.dirname(repository);
    const [inside, outside] = await Promise.all(
        [repository, around].map((folder) => retryUntilAnswered(() => stat(folder))),
    );
    return inside?.dev === outside?.dev && (await isOpen(around)) ? around : undefined;
}

/** Whether this user may make files in a folder, as far as modes tell. @throws the system error when it cannot be told */
async function isOpen(folder: string): Promise<boolean> {
    try {
        await retryUntilAnswered(() => access(folder, constants.W_OK));
        return true;
    } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
    }
}

async function placeWithNamedLocks(
    { folder, how }: Asked,
    locksFile: string,
    extensions: ReadonlySet<string>,
): Promise<LocksPlace> {
    const covering = await placesCovering(folder);
    for (const place of covering) {
        if (!(await isSameFile(place.locksFile, locksFile))) throw refused.otherLocks(folder, place, locksFile);
    }
    const [known = await placeOf(locksFile)] = covering;
    if (await isSamePlace(known.repository, folder)) return { repository: folder, locksFile };
    if (how !== 'named' && (covering.length > 0 || known.by === 'note')) {
        return { repository: known.repository, locksFile };
    }
    const { hasFiles, locks } = await searchBelow(folder, extensions);
    const isKnown = covering.length > 0 || known.by === 'note' || (await hasLocks(locksFile));
    if (isKnown) await requireKeysOf(folder, known);
    else if (locks !== undefined) throw refused.below(folder, locks);
    if (how === 'root' && !hasFiles) throw refused.nothingIn(folder);
    return { repository: folder, locksFile };
}

/** Makes sure that nobody counts the keys of a locks file from another folder. */
async function requireKeysOf(folder: string, known: KnownPlace): Promise<void> {
    if (known.by === 'note') throw refused.otherKeys(folder, known);
    const [real, own] = await Promise.all([resolveLinks(folder), resolveLinks(known.repository)]);
    const owner = await ownerOfKeys(known.locksFile, [...new Set([...withAncestors(real), own])]);
    if (owner === real) return;
    const overlap = isWithin(real, own) || isWithin(own, real);
    if (owner === undefined && !overlap) return;
    throw refused.otherKeys(folder, { ...known, repository: owner ?? known.repository });
}

/** Spells a place as the root is spelled, so that what VS Code opens from there has the same path. */
async function spelledFrom(root: string, asked: Asked, place: LocksPlace): Promise<LocksPlace> {
    const resolve = resolvingOnce();
    const spell = async (target: string): Promise<string> => {
        const real = await resolve(target);
        for (const folder of withAncestors(root)) {
            const base = await resolve(folder);
            if (isWithin(real, base)) return path.join(folder, path.relative(base, real));
        }
        return target;
    };
    const isAsked = await isSamePlace(place.repository, asked.folder);
    const inRoot = isWithin(await resolve(place.repository), await resolve(root));
    const folder = await spell(path.dirname(place.locksFile));
    return {
        repository: isAsked && !inRoot ? asked.folder : await spell(place.repository),
        locksFile: path.join(folder, path.basename(place.locksFile)),
    };
}
