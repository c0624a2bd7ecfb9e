import { extensionOf, foldCase, folderOf, nameOf, pathIn } from '../base/repositoryPath';
import type { LockTable } from '../locks/lockTable';
import type { Snapshot } from './snapshot';

/** What a synchronising program adds to the name of a file that two people changed at once. */
const ADDITIONS = [
    // Dropbox, Nextcloud, Box: "a (Alice's conflicted copy 2026-11-23).vnc", "a (conflicted copy 2026-11-23 081530).vnc".
    / \((?:[^()]* )?conflicted copy(?: [^()]*)?\)$/i,
    // Dropbox: "a (Case Conflict 1).vnc"; Seafile: "a (SFConflict alice 2026-11-23-08-15-30).vnc".
    / \((?:case conflict|unicode encoding conflict|selective sync conflict|sfconflict)(?: [^()]*)?\)$/i,
    // Syncthing: "a.sync-conflict-20261123-081530-ABCDEFG.vnc".
    /\.sync-conflict-\d{8}-\d{6}(?:-[a-z\d]{7})?$/i,
    // Synology: "a_CAM-PC-03_Nov-23-081530-2026_Conflict.vnc", "a_Conflict.vnc"; ownCloud: "a_conflict-20261123-081530.vnc".
    /(?:_[^_]+_[a-z]{3}-\d{2}-\d{4,6}-\d{4})?_(?:case)?conflict(?:-\d{8}-\d{6})?$/i,
    // Resilio: "a.Conflict.vnc".
    /\.conflict$/i,
];
/** A shorter text behind a dash is an operation or a number. */
const SHORTEST_COMPUTER = 4;
/** The names that Windows gives to computers. */
const WINDOWS_NAME = /^(?:(?:desktop|laptop)-[a-z\d]{7}|win-[a-z\d]{11})$/i;

/**
 * The name of the file that a synchronising program (Dropbox, OneDrive, Syncthing, …) made this one a copy of, when two
 * people changed it at once; undefined for any other. OneDrive adds only the name of a computer: that counts where the
 * original is there and the name is one that Windows gives, or that of a computer in the locks.
 * @param path inside the repository
 * @param host this computer
 */
export function conflictOriginal(snapshot: Snapshot, path: string, host: string): string | undefined {
    const name = nameOf(path);
    const extension = name.slice(name.length - extensionOf(name).length);
    const stem = name.slice(0, name.length - extension.length);
    if (/conflict/i.test(stem)) {
        for (const addition of ADDITIONS) {
            const original = stem.replace(addition, '');
            if (original !== stem && original !== '') return original + extension;
        }
    }
    for (let dash = stem.indexOf('-'); dash > 0; dash = stem.indexOf('-', dash + 1)) {
        if (!isComputer(stem.slice(dash + 1), snapshot.table, host)) continue;
        const original = stem.slice(0, dash) + extension;
        if (snapshot.locate(pathIn(folderOf(path), original)) !== undefined) return original;
    }
    return undefined;
}

const hostsOf = new WeakMap<LockTable, ReadonlySet<string>>();

/** Whether a text is the name of a computer; a second copy has a digit behind it. */
function isComputer(text: string, table: LockTable, host: string): boolean {
    if (text.length < SHORTEST_COMPUTER) return false; // Nearly all: -op2, -1.
    let hosts = hostsOf.get(table);
    if (hosts === undefined) {
        hosts = new Set([host, ...table.locks().flatMap(({ lock }) => lock.host ?? [])].map(foldCase));
        hostsOf.set(table, hosts);
    }
    const name = text.replace(/-\d$/, '');
    return WINDOWS_NAME.test(name) || hosts.has(foldCase(text)) || hosts.has(foldCase(name));
}
