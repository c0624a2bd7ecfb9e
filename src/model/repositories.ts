// model: what talks to VS Code but draws nothing: the open repositories, the settings, and what is known about files.

import * as vscode from 'vscode';
import { CheckoutError, describeError } from '../core/base/errors';
import type { RepositoryChange } from '../core/repository/liveSnapshot';
import type { RepositoryFile } from '../core/repository/snapshot';
import { SerialQueue } from '../core/base/serialQueue';
import { DisposableStore } from './disposables';
import { RepositorySession, type Warn } from './repositorySession';
import { onDidChangeSettings, readSettings } from './settings';

/** A file and the repository it belongs to. */
export interface RepositoryResource {
    readonly session: RepositorySession;
    /** Path inside the repository. */
    readonly path: string;
}

/** Several files that one row of the tree stands for. */
export interface RepositoryResources {
    readonly session: RepositorySession;
    /** Their paths, as they are now. */
    readonly members: () => readonly string[];
}

/** Whether an argument of a command is a row of the tree or a file of a list, not a resource of VS Code. */
export function isRepositoryResource(value: unknown): value is RepositoryResource {
    return (
        typeof value === 'object' && value !== null && 'session' in value && value.session instanceof RepositorySession
    );
}

/** What changed in one of the open repositories. */
export interface SessionChange {
    readonly session: RepositorySession;
    readonly change: RepositoryChange;
}

/** The state of all repositories of the window taken together. */
export type WindowState = 'loading' | 'noFolder' | 'noRepository' | 'unreachable' | 'damaged' | 'empty' | 'ready';

/** How often a workspace folder without a repository is searched for one. */
const SEARCH_INTERVAL_MS = 5000;

/** The repositories of all workspace folders. */
export class Repositories implements vscode.Disposable {
    private sessions: readonly RepositorySession[] = [];
    private missing: 'noRepository' | 'unreachable' | 'loading' = 'loading';
    private readonly opening = new SerialQueue();
    private searching: NodeJS.Timeout | undefined;
    private disposed = false;
    private readonly disposables = new DisposableStore();
    private readonly changing = this.disposables.add(new vscode.EventEmitter<SessionChange>());
    private readonly reopening = this.disposables.add(new vscode.EventEmitter<void>());
    private readonly openSessions = this.disposables.add(new DisposableStore());

    /** What one of the open repositories shows changed. */
    readonly onDidChange = this.changing.event;
    /** Other repositories are open now, or the same ones under other settings. */
    readonly onDidReopen = this.reopening.event;

    /** @param warn shows, once for each sentence, what stays wrong until someone repairs it */
    constructor(
        private readonly log: vscode.LogOutputChannel,
        private readonly warn: Warn,
    ) {
        const reopen = (): void => void this.reopen();
        this.disposables.addAll(
            onDidChangeSettings(reopen),
            vscode.workspace.onDidChangeWorkspaceFolders(reopen),
            vscode.workspace.onDidGrantWorkspaceTrust(reopen),
        );
    }

    get all(): readonly RepositorySession[] {
        return this.sessions;
    }

    /** The state of the one repository, or of all if they agree; otherwise `ready`, and each shows its own. */
    get state(): WindowState {
        if (!vscode.workspace.workspaceFolders?.length) return 'noFolder';
        if (this.sessions.length === 0) return this.missing;
        const states = new Set(this.sessions.map(stateOf));
        const [only] = states;
        return states.size === 1 && only !== undefined ? only : 'ready';
    }

    /** Reopens the repositories after the settings or the folders changed. */
    reopen(): Promise<void> {
        return this.opening.run(() => this.openAll());
    }

    /** Reads everything again; also searches for a repository where there was none. */
    async refresh(): Promise<void> {
        await this.opening.idle();
        if (this.sessions.length < (vscode.workspace.workspaceFolders?.length ?? 0)) await this.reopen();
        else await Promise.all(this.sessions.map(({ repository }) => repository.refresh()));
    }

    /** The repository and path of a resource, whether or not such a file exists; undefined outside every repository. */
    find(uri: vscode.Uri): RepositoryResource | undefined {
        for (const session of this.sessions) {
            const path = session.pathOf(uri);
            if (path !== undefined) return { session, path };
        }
        return undefined;
    }

    /** Every file that the user holds, in all repositories. */
    heldByMe(): (RepositoryResource & { readonly file: RepositoryFile })[] {
        return this.sessions.flatMap((session) =>
            session.repository.snapshot.heldByMe().map((file) => ({ session, path: file.path, file })),
        );
    }

    dispose(): void {
        this.disposed = true;
        clearTimeout(this.searching);
        this.disposables.dispose();
    }

    private async openAll(): Promise<void> {
        clearTimeout(this.searching);
        const folders = vscode.workspace.workspaceFolders ?? [];
        const before = this.sessions;
        this.missing = 'noRepository';
        const found = await Promise.all(folders.map((folder) => this.open(folder)));
        this.openSessions.clear();
        this.sessions = found.filter((one) => one !== undefined);
        for (const session of this.sessions) {
            this.openSessions.addAll(
                session,
                session.onDidChange((change) => this.changing.fire({ session, change })),
            );
        }
        if (this.disposed) return;
        for (const { repository, openFolders } of this.sessions) {
            const old = before.find((other) => other.repository.options.root === repository.options.root);
            // VS Code leaves rows with the same id open, and does not report them again.
            for (const folder of old?.openFolders ?? []) openFolders.add(folder);
        }
        this.reopening.fire();
        await Promise.all(this.sessions.map(({ repository }) => repository.refresh()));
        // Not awaited: the first rows are there, and reading a large share takes long.
        for (const { repository } of this.sessions) void repository.lookFurther();
        if (this.sessions.length < folders.length) {
            this.searching = setTimeout(() => void this.lookForMissing(), SEARCH_INTERVAL_MS);
        }
    }

    private async lookForMissing(): Promise<void> {
        const folders = vscode.workspace.workspaceFolders ?? [];
        const without = folders.filter((folder) => !this.sessions.some((session) => session.folder === folder));
        const found = await Promise.all(without.map((folder) => this.open(folder, true)));
        for (const session of found) session?.dispose();
        if (found.some((session) => session !== undefined)) return this.reopen();
        if (!this.disposed) this.searching = setTimeout(() => void this.lookForMissing(), SEARCH_INTERVAL_MS);
    }

    private async open(folder: vscode.WorkspaceFolder, quiet = false): Promise<RepositorySession | undefined> {
        const settings = readSettings(folder);
        try {
            return await RepositorySession.open(folder, settings, this.log, this.warn);
        } catch (error) {
            const expected = error instanceof CheckoutError;
            if (settings.repositoryChosen || (expected && error.code !== 'repositoryMissing')) {
                this.missing = 'unreachable';
            }
            if (!quiet || !expected) this.log.warn(describeError(error));
            return undefined;
        }
    }
}

function stateOf({ repository }: RepositorySession): WindowState {
    const { kind } = repository.state;
    if (kind === 'missing') return 'unreachable';
    if (kind !== 'ready') return kind;
    return repository.snapshot.isEmpty() ? 'empty' : 'ready';
}
