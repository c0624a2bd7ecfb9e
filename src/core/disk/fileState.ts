import type { Stats } from 'node:fs';

/** By what one can tell, without reading it, that a file was changed: bytes, and milliseconds since 1970. */
export interface FileTimes {
    readonly size: number;
    readonly mtimeMs: number;
}

/** Who may do what with a file; each where the disk has it. */
export interface FileRights {
    /** Permission bits. */
    readonly mode?: number;
    readonly uid?: number;
    readonly gid?: number;
}

/** A file at one moment: its times, its rights and, where it was read, the SHA-256 of its content in hexadecimal. */
export interface FileState extends FileTimes, FileRights {
    readonly sha256?: string;
    /** Its content, where that is small and was wanted. */
    readonly bytes?: Buffer;
}

/** A time that is a multiple of it may come from a disk that keeps seconds: FAT, and some file servers. */
const COARSEST_EXACT_MS = 1000;

/** Whether both are of one state of a file. */
export function sameTimes(one: FileTimes, other: FileTimes): boolean {
    return one.size === other.size && one.mtimeMs === other.mtimeMs;
}

/** Whether a file can have been written again without another time. */
export function isCoarse({ mtimeMs }: FileTimes): boolean {
    return mtimeMs % COARSEST_EXACT_MS === 0;
}

/** What the disk says of a file. */
export function stateOf({ size, mtimeMs, mode, uid, gid }: Stats): FileState {
    // Windows makes up modes and owners.
    return process.platform === 'win32' ? { size, mtimeMs } : { size, mtimeMs, mode: mode & 0o7777, uid, gid };
}
