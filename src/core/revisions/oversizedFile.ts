import type { FileStamp } from '../disk/fileStamp';
import type { FileContent } from '../history/historyEvent';
import { isAsStamped } from './stagedRevision';

/** A file that is larger than what is kept. It takes the place of a staged revision, and nothing lies on the disk for it. */
export class OversizedFile {
    /** @param content its size: it was not read */
    constructor(
        readonly content: FileContent,
        private readonly stamp: FileStamp,
    ) {}

    /** Whether a file is still the one that was too large. @throws the system error */
    isStill(diskPath: string): Promise<boolean> {
        return isAsStamped(diskPath, this.stamp);
    }
}
