import * as vscode from 'vscode';
import { CheckoutError, describeError } from '../core/errors';
import type { RepositoryChange } from '../core/repository';
import type { RepositoryFile } from '../core/snapshot';
import { plainLine } from './lockText';
import { OpenRepository } from './openRepository';
import { onDidChangeSettings, readSettings } from './settings';

/** A file together with the repository it belongs to. */
export interface RepositoryResource {
    readonly opened: OpenRepository;
    /** Path inside the repository. */
    readonly path: string;
}

/** Several files that one row of the tree stands for. */
export interface RepositoryResources {
    readonly opened: OpenRepository;
    /** Their paths, as they are now. */
    readonly members: () => readonly string[];
}

/** Whether an argument of a command is a row of the tree or a file of a list, rather than a resource of VS Code. */
export function isRepositoryResource(value: unknown): value is RepositoryResource {
    return typeof value === 'object' && value !== null && 'opened' in value && value.opened instanceof OpenRepository;
}

/** One repository's change, or undefined when repositories came or went. */
export type RepositoriesChange = { readonly opened: OpenRepository; readonly change: RepositoryChange } | undefined;

/** What the whole window can show: the state of its repositories taken together. */
export type WindowState = 'loading' | 'noFolder' | 'noRepository' | 'unreachable' | 'damaged' | 'empty' | 'ready';

/** How long a workspace folder without a repository is left before it is looked at again, in milliseconds. */
const LOOK_AGAIN = 5000;

/** The repositories of all workspace folders. */
export class Repositories implements vscode.Disposable {
    private opened: readonly OpenRepository[] = [];
    private missing: 'noRepository' | 'unreachable' | 'loading' = 'loading';
    private opening: Promise<void> = Promise.resolve();
    private lookAgain: NodeJS.Timeout | undefined;
    private disposed = false;
    private readonly emitter = new vscode.EventEmitter<RepositoriesChange>();
    private readonly disposables: vscode.Disposable[];

    readonly onDidChange = this.emitter.event;

    constructor(private readonly log: vscode.LogOutputChannel) {
        const reopen = (): void => void this.reopen();
        this.disposables = [
            onDidChangeSettings(reopen),
            vscode.workspace.onDidChangeWorkspaceFolders(reopen),
            vscode.workspace.onDidGrantWorkspaceTrust(reopen),
        ];
    }

    get all(): readonly OpenRepository[] {
        return this.opened;
    }

    /** The state of the window: that of its one repository, or of all where they agree; otherwise each shows its own. */
    get state(): WindowState {
        if (!vscode.workspace.workspaceFolders?.length) return 'noFolder';
        if (this.opened.length === 0) return this.missing;
        const states = new Set(this.opened.map(stateOf));
        const [only] = states;
        return states.size === 1 && only !== undefined ? only : 'ready';
    }

    /** Opens the repositories anew, after the settings or the folders changed. */
    reopen(): Promise<void> {
        this.opening = this.opening.then(() => this.openAll());
        return this.opening;
    }

    /** Reads everything again; also looks for a repository where there was none. */
    async refresh(): Promise<void> {
        await this.opening;
        if (this.opened.length < (vscode.workspace.workspaceFolders?.length ?? 0)) await this.reopen();
        else await Promise.all(this.opened.map(({ repository }) => repository.refresh()));
    }

    /** The repository and path of a resource, whether or not such a file exists; undefined outside every repository. */
    find(uri: vscode.Uri): RepositoryResource | undefined {
        for (const opened of this.opened) {
            const path = opened.pathOf(uri);
            if (path !== undefined) return { opened, path };
        }
        return undefined;
    }

    /** Every file that the user holds, in all repositories. */
    heldByMe(): (RepositoryResource & { readonly file: RepositoryFile })[] {
        return this.opened.flatMap((opened) =>
            opened.repository.snapshot.heldByMe().map((file) => ({ opened, path: file.path, file })),
        );
    }

    dispose(): void {
        this.disposed = true;
        clearTimeout(this.lookAgain);
        vscode.Disposable.from(...this.disposables, this.emitter, ...this.opened).dispose();
    }

    private async openAll(): Promise<void> {
        clearTimeout(this.lookAgain);
        const folders = vscode.workspace.workspaceFolders ?? [];
        const before = this.opened;
        this.missing = 'noRepository';
        const opened = await Promise.all(folders.map((folder) => this.open(folder)));
        for (const old of before) old.dispose();
        this.opened = opened.filter((one) => one !== undefined);
        if (this.disposed) return this.dispose();
        for (const { repository, openFolders } of this.opened) {
            const old = before.find((other) => other.repository.options.root === repository.options.root);
            // VS Code leaves rows open that keep their id, and does not tell of them again.
            for (const folder of old?.openFolders ?? []) openFolders.add(folder);
        }
        this.emitter.fire(undefined);
        await Promise.all(this.opened.map(({ repository }) => repository.refresh()));
        // Not awaited: the first rows are there, and a walk through a large share takes its time.
        for (const { repository } of this.opened) void repository.lookFurther();
        if (this.opened.length < folders.length) {
            this.lookAgain = setTimeout(() => void this.lookForMissing(), LOOK_AGAIN);
        }
    }

    private async lookForMissing(): Promise<void> {
        const folders = vscode.workspace.workspaceFolders ?? [];
        const without = folders.filter((folder) => !this.opened.some((opened) => opened.folder === folder));
        const found = await Promise.all(without.map((folder) => this.open(folder, true)));
        for (const opened of found) opened?.dispose();
        if (found.some((opened) => opened !== undefined)) return this.reopen();
        if (!this.disposed) this.lookAgain = setTimeout(() => void this.lookForMissing(), LOOK_AGAIN);
    }

    private async open(folder: vscode.WorkspaceFolder, quiet = false): Promise<OpenRepository | undefined> {
        const settings = readSettings(folder);
        try {
            return await OpenRepository.open(folder, settings, this.log, (opened, change) =>
                this.emitter.fire({ opened, change }),
            );
        } catch (error) {
            const expected = error instanceof CheckoutError;
            if (settings.repositoryChosen || (expected && error.code !== 'repositoryMissing')) {
                this.missing = 'unreachable';
            }
            if (!quiet || !expected) this.log.warn(plainLine(describeError(error)));
            return undefined;
        }
    }
}

function stateOf({ repository }: OpenRepository): WindowState {
    const { kind } = repository.state;
    if (kind === 'missing') return 'unreachable';
    if (kind !== 'ready') return kind;
    return repository.snapshot.isEmpty() ? 'empty' : 'ready';
}
