import * as vscode from 'vscode';
import { withoutIcons } from '../host/lockText';
import type { OpenRepository } from '../host/openRepository';
import { isRepositoryResource, type Repositories } from '../host/repositories';

/** The repository that a command is about: that of the row it was called for, the only one, or the one that is picked. */
export async function pickRepository(
    repositories: Repositories,
    [row]: readonly unknown[],
    placeHolder: string,
): Promise<OpenRepository | undefined> {
    if (isRepositoryResource(row)) return row.opened;
    const [only, ...others] = repositories.all;
    if (only === undefined) {
        void vscode.window.showInformationMessage('No repository is open in this window.');
        return undefined;
    }
    if (others.length === 0) return only;
    const items = repositories.all.map((opened) => ({
        label: withoutIcons(opened.name),
        description: withoutIcons(opened.repository.options.root),
        opened,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.opened;
}
