import * as vscode from 'vscode';
import { CheckoutError } from '../core/base/errors';
import { JobPattern } from '../core/programs/jobs';
import { locateRepository } from '../core/repository/locateRepository';
import { LocksFile } from '../core/locks/locksFile';
import { FileLockStore } from '../core/locks/fileLockStore';
import type { RepositoryChange } from '../core/repository/liveSnapshot';
import { Repository } from '../core/repository/repository';
import { folderOf, spelledInRepository } from '../core/base/repositoryPath';
import type { RepositoryFile } from '../core/repository/snapshot';
import { Watcher } from '../core/repository/watcher';
import { DisposableStore } from './disposables';
import { PendingRenames } from './pendingRenames';
import type { Settings } from './settings';

/** Shows a warning, with what helps: the settings by default. */
export type Warn = (sentence: string, help?: 'settings' | 'log') => void;

/** A repository that a workspace folder leads to, kept up to date as long as it is open. */
export class RepositorySession implements vscode.Disposable {
    /** Folders inside the repository whose rows are expanded. */
    readonly openFolders = new Set(['']);
    /** Renames in VS Code whose locks did not go along yet. */
    readonly renames = new PendingRenames();
    /** Which files belong together. */
    readonly jobs: JobPattern;
    private readonly disposables = new DisposableStore();
    private readonly changing = this.disposables.add(new vscode.EventEmitter<RepositoryChange>());
    private readonly showing = this.disposables.add(new vscode.EventEmitter<void>());
    private readonly touching = this.disposables.add(new vscode.EventEmitter<string>());
    private readonly watcher: Watcher;
    private inView = true;

    /** What the repository shows changed. */
    readonly onDidChange = this.changing.event;
    /** Other folders are open now, or they came into view again. */
    readonly onDidShowFolders = this.showing.event;
    /** A path in an open folder, or in a folder of a file that the user holds, that was written, created or removed, as far as the disk reports it. */
    readonly onDidTouch = this.touching.event;

    private constructor(
        readonly folder: vscode.WorkspaceFolder,
        readonly settings: Settings,
        readonly repository: Repository,
        /** Absolute path. */
        readonly locksFile: string,
        warn: Warn,
    ) {
        this.jobs = new JobPattern(settings.jobPattern, (sentence) => warn(sentence));
        const stopListening = repository.onDidChange((change) => {
            if (change.files.size > 0) this.watcher.watchFolders();
            this.changing.fire(change);
        });
        this.disposables.add({ dispose: stopListening });
        this.watcher = this.disposables.add(
            new Watcher(repository, {
                locksFile,
                pollInterval: settings.pollInterval,
                openFolders: () => this.openFolders,
                otherFolders: () => repository.snapshot.heldByMe().map(({ path }) => folderOf(path)),
                onTouched: (path) => this.touching.fire(path),
            }),
        );
    }

    /**
     * Finds and opens the repository of a workspace folder.
     * @throws CheckoutError `repositoryMissing` when the folder leads to none
     */
    static async open(
        folder: vscode.WorkspaceFolder,
        settings: Settings,
        log: vscode.LogOutputChannel,
        warn: Warn,
    ): Promise<RepositorySession> {
        const { repository: root, locksFile: file } = await locate(folder, settings);
        const { user, host, extensions, keepsRevisions, mutexTimeout } = settings;
        const options = { owner: { user, host }, timeout: mutexTimeout };
        const locksFile = new LocksFile(file, options, (message) => {
            log.warn(message);
            warn(message, 'log');
        });
        const repository = new Repository(
            { root, extensions, user, host, keepsRevisions },
            new FileLockStore(locksFile),
        );
        const session = new RepositorySession(folder, settings, repository, file, warn);
        log.info(`Opened the repository ${root} with the locks file ${file} as ${user} on ${host}.`);
        return session;
    }

    get name(): string {
        return this.folder.name;
    }

    /** The path inside this repository that a resource stands for, or undefined when it lies outside. */
    pathOf(uri: vscode.Uri): string | undefined {
        if (uri.scheme !== 'file') return undefined;
        // As it is spelled: two files of one folder may differ in the Unicode form alone.
        const path = spelledInRepository(this.repository.options.root, uri.fsPath);
        return path && (this.repository.snapshot.locate(path) ?? path.normalize('NFC'));
    }

    /** The resource of a file or folder of this repository. */
    uriOf(path: string): vscode.Uri {
        return vscode.Uri.file(this.repository.snapshot.diskPath(path));
    }

    file(path: string): RepositoryFile | undefined {
        return this.repository.snapshot.file(path);
    }

    /**
     * Reads the locks if they changed, before a command acts on them.
     * @throws CheckoutError while the locks cannot be read
     */
    async lookNow(): Promise<void> {
        await this.repository.poll();
        const { state } = this.repository;
        if ('error' in state) throw state.error;
    }

    /** The open folders while they are in view. */
    get foldersInView(): Iterable<string> {
        return this.inView ? this.openFolders : [];
    }

    /** Watches the folders that are open now. */
    watchOpenFolders(): void {
        this.watcher.watchFolders();
        this.showing.fire();
    }

    /** Notes whether the rows of the open folders are in view. */
    showFolders(inView: boolean): void {
        this.inView = inView;
        void this.watcher.showFolders(inView);
        if (inView) this.showing.fire();
    }

    dispose(): void {
        this.disposables.dispose();
    }
}

async function locate(
    folder: vscode.WorkspaceFolder,
    settings: Settings,
): Promise<{ repository: string; locksFile: string }> {
    if (folder.uri.scheme !== 'file') {
        throw new CheckoutError('repositoryMissing', `${folder.name} is not a folder on a disk or a network share.`);
    }
    return locateRepository({
        root: folder.uri.fsPath,
        ...(settings.repositoryChosen ? { repository: settings.repository } : {}),
        locksFile: settings.locksFile,
        extensions: settings.extensions,
    });
}
