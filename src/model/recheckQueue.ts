import * as vscode from 'vscode';
import { SerialQueue } from '../core/base/serialQueue';
import { AskedFiles, type Asked } from './askedFiles';
import { DisposableStore } from './disposables';
import type { RepositorySession } from './repositorySession';
import type { Repositories } from './repositories';

/** How long after an event the files are checked: a save is several events. */
const DEBOUNCE_MS = 250;

/** Collects what may have changed on disk, from every source of events, and checks it in the background, one check at a time. */
export class RecheckQueue implements vscode.Disposable {
    private readonly asked = new AskedFiles<RepositorySession>();
    private timer: NodeJS.Timeout | undefined;
    private readonly looking = new SerialQueue();
    private readonly disposables = new DisposableStore();
    /** Listeners to the open repositories. */
    private readonly sessionListeners = this.disposables.add(new DisposableStore());

    /**
     * @param look checks the files; is not called for repositories that were closed meanwhile
     * @param intervalMs how often everything is checked: a network drive reports few events
     */
    constructor(
        private readonly repositories: Repositories,
        private readonly look: (session: RepositorySession, asked: Asked) => Promise<void>,
        intervalMs: number,
    ) {
        this.disposables.addInterval(() => vscode.window.state.focused && this.askAll(), intervalMs);
        this.disposables.addAll(
            repositories.onDidReopen(() => this.reopened()),
            repositories.onDidChange(({ session, change }) => {
                this.ask(session, change.state || change.folders.size > 0 ? 'all' : change.files);
            }),
            vscode.window.onDidChangeWindowState(({ focused }) => focused && this.askAll()),
            vscode.workspace.onDidSaveTextDocument(({ uri }) => {
                const found = repositories.find(uri);
                if (found !== undefined) this.ask(found.session, [found.path]);
            }),
        );
        this.reopened();
    }

    /** Everything may have changed. */
    askAll(): void {
        for (const session of this.repositories.all) this.ask(session, 'all');
    }

    /** These files may have changed. */
    ask(session: RepositorySession, paths: Iterable<string> | 'all'): void {
        this.asked.add(session, paths);
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            const asked = this.asked.take();
            void this.looking.run(async () => {
                for (const [one, files] of asked) if (this.repositories.all.includes(one)) await this.look(one, files);
            });
        }, DEBOUNCE_MS);
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.disposables.dispose();
    }

    private reopened(): void {
        this.sessionListeners.clear();
        for (const session of this.repositories.all)
            this.sessionListeners.add(session.onDidTouch((path) => this.ask(session, [path])));
        this.askAll();
    }
}
