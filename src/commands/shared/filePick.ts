import * as vscode from 'vscode';
import { folderOf, nameOf } from '../../core/base/repositoryPath';
import type { RepositoryFile } from '../../core/repository/snapshot';
import { withoutIcons } from '../../ui/textSafety';
import { lockLine } from '../../ui/lockText';
import { plainLine } from '../../core/base/plainText';
import type { Repositories, RepositoryResource } from '../../model/repositories';
import { stateIcon } from '../../ui/stateIcon';

/** A file of a quick pick. */
export interface FileItem extends vscode.QuickPickItem {
    readonly resource: RepositoryResource;
    readonly file: RepositoryFile;
}

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** A file as an item of a quick pick: its name, its folder, who has it. */
export function fileItem(resource: RepositoryResource, file: RepositoryFile): FileItem {
    const line = lockLine(file, Date.now());
    const folder = plainLine(folderOf(file.path));
    return {
        label: withoutIcons(plainLine(nameOf(file.path))),
        description: withoutIcons([folder, line].filter((part) => part !== '').join(' · ')),
        iconPath: stateIcon(file),
        resource,
        file,
    };
}

/** Every file of every repository, by name, as items of a quick pick. Reads the folders that were not read yet. */
export async function allFileItems(
    repositories: Repositories,
    suits: (file: RepositoryFile) => boolean = () => true,
): Promise<FileItem[]> {
    await Promise.all(repositories.all.map(({ repository }) => repository.lookEverywhere()));
    return repositories.all
        .flatMap((session) =>
            session.repository.snapshot
                .files()
                .filter(suits)
                .map((file) => fileItem({ session, path: file.path }, file)),
        )
        .sort((one, other) => order.compare(one.label, other.label));
}

/** Lets the user select one file; undefined when they cancel. */
export async function pickFile(
    repositories: Repositories,
    placeHolder: string,
    suits: (file: RepositoryFile) => boolean,
): Promise<RepositoryResource | undefined> {
    const items = allFileItems(repositories, suits);
    const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
    return picked?.resource;
}

/**
 * Lets the user select files from a list in which all are selected at first.
 * @returns undefined when they cancel
 */
export async function pickSeveralFiles(
    items: readonly (FileItem | vscode.QuickPickItem)[],
    texts: { readonly title: string; readonly placeholder: string },
): Promise<readonly RepositoryResource[] | undefined> {
    // VS Code's showQuickPick shows an empty list first, and Enter in that selects nothing.
    const pick = vscode.window.createQuickPick<FileItem | vscode.QuickPickItem>();
    const selectedItems = items.filter((item) => 'resource' in item);
    Object.assign(pick, { ...texts, matchOnDescription: true, canSelectMany: true, items, selectedItems });
    try {
        const selected = await new Promise<readonly vscode.QuickPickItem[] | undefined>((resolve) => {
            pick.onDidAccept(() => resolve(pick.selectedItems));
            pick.onDidHide(() => resolve(undefined));
            pick.show();
        });
        return selected?.flatMap((item) => ('resource' in item ? [(item as FileItem).resource] : []));
    } finally {
        pick.dispose();
    }
}
