import type { FileRights } from '../disk/fileState';
import { rightsIn } from './checkOutRecords';
import type { Content } from './contentStore';
import { JsonRecords } from './jsonRecords';

/** A content that an undo threw away. */
export interface UndoneVersion extends Content, FileRights {
    /** Absolute path of the repository. */
    readonly root: string;
    /** Path inside the repository. */
    readonly path: string;
    /** When the file with it was last changed; unknown of what was never saved. In milliseconds since 1970, as is the next. */
    readonly mtimeMs?: number;
    readonly undoneAt: number;
}

/** The records of what undos threw away. @param folder absolute path; made when it is needed */
export function undoneRecordsIn(folder: string): JsonRecords<UndoneVersion> {
    return new JsonRecords(folder, undoneIn);
}

function undoneIn({
    root,
    path: file,
    size,
    sha256,
    undoneAt,
    mtimeMs,
    ...rights
}: Readonly<Record<string, unknown>>): UndoneVersion | undefined {
    if (typeof root !== 'string' || typeof file !== 'string' || typeof sha256 !== 'string') return undefined;
    if (typeof size !== 'number' || typeof undoneAt !== 'number') return undefined;
    const time = typeof mtimeMs === 'number' ? { mtimeMs } : {};
    return { root, path: file, size, sha256, undoneAt, ...time, ...rightsIn(rights) };
}
