import * as vscode from 'vscode';
import { DisposableStore } from '../model/disposables';
import type { Repositories } from '../model/repositories';

/** For longer extensions, only all lower and all upper case are listed. */
const LETTERS_IN_EVERY_CASE = 6;

/**
 * Sets the context keys of the `when` clauses in package.json: the folders of repositories, the extensions, the held
 * files and the state of the window. Each is sent only when it changed.
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
        const held = repositories.all.flatMap((session) =>
            session.repository.snapshot.held().map(({ path, state }) => ({ state, names: session.diskPathsOf(path) })),
        );
        const mine = held.filter(({ state }) => state === 'heldByMe');
        set('held', namesOf(held.flatMap(({ names }) => names)));
        set('heldByMe', namesOf(mine.flatMap(({ names }) => names)));
        set('holdsAny', mine.length > 0);
        set('othersHoldAny', held.length > mine.length);
        set('state', repositories.state);
        const servers = repositories.all.map(({ server }) => server);
        set(
            'lockServer',
            servers.some((server) => server !== undefined),
        );
        // A person who may only look sees no command that changes something.
        set('viewOnly', servers.length > 0 && servers.every((server) => server?.role === 'viewer'));
    };
    const updateFolders = (): void => {
        const folders = repositories.all.flatMap((session) =>
            [...session.repository.snapshot.listings.keys()].flatMap((folder) => session.diskPathsOf(folder)),
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
