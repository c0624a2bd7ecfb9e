import { foldPath } from '../base/repositoryPath';
import type { HistoryEvent } from './historyEvent';

/**
 * The path that a file had before a rename of it, or of a folder above it.
 * @param file path inside the repository after that, in any case
 * @returns undefined when the event did not rename it
 */
export function nameBefore({ action, file: to, from }: HistoryEvent, file: string): string | undefined {
    return action === 'rename' && to !== undefined && from !== undefined ? movedPath(file, to, from) : undefined;
}

/**
 * Where a path is after a file or folder was renamed.
 * @param path inside the repository, in any case
 * @returns undefined when it is neither the renamed path nor below it
 */
export function movedPath(path: string, from: string, to: string): string | undefined {
    const [folded, prefix] = [foldPath(path), foldPath(from)];
    if (folded === prefix) return to;
    if (!folded.startsWith(`${prefix}/`)) return undefined;
    // By parts: folding can change the length of a name.
    return [to, ...path.split('/').slice(from.split('/').length)].join('/');
}
