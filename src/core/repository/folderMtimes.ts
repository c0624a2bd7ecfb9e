import { stat } from 'node:fs/promises';
import { rethrowUnlessSystemError } from '../base/errors';
import { FileStamp } from '../disk/fileStamp';

/** A folder is read at every tenth look although its time did not change: on exFAT the time misses files that come and go. */
const LOOKS_PER_READ = 10;

/**
 * Tells by one `stat` whether a folder has to be read again. Its time is trusted once two looks found it unchanged: where
 * times are as coarse as 2 s, a second change within that time does not show.
 */
export class FolderMtimes {
    private readonly seen = new Map<string, { readonly stamp: FileStamp | undefined; readonly times: number }>();

    async mayHaveChanged(diskPath: string): Promise<boolean> {
        const stamp = await stampOfFolder(diskPath);
        const before = this.seen.get(diskPath);
        const times =
            before !== undefined && stamp !== undefined && FileStamp.same(stamp, before.stamp) ? before.times + 1 : 0;
        this.seen.set(diskPath, { stamp, times });
        return times < 2 || times % LOOKS_PER_READ === 0;
    }
}

async function stampOfFolder(diskPath: string): Promise<FileStamp | undefined> {
    try {
        return FileStamp.of(await stat(diskPath, { bigint: true }));
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}
