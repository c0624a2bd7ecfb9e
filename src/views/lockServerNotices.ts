import type * as vscode from 'vscode';
import { remedyOf } from '../ui/serverText';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';

/** Tells once, for each folder, that the person has to do something before a lock server can be used. */
export class LockServerNotices implements vscode.Disposable {
    private readonly subscription: vscode.Disposable;
    private readonly told = new Set<string>();

    constructor(private readonly repositories: Repositories) {
        this.subscription = repositories.onDidChange(({ session, change }) => {
            if (change.state) this.look(session);
        });
    }

    dispose(): void {
        this.subscription.dispose();
    }

    private look(session: RepositorySession): void {
        const { state } = session.repository;
        const remedy = remedyOf(session);
        const folder = session.folder.uri.toString();
        // One step leads to the next: who follows the first needs no word about the others.
        if (remedy === undefined || !('error' in state) || this.told.has(folder)) return;
        if (session.server !== undefined && this.repositories.lockServers.hasSignedOut(session.server.address)) return;
        this.told.add(folder);
        const { button: title, command } = remedy;
        showMessage('warning', state.error.message, [{ title, command, arguments: [{ session, path: '' }] }]);
    }
}
