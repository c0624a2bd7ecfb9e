import * as path from 'node:path';
import * as vscode from 'vscode';
import type { FolderEvent, WatchFolder } from '../core/repository/watcher';

type Listener = Parameters<WatchFolder>[1];

/**
 * Reports what happens in folders, by the watcher that VS Code has for the workspace anyway. It holds the workspace folder
 * alone: a folder that we kept open ourselves could not be renamed on Windows, nor any folder above it, on a share by nobody.
 */
export class FolderEvents implements vscode.Disposable {
    private readonly listeners = new Map<string, Set<Listener>>();
    private readonly disposable: vscode.Disposable;

    constructor() {
        // A pattern without a folder: VS Code watches nothing more for it.
        const watcher = vscode.workspace.createFileSystemWatcher('**/*');
        this.disposable = vscode.Disposable.from(
            watcher,
            watcher.onDidCreate((uri) => this.tell('cameOrWent', uri)),
            watcher.onDidChange((uri) => this.tell('written', uri)),
            watcher.onDidDelete((uri) => this.tell('cameOrWent', uri)),
        );
    }

    /** Reports what happens in a folder, see `WatchFolder`. */
    readonly watch: WatchFolder = (diskPath, onEvent) => {
        const uri = vscode.Uri.file(diskPath);
        if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return watchOutside(uri, onEvent);
        const key = keyOf(uri.fsPath);
        const listeners = this.listeners.get(key) ?? new Set();
        this.listeners.set(key, listeners.add(onEvent));
        return { dispose: () => listeners.delete(onEvent) };
    };

    dispose(): void {
        this.disposable.dispose();
    }

    private tell(event: FolderEvent, { fsPath }: vscode.Uri): void {
        for (const listener of this.listeners.get(keyOf(path.dirname(fsPath))) ?? []) {
            listener(event, path.basename(fsPath));
        }
    }
}

/** Outside the workspace VS Code opens the folder itself, so that on Windows only the poll is left. */
function watchOutside(folder: vscode.Uri, onEvent: Listener): vscode.Disposable {
    if (process.platform === 'win32') return new vscode.Disposable(() => undefined);
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const name = (uri: vscode.Uri): string => path.basename(uri.fsPath);
    return vscode.Disposable.from(
        watcher,
        watcher.onDidCreate((uri) => onEvent('cameOrWent', name(uri))),
        watcher.onDidChange((uri) => onEvent('written', name(uri))),
        watcher.onDidDelete((uri) => onEvent('cameOrWent', name(uri))),
    );
}

/** A folder by whatever spelling, where the system has one folder for all of them. */
function keyOf(folder: string): string {
    return process.platform === 'linux' ? folder : folder.normalize('NFC').toLowerCase();
}
