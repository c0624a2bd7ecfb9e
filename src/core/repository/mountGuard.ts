import { stat } from 'node:fs/promises';
import { CheckoutError } from '../base/errors';
import type { FolderListing } from './listing';
import { retryUntilAnswered } from '../disk/retry';

/**
 * Guards a folder on which a share may be mounted. An unmounted share leaves an empty folder behind, which must not look
 * as if everything had been removed. A folder that was really emptied is still the same folder.
 */
export class MountGuard {
    /** Which folder it was when it last had anything in it. */
    private known: string | undefined;

    /** @param folder absolute path */
    constructor(private readonly folder: string) {}

    /** Whether another folder is in its place than the one that last had anything in it. @throws the system error of `stat` */
    async isAnother(): Promise<boolean> {
        const identity = await this.identify();
        return this.known !== undefined && this.known !== identity;
    }

    /**
     * Call it with what was found in the folder.
     * @throws CheckoutError `repositoryUnreachable` when it is empty because nothing is mounted there; the system error of `stat`
     */
    async requireMounted({ files, folders, unusable }: FolderListing): Promise<void> {
        const identity = await this.identify();
        if (files.size > 0 || folders.size > 0 || unusable !== undefined) this.known = identity;
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
