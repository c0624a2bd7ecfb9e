import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, rethrowUnlessSystemError } from '../base/errors';
import { LARGEST_BYTES } from '../base/jsonText';
import { isRepositoryPath } from '../base/repositoryPath';
import { readText } from '../disk/readFile';
import { HistoryFile } from '../history/historyFile';
import { backupOf } from '../base/ownNames';
import { DamagedTable } from '../locks/damagedTable';
import { LockTable } from '../locks/lockTable';

/** How many events of the history are asked, the newest first. */
const EVENTS = 200;

/**
 * Which of several folders the keys of a locks file mean, as far as the files tell that are there: those of its locks, and
 * of the last events in its history.
 * @param locksFile absolute path; it need not exist
 * @param folders absolute paths
 * @returns the only folder in which files were found that are not at the same path in another one; undefined when the
 * keys point to none or to several
 */
export async function ownerOfKeys(locksFile: string, folders: readonly string[]): Promise<string | undefined> {
    const keys = await keysIn(locksFile);
    const owners = new Set<string>();
    for (const key of keys) {
        const found = await Promise.all(folders.map((folder) => isThere(path.join(folder, key))));
        const [owner, ...others] = folders.filter((_, index) => found[index]);
        if (owner !== undefined && others.length === 0) owners.add(owner);
        if (owners.size > 1) return undefined;
    }
    const [only] = owners;
    return only;
}

async function keysIn(locksFile: string): Promise<Set<string>> {
    const keys = new Set<string>();
    for (const file of [locksFile, backupOf(locksFile)]) {
        for (const { key } of (await readTable(file)).entries) keys.add(key);
    }
    const history = await new HistoryFile(locksFile, () => undefined).read({ limit: EVENTS }).catch(nothingKnown);
    for (const { file } of history?.events ?? []) if (file !== undefined) keys.add(file);
    return new Set([...keys].filter((key) => isRepositoryPath(key)));
}

async function readTable(file: string): Promise<LockTable> {
    try {
        const text = (await readText(file, LARGEST_BYTES))?.text;
        return text === undefined ? LockTable.empty : LockTable.parse(text);
    } catch (error) {
        // A damaged file tells nothing; what is wrong is said where it is opened.
        if (!(error instanceof DamagedTable)) rethrowUnlessSystemError(error);
        return LockTable.empty;
    }
}

function nothingKnown(error: unknown): undefined {
    if (!(error instanceof CheckoutError)) throw error;
}

async function isThere(file: string): Promise<boolean> {
    try {
        return (await lstat(file)).isFile();
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}
