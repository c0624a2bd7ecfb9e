import type * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import { plainName } from '../core/base/plainText';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import type { UserNames } from '../model/userNames';
import { showMessage } from '../ui/messages';

/** After the user's name was changed: offers to go on with what is checked out on this computer under the name of before. */
export class ChangedName implements vscode.Disposable {
    private readonly subscription: vscode.Disposable;

    constructor(
        repositories: Repositories,
        private readonly names: UserNames,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.subscription = repositories.onDidChange(({ session, change }) => {
            if (change.state || change.files.size > 0) this.look(session);
        });
    }

    dispose(): void {
        this.subscription.dispose();
    }

    private look(session: RepositorySession): void {
        if (session.repository.state.kind !== 'ready') return;
        const before = this.names.before(session);
        if (before === undefined) return;
        const [files, are, them] =
            before.files === 1 ? ['1 file', 'is', 'it'] : [`${before.files} files`, 'are', 'them'];
        const text = `${files} ${are} checked out on this computer as ${plainName(before.name)}. Go on with ${them} as ${plainName(session.settings.user)}?`;
        showMessage('info', text, [{ title: 'Carry Along', run: () => void this.carryAlong(session, before.name) }]);
    }

    private async carryAlong(session: RepositorySession, name: string): Promise<void> {
        try {
            await session.repository.carryAlong(name);
        } catch (error) {
            this.log.error(describeError(error));
            showMessage('error', describeError(error));
        }
    }
}
