import * as path from 'node:path';
import { foldCase } from './repositoryPath';

// What CNC Checkout keeps beside a locks file, by name; and what decides whether a name is one of these.

const REVISIONS = '.revisions';
const MUTEX = '.lock';
/** The mutex directory of any locks file, also moved aside. */
const MUTEX_FOLDER = /\.[^.]+\.lock(?:\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})?$/i;

/** The last good copy of a locks file, written with each change. */
export function backupOf(locksFile: string): string {
    return `${locksFile}.bak`;
}

/** The mutex directory of a locks file. */
export function mutexPathOf(locksFile: string): string {
    return `${locksFile}${MUTEX}`;
}

/** The folder of the revisions of a repository. @param locksFile absolute path */
export function revisionsFolderOf(locksFile: string): string {
    return withoutExtension(locksFile) + REVISIONS;
}

/** How the names of the files of a history begin: `locks.history` beside `locks.json`. @param locksFile absolute path */
export function historyStemOf(locksFile: string): string {
    return `${withoutExtension(locksFile)}.history`;
}

/** The note beside a locks file, which says whose files its keys mean: `locks.where.json` beside `locks.json`. */
export function noteBeside(locksFile: string): string {
    return `${withoutExtension(locksFile)}.where.json`;
}

/** How the names of the hidden folders begin in which contents for programs are prepared. @param locksFile absolute path */
export function stagingStemOf(locksFile: string): string {
    return path.join(path.dirname(locksFile), `.${path.basename(locksFile)}.staged`);
}

/**
 * Whether a name beside a locks file is that of the locks file or of something that belongs to it.
 * @param name in any case
 * @param locksFile absolute path, or the name of the locks file
 */
export function isOwnName(name: string, locksFile: string): boolean {
    const folded = foldCase(name);
    const is = (own: string): boolean => folded === own || folded.startsWith(`${own}.`);
    // All that is named after the locks file: its copy, its mutex, what a restore put aside.
    return [
        locksFile,
        revisionsFolderOf(locksFile),
        historyStemOf(locksFile),
        noteBeside(locksFile),
        stagingStemOf(locksFile),
    ]
        .map((own) => foldCase(path.basename(own)))
        .some(is);
}

/** Whether a folder belongs by its name to a locks file, whichever that is: one may lie in a repository. @param name in any case */
export function isOwnFolder(name: string): boolean {
    return name.toLowerCase().endsWith(REVISIONS) || MUTEX_FOLDER.test(name);
}

function withoutExtension(locksFile: string): string {
    const { dir, name } = path.parse(locksFile);
    return path.join(dir, name);
}
