import { extname } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './disposables';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';
import { resourceOf } from './tabResource';

/** What the History view is about: a file, or all files of a repository. */
export type Subject =
    | (RepositoryResource & { readonly kind: 'file' })
    | { readonly kind: 'repository'; readonly session: RepositorySession };

/**
 * Which file the History view is about: the one whose editor became active or whose row was selected last, or the one that a
 * command asked for. A whole repository stays until another command asks for a file.
 */
export class HistorySubject implements vscode.Disposable {
    private shown: Subject | undefined;
    /** The resource of the active editor when it was looked at last; `''` for none. */
    private followed = '';
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<void>());

    /** It is about something else now. */
    readonly onDidChange = this.emitter.event;

    constructor(private readonly repositories: Repositories) {
        const follow = (): void => this.followEditor();
        this.disposables.addAll(
            vscode.window.tabGroups.onDidChangeTabs(follow),
            vscode.window.tabGroups.onDidChangeTabGroups(follow),
            repositories.onDidReopen(() => this.reopened()),
        );
    }

    get current(): Subject | undefined {
        return this.shown;
    }

    /** Shows a file, whatever was shown. */
    showFile({ session, path }: RepositoryResource): void {
        this.show({ kind: 'file', session, path });
    }

    /** Shows all files of a repository. */
    showRepository(session: RepositorySession): void {
        this.show({ kind: 'repository', session });
    }

    /** A file was selected in the tree. */
    follow({ session, path }: RepositoryResource): void {
        if (this.shown?.kind !== 'repository') this.showFile({ session, path });
    }

    dispose(): void {
        this.disposables.dispose();
    }

    /** The file of the active editor; of a binary one, too, which has no document. */
    private followEditor(): void {
        const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
        const uri = tab && resourceOf(tab);
        // VS Code also tells of a tab that only changed. An editor that becomes active once more is followed once more.
        const name = uri?.toString() ?? '';
        if (name === this.followed) return;
        this.followed = name;
        const resource = uri && this.repositories.find(uri);
        // The editor of something else, an old revision say, leaves the view as it is.
        if (resource === undefined || !isFile(resource)) return;
        this.follow(resource);
    }

    private reopened(): void {
        const { shown } = this;
        const root = shown?.session.repository.options.root;
        const session = this.repositories.all.find(({ repository }) => repository.options.root === root);
        if (shown !== undefined) this.shown = session && { ...shown, session };
        this.emitter.fire();
        if (this.shown !== undefined) return;
        this.followed = '';
        this.followEditor();
    }

    private show(subject: Subject): void {
        if (isSame(this.shown, subject)) return;
        this.shown = subject;
        this.emitter.fire();
    }
}

/** Whether it is a file that can be checked out: other files lie in a repository, too. */
function isFile({ session, path }: RepositoryResource): boolean {
    return session.file(path) !== undefined || session.settings.extensions.has(extname(path).toLowerCase());
}

function isSame(one: Subject | undefined, other: Subject): boolean {
    if (one?.kind !== other.kind || one.session !== other.session) return false;
    return one.kind !== 'file' || other.kind !== 'file' || one.path === other.path;
}
