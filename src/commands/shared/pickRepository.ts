import * as vscode from 'vscode';
import { withoutIcons } from '../../ui/textSafety';
import type { RepositorySession } from '../../model/repositorySession';
import { isRepositoryResource, type Repositories } from '../../model/repositories';

/** The repository of the row that a command was called for, the only one, or the one that the user selects. */
export async function pickRepository(
    repositories: Repositories,
    [row]: readonly unknown[],
    placeHolder: string,
): Promise<RepositorySession | undefined> {
    if (isRepositoryResource(row)) return row.session;
    const [only, ...others] = repositories.all;
    if (only === undefined) {
        void vscode.window.showInformationMessage('No repository is open in this window.');
        return undefined;
    }
    if (others.length === 0) return only;
    const items = repositories.all.map((session) => ({
        label: withoutIcons(session.name),
        description: withoutIcons(session.repository.options.root),
        session,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.session;
}
