import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { isTight, spaceOf } from '../core/disk/freeSpace';
import { DisposableStore } from '../model/disposables';
import type { RepositorySession } from '../model/repositorySession';
import type { Repositories } from '../model/repositories';
import { showMessage } from '../ui/messages';

const LOOK_INTERVAL_MS = 60 * 60_000;
/** How long nothing is offered again for the same locks file. */
const SILENCE_MS = 7 * 24 * 60 * 60_000;
const MEGABYTE = 2 ** 20;

/** Offers to tidy up revisions when the disk of a locks file gets tight. Looks in the background, and holds up nothing. */
export class TightDisk implements vscode.Disposable {
    private readonly disposables = new DisposableStore();
    /** A share that hangs is not asked a second time. */
    private isLooking = false;

    constructor(
        private readonly repositories: Repositories,
        private readonly state: vscode.Memento,
        private readonly space = spaceOf,
    ) {
        this.disposables.add(repositories.onDidReopen(() => void this.look()));
        this.disposables.addInterval(() => void this.look(), LOOK_INTERVAL_MS);
    }

    /** Looks at every disk now. */
    async look(): Promise<void> {
        if (this.isLooking || !vscode.workspace.isTrusted) return;
        this.isLooking = true;
        try {
            for (const session of this.repositories.all) await this.lookAt(session);
        } finally {
            this.isLooking = false;
        }
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async lookAt({ locksFile, repository }: RepositorySession): Promise<void> {
        const key = `tightDisk ${locksFile}`;
        if (Date.now() - this.state.get<number>(key, 0) < SILENCE_MS) return;
        try {
            const space = await this.space(dirname(locksFile));
            if (!isTight(space)) return;
            await stat(repository.revisions.store.folder); // Without revisions there is nothing to tidy up.
            await this.state.update(key, Date.now());
            const free = `${Math.floor(space.free / MEGABYTE).toLocaleString()} MB`;
            showMessage(
                'warning',
                `The disk of ${locksFile} has only ${free} free. Old revisions that are no longer needed can be removed.`,
                [{ title: 'Tidy Up Revisions…', command: commandIds.tidyRevisions }],
            );
        } catch (error) {
            rethrowUnlessSystemError(error); // Nobody can tell; the next look may.
        }
    }
}
