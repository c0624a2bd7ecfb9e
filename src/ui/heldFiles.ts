import { listed as firstOf } from '../core/base/sentences';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine, plainName } from '../core/base/plainText';
import type { Lock } from '../core/locks/lockEntry';
import { holderText } from './lockText';

/** Files that a message names; the others are counted. */
const FILES_NAMED = 5;

/** A file and the lock on it. */
export interface HeldFile {
    readonly path: string;
    readonly lock: Lock;
}

/**
 * Who has files, as sentences: "a.vnc is checked out by Dave on CAM-7 (2 h ago)." or "3 files are checked out by others: a.vnc
 * by Dave, b.vnc by Eve and 1 more."
 */
export function heldByOthers(files: readonly HeldFile[], now: number): string {
    const [file, ...others] = files;
    if (file === undefined) return '';
    if (others.length === 0) return `${plainLine(file.path)} is checked out by ${holderText(file.lock, now)}`;
    return `${files.length} files are checked out by others: ${named(files)}.`;
}

/** "a.vnc by Dave, b.vnc by Eve and 1 more". */
function named(files: readonly HeldFile[]): string {
    return listed(files.map(({ path, lock }) => `${plainLine(nameOf(path))} by ${plainName(lock.user)}`));
}

/** "a.vnc, b.vnc and 3 more": the first few of several texts. */
export function listed(texts: readonly string[]): string {
    return firstOf(texts, FILES_NAMED, (text) => text);
}
