// model: what talks to VS Code but draws nothing: the open repositories, the settings, and what is known about files.

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import { folderOf } from '../core/base/repositoryPath';
import type { RepositoryChange } from '../core/repository/liveSnapshot';
import { isSameFile } from '../core/repository/placeNote';
import type { RepositoryFile } from '../core/repository/snapshot';
import { SerialQueue } from '../core/base/serialQueue';
import { DisposableStore } from './disposables';
import { isUncRefusal } from '../core/disk/ioErrors';
import { absenceOf, type FolderWithout, markOf, MissingRepositories } from './missingRepositories';
import type { LockServers } from './lockServers';
import { RepositorySession, type Warn } from './repositorySession';
import { onDidChangeSettings, readLiveSettings, readSettings } from './settings';
import { resourceOf } from './tabResource';
import { stateOf, type WindowState } from './windowState';
import type { UserNames } from './userNames';

/** A file and the repository it belongs to. */
export interface RepositoryResource {
    readonly session: RepositorySession;
    /** Path inside the repository. */
    readonly path: string;
}

/** Several files that one row of the tree stands for. */
export interface RepositoryResources {
    readonly session: RepositorySession;
    /** Their paths, as they are now. A folder may have to be listed first. */
    readonly members: () => readonly string[] | Promise<readonly string[]>;
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

/** How many paths of files and folders are remembered, to ask for them again after the repositories were reopened. */
const PATHS_REMEMBERED = 1000;

/** The repositories of all workspace folders. */
export class Repositories implements vscode.Disposable {
    private sessions: readonly RepositorySession[] = [];
    private wasOpened = false;
    private readonly opening = new SerialQueue();
    private disposed = false;
    private readonly disposables = new DisposableStore();
    private readonly missing = this.disposables.add(new MissingRepositories(() => void this.reopen()));
    /** Folders and open files that were looked at, whether or not they lie in a repository. */
    private readonly looked = new Set<string>();
    private readonly changing = this.disposables.add(new vscode.EventEmitter<SessionChange>());
    private readonly showing = this.disposables.add(new vscode.EventEmitter<RepositorySession>());
    private readonly reopening = this.disposables.add(new vscode.EventEmitter<void>());
    private readonly openSessions = this.disposables.add(new DisposableStore());

    /** What one of the open repositories shows changed. */
    readonly onDidChange = this.changing.event;
    /** One of the open repositories shows other folders, or came into view again. */
    readonly onDidShowFolders = this.showing.event;
    /** Other repositories are open now, or the same ones under other settings. */
    readonly onDidReopen = this.reopening.event;

    /** @param warn shows, once for each sentence, what stays wrong until someone repairs it */
    constructor(
        private readonly log: vscode.LogOutputChannel,
        private readonly warn: Warn,
        readonly lockServers: LockServers,
        readonly names: UserNames,
    ) {
        const reopen = (): void => void this.reopen();
        this.disposables.addAll(
            onDidChangeSettings(() => {
                for (const session of this.sessions) session.adopt(readLiveSettings(session.folder));
                reopen();
            }),
            vscode.workspace.onDidChangeWorkspaceFolders(reopen),
            vscode.workspace.onDidGrantWorkspaceTrust(reopen),
            lockServers.onDidChange(() => {
                if (this.sessions.some(({ server }) => server !== undefined)) reopen();
            }),
            vscode.workspace.onDidOpenTextDocument(({ uri }) => void this.learn([uri])),
            vscode.window.tabGroups.onDidChangeTabs(
                ({ opened }) => void this.learn(opened.flatMap((tab) => resourceOf(tab) ?? [])),
            ),
        );
    }

    get all(): readonly RepositorySession[] {
        return this.sessions;
    }

    /** The state of the one repository, or of all if they agree; otherwise `ready`, and each shows its own. */
    get state(): WindowState {
        if (!vscode.workspace.workspaceFolders?.length) return 'noFolder';
        if (this.sessions.length === 0) return this.wasOpened ? (this.missing.absence ?? 'noRepository') : 'loading';
        const states = new Set(this.sessions.map(stateOf));
        const [only] = states;
        return states.size === 1 && only !== undefined ? only : 'ready';
    }

    /** Why a workspace folder was refused as a repository, in sentences. */
    get refusal(): string | undefined {
        return this.missing.refusal;
    }

    /** Reopens the repositories after the settings or the folders changed. */
    reopen(): Promise<void> {
        return this.opening.run(() => this.openAll());
    }

    /** Reads everything again; also searches for a repository where there was none. */
    async refresh(): Promise<void> {
        await this.opening.idle();
        if (this.missing.absence !== undefined) await this.reopen();
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

    /**
     * Asks the disk whether the folder of a resource is one of a repository by another path: through a link, another drive or
     * in another spelling. It is then found like any other.
     */
    async learnFolderOf(uri: vscode.Uri): Promise<void> {
        if (uri.scheme === 'file') await this.learnPaths([dirname(uri.fsPath)]);
    }

    /** As `find`, by whatever path the resource is named, with its folder listed. */
    async findListed(uri: vscode.Uri): Promise<RepositoryResource | undefined> {
        await this.learnFolderOf(uri);
        const found = this.find(uri);
        if (found === undefined) return undefined;
        const { repository } = found.session;
        const folder = folderOf(found.path);
        if (repository.snapshot.folder(folder) === undefined) await repository.look(folder);
        return found;
    }

    /** Every file that the user holds, in all repositories. */
    heldByMe(): (RepositoryResource & { readonly file: RepositoryFile })[] {
        return this.sessions.flatMap((session) =>
            session.repository.snapshot.heldByMe().map((file) => ({ session, path: file.path, file })),
        );
    }

    dispose(): void {
        this.disposed = true;
        this.disposables.dispose();
    }

    private async openAll(): Promise<void> {
        const folders = vscode.workspace.workspaceFolders ?? [];
        const before = this.sessions;
        const found = await Promise.all(folders.map((folder) => this.open(folder)));
        const sessions = await withoutDuplicates(found.filter((one) => one instanceof RepositorySession));
        this.openSessions.clear();
        this.sessions = sessions;
        this.wasOpened = true;
        for (const session of this.sessions) {
            this.openSessions.addAll(
                session,
                session.onDidChange((change) => this.changing.fire({ session, change })),
                session.onDidShowFolders(() => this.showing.fire(session)),
            );
        }
        if (this.disposed) return;
        for (const { repository, openFolders } of this.sessions) {
            const old = before.find((other) => other.repository.options.root === repository.options.root);
            // VS Code leaves rows with the same id open, and does not report them again.
            for (const folder of old?.openFolders ?? []) openFolders.add(folder);
        }
        this.missing.waitFor(found.flatMap((one) => (one instanceof RepositorySession ? [] : [one])));
        await this.learnFolders();
        this.reopening.fire();
        void this.learnOpenFiles();
        await Promise.all(this.sessions.map(({ repository }) => repository.refresh()));
        // Not awaited: the first rows are there, and reading a large share takes long.
        for (const { repository } of this.sessions) void repository.lookFurther();
    }

    private async open(folder: vscode.WorkspaceFolder): Promise<RepositorySession | FolderWithout> {
        const settings = readSettings(folder);
        const mark = markOf(folder, settings);
        try {
            const { log, warn, lockServers } = this;
            return await RepositorySession.open(folder, settings, {
                log,
                warn,
                lockServers,
                onMoved: () => void this.reopen(),
            });
        } catch (error) {
            const without = { folder, settings, error, mark: await mark };
            this.log.warn(describeError(error));
            if (isUncRefusal(error)) this.warn(describeError(error), 'allowServer');
            else if (absenceOf(without) === 'refused') this.warn(describeError(error), 'settings');
            return without;
        }
    }

    /** Learns by what paths the workspace folders lead into the repositories. */
    private async learnFolders(): Promise<void> {
        const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
        await Promise.all(
            this.sessions.map((session) => Promise.all(folders.map(({ uri }) => session.learnName(uri.fsPath)))),
        );
    }

    /** Learns the same of open files, and of what was looked at before: these may be on a share that does not answer. */
    private async learnOpenFiles(): Promise<void> {
        const looked = [...this.looked];
        this.looked.clear();
        const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) =>
            all.flatMap((tab) => resourceOf(tab) ?? []),
        );
        await this.learn([...tabs, ...vscode.workspace.textDocuments.map(({ uri }) => uri)]);
        await this.learnPaths(looked);
    }

    /** Learns the paths of open files: one of them may be a link by itself. */
    private async learn(uris: readonly vscode.Uri[]): Promise<void> {
        const files = uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
        await this.learnPaths([...new Set(files.flatMap((file) => [dirname(file), file]))]);
    }

    private async learnPaths(paths: readonly string[]): Promise<void> {
        for (const path of paths.filter((each) => !this.looked.has(each))) {
            if (this.looked.size < PATHS_REMEMBERED) this.looked.add(path);
            for (const session of this.sessions) {
                if (!(await session.learnName(path))) continue;
                const files = new Set(session.repository.snapshot.held().map((file) => file.path));
                this.changing.fire({ session, change: { files, folders: new Set(['']), state: false } });
            }
        }
    }
}

/** Two workspace folders may be parts of one repository, which is then shown once. */
async function withoutDuplicates(sessions: readonly RepositorySession[]): Promise<RepositorySession[]> {
    const different: RepositorySession[] = [];
    for (const session of sessions) {
        const isSame = await Promise.all(different.map((other) => isSameFile(other.locksFile, session.locksFile)));
        if (isSame.includes(true)) session.dispose();
        else different.push(session);
    }
    return different;
}
