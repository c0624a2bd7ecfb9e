/** What tells two states of one file apart without reading it: another inode, size or modification time. */
export type FileStamp = string;

/** The stamp of a file from its `stat` in bigint form. */
export function stampOf(stats: { ino: bigint; size: bigint; mtimeNs: bigint }): FileStamp {
    return `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}

/**
 * Whether a stamp comes from a disk that keeps times in whole seconds or coarser (FAT: every second one), so that a file
 * may have been written in place since and have the same stamp.
 */
export function isCoarse(stamp: FileStamp): boolean {
    return stamp.endsWith('000000000');
}
