import { stat } from 'node:fs/promises';
import { CheckoutError } from '../base/errors';
import type { FolderListing } from './listing';
import { retryUntilAnswered } from '../disk/retry';

/**
 * A folder that may be where a share is mounted. An unmounted share leaves an empty folder behind, which must not pass
 * for one from which everything was removed: that would be the same folder as before.
 */
export class MountGuard {
    /** Which folder it was when it last had anything in it. */
    private known: string | undefined;

    /** @param folder absolute path */
    constructor(private readonly folder: string) {}

    /** Whether it is not the folder that last had something in it. @throws the system error of `stat` */
    async isAnother(): Promise<boolean> {
        const identity = await this.identify();
        return this.known !== undefined && this.known !== identity;
    }

    /**
     * To be called with what was found in it.
     * @throws CheckoutError `repositoryUnreachable` when it is empty because nothing is mounted there; the system error of `stat`
     */
    async requireMounted({ files, folders }: FolderListing): Promise<void> {
        const identity = await this.identify();
        if (files.size > 0 || folders.size > 0) this.known = identity;
        if ((this.known ?? identity) === identity) return;
        throw new CheckoutError(
            'repositoryUnreachable',
            `${this.folder} is empty, and not the folder that was there before, as when a share is not connected. Connect it, and try again.`,
            this.folder,
        );
    }

    private async identify(): Promise<string> {
        const { dev, ino } = await retryUntilAnswered(() => stat(this.folder, { bigint: true }));
        return `${dev} ${ino}`;
    }
}
