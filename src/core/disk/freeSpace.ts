import { statfs } from 'node:fs/promises';

/** Room on a disk, in bytes. */
export interface Space {
    readonly free: number;
    /** 0 where the disk does not tell. */
    readonly total: number;
}

const LEAST_FREE_BYTES = 2 * 2 ** 30;
const LEAST_FREE_SHARE = 0.05;

/** The room on the disk of a folder, for this user. @throws the system error */
export async function spaceOf(folder: string): Promise<Space> {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
}

/** Whether a disk has less than 5 % or 2 GB free. Not where nobody can tell. */
export function isTight({ free, total }: Space): boolean {
    return total > 0 && free < Math.max(LEAST_FREE_BYTES, total * LEAST_FREE_SHARE);
}
