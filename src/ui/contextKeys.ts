import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import type { Repositories } from '../model/repositories';

/** Extensions with more letters than this are offered in lower and upper case only. */
const LETTERS_IN_EVERY_CASE = 6;

/**
 * Keeps the context keys that the `when` clauses of package.json ask: which folders belong to a repository, which
 * extensions count, what is held, and how the window is. Each is sent only when it changed.
 */
export function registerContextKeys(repositories: Repositories): vscode.Disposable {
    const sent = new Map<string, string>();
    const set = (key: string, value: unknown): void => {
        const text = JSON.stringify(value);
        if (sent.get(key) === text) return;
        sent.set(key, text);
        void vscode.commands.executeCommand('setContext', `cncCheckout.${key}`, value);
    };
    const updateLocks = (): void => {
        const held = repositories.all.flatMap(({ repository }) => repository.snapshot.held());
        set('held', namesOf(held.map(({ diskPath }) => diskPath)));
        set('heldByMe', namesOf(held.filter(({ state }) => state === 'heldByMe').map(({ diskPath }) => diskPath)));
        set('state', repositories.state);
    };
    const updateFolders = (): void => {
        const folders = repositories.all.flatMap(({ repository: { snapshot } }) =>
            [...snapshot.listings.keys()].map((folder) => snapshot.diskPath(folder)),
        );
        set('folders', namesOf(folders));
        set(
            'extensions',
            keys(repositories.all.flatMap(({ settings }) => [...settings.extensions].flatMap(inEveryCase))),
        );
    };
    const disposables = new DisposableStore();
    disposables.addAll(
        repositories.onDidReopen(() => {
            updateLocks();
            updateFolders();
        }),
        repositories.onDidChange(({ change }) => {
            updateLocks();
            if (change.folders.size > 0) updateFolders();
        }),
    );
    updateLocks();
    return disposables;
}

/** A resource's path in a `when` clause is spelled as the `fsPath` of its URI. */
function namesOf(diskPaths: readonly string[]): Record<string, true> {
    return keys(diskPaths.map((diskPath) => vscode.Uri.file(diskPath).fsPath));
}

/** What `in` looks into: an object with these keys. */
function keys(names: readonly string[]): Record<string, true> {
    return Object.fromEntries(names.map((name) => [name, true as const]));
}

function inEveryCase(extension: string): string[] {
    if (extension.length > LETTERS_IN_EVERY_CASE) return [extension, extension.toUpperCase()];
    return [...extension].reduce<string[]>(
        (spellings, letter) =>
            spellings.flatMap((start) => [...new Set([start + letter.toLowerCase(), start + letter.toUpperCase()])]),
        [''],
    );
}
