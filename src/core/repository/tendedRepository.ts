import { findFiles } from './findFiles';
import { ObservedRepository } from './observedRepository';
import { renameWithLocks } from './renameWithLocks';
import type { RestorePreview } from '../locks/locksRestore';
import type { Renaming } from '../locks/renameRule';
import type { Outcome } from '../locks/rules';

/**
 * What keeps the locks true beside check-outs and check-ins: they follow files that are renamed or deleted, and a user who
 * has another name, and they come back from their last good copy.
 */
export class TendedRepository extends ObservedRepository {
    /**
     * Renames a file that nobody else has, together with its lock, or a folder together with the locks of the files below it,
     * as one transaction.
     * @param from path inside the repository
     * @param to path inside the repository that nothing has yet; the folder that it lies in must exist
     * @returns one outcome for what was renamed, and after that of a folder one for each lock below it
     * @throws CheckoutError `fileNotRenamed` and others; unless the sentence says otherwise, nothing was changed
     */
    rename(
        from: string,
        to: string,
        { fromOtherComputer }: { readonly fromOtherComputer?: boolean } = {},
    ): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            await this.folders.require(this.snapshot);
            const [request] = await findFiles(this.live, this.folders, [from, to]);
            const { store, snapshot } = this;
            const { changed, outcomes } = await renameWithLocks(
                request!,
                to,
                { ...this.options, store, snapshot },
                fromOtherComputer,
            );
            if (changed !== undefined) await this.showChanged(changed, [from, to]);
            return outcomes;
        });
    }

    /**
     * Has the locks go along with a file or folder that was renamed already, everybody's, in one transaction, with one
     * outcome for each lock. Where nothing was checked out, only the history says it.
     * @param renaming paths inside the repository
     * @throws CheckoutError when the transaction could not be carried out
     */
    followRename(renaming: Renaming): Promise<readonly Outcome[]> {
        const { user, extensions } = this.options;
        return this.work.run(async () => {
            const changed = await this.store.rename(renaming, { user, extensions, onlyOwn: false });
            await this.showChanged(changed, [renaming.from, renaming.to]);
            return changed.outcomes;
        });
    }

    /**
     * Notes in the history that files or folders were deleted, for those files that are checked out.
     * @param paths inside the repository
     * @returns one outcome for each file that is checked out, and stays so
     * @throws CheckoutError when the transaction could not be carried out
     */
    noteDeletion(paths: readonly string[]): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            const changed = await this.store.noteDeletion(paths, this.options.user);
            await this.showChanged(changed, paths);
            return changed.outcomes;
        });
    }

    /**
     * Has the user go on with the check-outs that they made at this computer under another name, in one transaction.
     * @throws CheckoutError when the transaction could not be carried out
     */
    carryAlong(from: string): Promise<readonly Outcome[]> {
        return this.work.run(async () => {
            const changed = await this.store.carryAlong(from, this.options.user);
            await this.showLocks(changed);
            return changed.outcomes;
        });
    }

    /**
     * What a restore of the last good copy of the locks would change.
     * @throws CheckoutError `noBackup`, `locksFileUnreachable`
     */
    previewRestore(): Promise<RestorePreview> {
        return this.store.previewRestore();
    }

    /**
     * Puts the last good copy of the locks in force, if it and the locks are still what the person was shown.
     * @returns where the locks of before are kept; undefined when there were none
     * @throws CheckoutError
     */
    restoreLocks(preview: RestorePreview): Promise<string | undefined> {
        return this.work.run(async () => {
            const restored = await this.store.restore(preview);
            await this.live.guard(async () =>
                this.live.show(await this.folders.relist(this.snapshot), this.adopt(restored)),
            );
            return restored.setAside;
        });
    }
}
