import * as vscode from 'vscode';
import { CheckoutError } from '../core/base/errors';
import { JobPattern } from '../core/programs/jobs';
import { claimOf } from '../core/repository/claimPlace';
import { locateRepository, type RepositoryLocation } from '../core/repository/locateRepository';
import { OtherNames } from '../core/repository/otherNames';
import { LocksFile } from '../core/locks/locksFile';
import { FileLockStore } from '../core/locks/fileLockStore';
import type { LockStore } from '../core/locks/lockStore';
import type { RepositoryChange } from '../core/repository/liveSnapshot';
import { Repository } from '../core/repository/repository';
import { folderOf, pathIn } from '../core/base/repositoryPath';
import type { RepositoryFile } from '../core/repository/snapshot';
import { Watcher } from '../core/repository/watcher';
import { DisposableStore } from './disposables';
import { FolderEvents } from './folderEvents';
import { PendingRenames } from './pendingRenames';
import type { ServerAccess } from '../serverAccess';
import type { LockServers } from './lockServers';
import { accessTo } from './openServer';
import type { LiveSettings, Settings } from './settings';

/** Shows a warning, with what helps: the settings by default. */
export type Warn = (sentence: string, help?: 'settings' | 'log' | 'allowServer') => void;

/** What a session asks of the window that it is part of. */
export interface SessionContext {
    readonly log: vscode.LogOutputChannel;
    readonly warn: Warn;
    readonly lockServers: LockServers;
    /** Called when a check-out was refused because other people work in another place by now. */
    readonly onMoved: () => void;
}

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
    private readonly names: OtherNames;
    private inView = true;

    /** What the repository shows changed. */
    readonly onDidChange = this.changing.event;
    /** Other folders are open now, or they came into view again. */
    readonly onDidShowFolders = this.showing.event;
    /** A path in an open folder, or in a folder of a file that the user holds, that was written, created or removed, as far as the disk reports it. */
    readonly onDidTouch = this.touching.event;

    private constructor(
        readonly folder: vscode.WorkspaceFolder,
        private current: Settings,
        readonly repository: Repository,
        /** Absolute path. With a lock server, it says so, and revisions lie beside it. */
        readonly locksFile: string,
        /** Where the locks are, if not in the locks file. */
        readonly server: ServerAccess | undefined,
        warn: Warn,
    ) {
        this.names = new OtherNames(repository.options.root);
        this.jobs = new JobPattern(current.jobPattern, (sentence) => warn(sentence));
        const stopListening = repository.onDidChange((change) => {
            if (change.files.size > 0) this.watcher.watchFolders();
            this.changing.fire(change);
        });
        this.disposables.add({ dispose: stopListening });
        this.watcher = this.disposables.add(
            new Watcher(repository, {
                watchFolder: this.disposables.add(new FolderEvents()).watch,
                locksFile,
                pollInterval: current.pollInterval,
                openFolders: () => this.openFolders,
                otherFolders: () => repository.snapshot.heldByMe().map(({ path }) => folderOf(path)),
                onTouched: (path) => this.touching.fire(path),
                onHint: server && ((listener) => server.store.onHint(listener)),
            }),
        );
        if (server !== undefined) this.disposables.add({ dispose: () => server.store.close() });
    }

    /**
     * Finds and opens the repository of a workspace folder.
     * @throws CheckoutError `repositoryMissing` when the folder leads to none, `locationRefused` when it must not be used
     */
    static async open(
        folder: vscode.WorkspaceFolder,
        chosen: Settings,
        { log, warn, lockServers, onMoved }: SessionContext,
    ): Promise<RepositorySession> {
        const location = locationOf(folder, chosen);
        const place = await locateRepository(location);
        const { repository: root, locksFile: file } = place;
        const owner = { user: chosen.user, host: chosen.host };
        const locksFile = new LocksFile(file, { owner, timeout: chosen.mutexTimeout }, (message) => {
            log.warn(message);
            warn(message, 'log');
        });
        const server = await accessTo(chosen, locksFile, lockServers);
        // The holder is who logs in.
        const settings = server === undefined ? chosen : { ...chosen, user: server.user, userChosen: true };
        const { user, host, extensions, keepsRevisions, keepsRevisionsUpTo } = settings;
        const claimPlace = claimOf(location, place);
        const claim = (): Promise<void> =>
            claimPlace().catch((error: unknown) => {
                if (error instanceof CheckoutError && error.code === 'locationRefused') onMoved();
                throw error;
            });
        const store: LockStore = server?.store ?? new FileLockStore(locksFile);
        const claiming = server === undefined ? { claim } : {};
        const repository = new Repository(
            { root, extensions, user, host, keepsRevisions, keepsRevisionsUpTo, ...claiming },
            store,
        );
        const session = new RepositorySession(folder, settings, repository, file, server, warn);
        const where = server === undefined ? `locks file ${file}` : `lock server ${server.name}`;
        log.info(`Opened the repository ${root} with the ${where} as ${user} on ${host}.`);
        return session;
    }

    get name(): string {
        return this.folder.name;
    }

    get settings(): Settings {
        return this.current;
    }

    /** Puts settings in force that ask for no other repository. */
    adopt(changed: LiveSettings): void {
        this.current = { ...this.current, ...changed };
        this.lookAgain();
    }

    /** Has those look again who go by more than files and locks. */
    lookAgain(): void {
        this.changing.fire({ files: new Set(), folders: new Set(), state: false });
    }

    /** The path inside this repository that a resource stands for, or undefined when it lies outside. */
    pathOf(uri: vscode.Uri): string | undefined {
        if (uri.scheme !== 'file') return undefined;
        // As it is spelled: two files of one folder may differ in the Unicode form alone.
        const path = this.names.pathOf(uri.fsPath);
        return path && (this.repository.snapshot.locate(path) ?? path.normalize('NFC'));
    }

    /**
     * Asks the disk whether a path leads into this repository by another way: a link, a mapped drive, another spelling.
     * @returns whether that is news
     */
    learnName(diskPath: string): Promise<boolean> {
        return this.names.learn(diskPath);
    }

    /** Every path on disk by which a file or folder of this repository is known here, its own first. */
    diskPathsOf(path: string): string[] {
        const { snapshot } = this.repository;
        return this.names.diskPathsOf(snapshot.diskPath(path), (folder) => snapshot.diskPath(folder));
    }

    /** The resource of a file or folder of this repository. */
    uriOf(path: string): vscode.Uri {
        return vscode.Uri.file(this.repository.snapshot.diskPath(path));
    }

    file(path: string): RepositoryFile | undefined {
        return this.repository.snapshot.file(path);
    }

    /** Every file below a folder, at any depth. Lists what was not listed yet. */
    async filesBelow(folder: string): Promise<readonly string[]> {
        const { repository } = this;
        const files: string[] = [];
        const folders = [folder];
        for (const each of folders) {
            if (repository.snapshot.folder(each) === undefined) await repository.look(each);
            const found = repository.snapshot.folder(each);
            if (found === undefined) continue;
            for (const name of found.listing.folders.keys()) folders.push(pathIn(each, name));
            files.push(...[...found.listing.files.keys()].map((name) => pathIn(each, name)), ...found.missing);
        }
        return files;
    }

    /**
     * Reads the locks if they changed, before a command acts on them.
     * @throws CheckoutError while the locks cannot be read, or where a lock server would refuse the user such a change
     */
    async lookNow(action: 'change' | 'take-over' = 'change'): Promise<void> {
        await this.repository.poll();
        const { state } = this.repository;
        if ('error' in state) throw state.error;
        await this.server?.store.requireRight(action);
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

/**
 * Where the settings of a workspace folder say that its repository is.
 * @throws CheckoutError when that cannot be told
 */
export function locationOf(folder: vscode.WorkspaceFolder, settings: Settings): RepositoryLocation {
    if (folder.uri.scheme !== 'file') {
        throw new CheckoutError('repositoryMissing', `${folder.name} is not a folder on a disk or a network share.`);
    }
    const { repository, locksFile, extensions, pathProblem } = settings;
    if (pathProblem !== undefined) throw new CheckoutError('locationRefused', pathProblem);
    return { root: folder.uri.fsPath, repository, locksFile, extensions };
}
