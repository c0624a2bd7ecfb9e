import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { foldCase } from '../base/repositoryPath';
import { CheckoutError, systemCode } from '../base/errors';
import { ExclusiveCreate } from '../disk/exclusiveCreate';
import { removeFile } from '../disk/moveFile';
import { isSamePlace, resolveLinks } from '../disk/realPath';
import { readRegular } from '../disk/regularFile';
import { retryUntilAnswered } from '../disk/retry';
import { giveRights } from '../disk/rights';

/** A repository and the file in which its check-outs are recorded; absolute paths. */
export interface LocksPlace {
    readonly repository: string;
    readonly locksFile: string;
}

/** The note that a repository folder has when its locks file is not found by looking upwards. */
export const NOTE = 'locks.where.json';
/** A note holds two paths; a longer text is no note. */
const LONGEST_NOTE = 65_536;
const NO_SUCH_FILE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Reads a note.
 * @param note absolute path
 * @returns undefined when there is none
 * @throws CheckoutError `locationRefused` when it cannot be understood; the system error of the disk
 */
export async function readNote(note: string): Promise<LocksPlace | undefined> {
    let text: string;
    try {
        text = (await retryUntilAnswered(() => readRegular(note, Infinity, LONGEST_NOTE + 1))).toString('utf8');
    } catch (error) {
        if (NO_SUCH_FILE.has(systemCode(error) ?? '')) return undefined;
        throw error;
    }
    const place = parseNote(text, path.dirname(note));
    if (place !== undefined) return place;
    throw new CheckoutError(
        'locationRefused',
        `${note} does not say where check-outs are recorded, so nobody can tell. Repair it, or delete it if they are recorded in the locks.json of that folder or of one above.`,
        note,
    );
}

function parseNote(text: string, folder: string): LocksPlace | undefined {
    if (text.length > LONGEST_NOTE) return undefined;
    try {
        const { repository, locksFile } = JSON.parse(text) as Partial<Record<keyof LocksPlace, unknown>>;
        if (typeof repository !== 'string' || typeof locksFile !== 'string') return undefined;
        if (repository === '' || locksFile === '') return undefined;
        return { repository: path.resolve(folder, repository), locksFile: path.resolve(folder, locksFile) };
    } catch (error) {
        if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
        throw error;
    }
}

/**
 * Writes a note, if nobody has written another one since.
 * @param note absolute path
 * @throws CheckoutError `locationRefused` when somebody did; the system error of the disk
 */
export async function writeNote(note: string, place: LocksPlace): Promise<void> {
    const staged = `${note}.${randomBytes(6).toString('hex')}.tmp`;
    const creation = new ExclusiveCreate(staged, note);
    try {
        await writeFile(staged, await textOf(note, place), { flag: 'wx', flush: true });
        await giveRights(staged, undefined);
        await creation.run();
    } catch (error) {
        await creation.removePartialCopy();
        await removeFile(staged).catch(() => undefined); // The first error says more.
        if (systemCode(error) !== 'EEXIST') throw error;
        await requireSame(note, place);
    }
}

/** Relative paths, because one share has many names: a drive, a server's name, a mount point. */
async function textOf(note: string, { repository, locksFile }: LocksPlace): Promise<string> {
    const folder = await resolveLinks(path.dirname(note));
    const relative = (target: string): string => path.relative(folder, target).split(path.sep).join('/') || '.';
    const locksFolder = await resolveLinks(path.dirname(locksFile));
    const paths = {
        locksFile: relative(path.join(locksFolder, path.basename(locksFile))),
        repository: relative(await resolveLinks(repository)),
    };
    return `${JSON.stringify(paths, undefined, 4)}\n`;
}

async function requireSame(note: string, wanted: LocksPlace): Promise<void> {
    const written = await readNote(note);
    if (written === undefined || (await isSamePair(written, wanted))) return;
    throw new CheckoutError(
        'locationRefused',
        `${note} says that the check-outs of ${written.repository} are recorded in ${written.locksFile}, so nothing was changed. Use these, or delete ${note} if they were given up.`,
        note,
    );
}

/** Whether both are the same repository with the same locks file. */
export async function isSamePair(one: LocksPlace, other: LocksPlace): Promise<boolean> {
    return (await isSameFile(one.locksFile, other.locksFile)) && (await isSamePlace(one.repository, other.repository));
}

/** Whether two paths are one locks file, whether or not it exists yet. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
    const [name, otherName] = [path.basename(one), path.basename(other)];
    if (name !== otherName && foldCase(name) !== foldCase(otherName)) return false;
    return name === otherName ? isSamePlace(path.dirname(one), path.dirname(other)) : isSamePlace(one, other);
}
