import * as vscode from 'vscode';
import { REVEAL_IN_VIEW } from '../commandIds';
import { plainLine } from '../core/base/plainText';
import { folderOf, isRepositoryPath } from '../core/base/repositoryPath';
import type { Repositories, RepositoryResource } from '../model/repositories';
import { linkedFile, type LinkedFile } from '../ui/fileLink';
import { showMessage } from '../ui/messages';

/** Shows the file of a link that somebody follows. A link changes nothing, whoever made it. */
export function registerLinks(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    ready: Promise<void>,
): vscode.UriHandler {
    const handler = {
        handleUri: async (uri: vscode.Uri): Promise<void> => {
            const linked = linkedFile(uri);
            if (linked === undefined) return showMessage('warning', 'The link is none of a file in a repository.');
            await ready;
            const found = await locate(repositories, linked);
            if (found !== undefined) return void vscode.commands.executeCommand(REVEAL_IN_VIEW, found);
            const name = linked.repository === '' ? '' : ` (${plainLine(linked.repository)})`;
            const text = `${plainLine(linked.path)} is in none of the repositories that are open here. Open the folder of its repository${name}, and follow the link again.`;
            const open = { title: 'Open Folder…', command: 'workbench.action.files.openFolder' };
            showMessage('warning', text, [open]);
        },
    };
    context.subscriptions.push(vscode.window.registerUriHandler(handler));
    return handler;
}

async function locate(repositories: Repositories, linked: LinkedFile): Promise<RepositoryResource | undefined> {
    if (!isRepositoryPath(linked.path)) return undefined;
    const isNamed = ({ name }: { readonly name: string }): boolean => name === linked.repository;
    const sessions = [...repositories.all].sort((one, other) => Number(isNamed(other)) - Number(isNamed(one)));
    for (const session of sessions) {
        const { repository } = session;
        await repository.look(folderOf(linked.path));
        const path = repository.snapshot.locate(linked.path);
        if (path !== undefined) return { session, path };
    }
    return undefined;
}
