import * as vscode from 'vscode';
import { SerialQueue } from '../core/base/serialQueue';
import type { RepositorySession } from './repositorySession';
import type { Repositories } from './repositories';

/** Paths of files that may have changed on disk, or all of a repository. */
export type Asked = ReadonlySet<string> | 'all';

/** Milliseconds from what may have changed a file to the look at it: a save is several events. */
const MOMENT = 250;

/** Collects what may have changed on disk, from every source that tells, and looks at it in the background, one look at a time. */
export class RecheckQueue implements vscode.Disposable {
    private readonly asked = new Map<RepositorySession, Set<string> | 'all'>();
    private timer: NodeJS.Timeout | undefined;
    private readonly looking = new SerialQueue();
    private touching = new vscode.Disposable(() => undefined);
    private readonly again: NodeJS.Timeout;
    private readonly subscriptions: vscode.Disposable;

    /**
     * @param look what to do with what was asked for; repositories that were closed meanwhile are left out
     * @param every milliseconds between two looks at everything, for what no event told: a network drive tells little
     */
    constructor(
        private readonly repositories: Repositories,
        private readonly look: (session: RepositorySession, asked: Asked) => Promise<void>,
        every: number,
    ) {
        this.again = setInterval(() => vscode.window.state.focused && this.askAll(), every);
        this.subscriptions = vscode.Disposable.from(
            repositories.onDidChange((event) => {
                if (event === undefined) return this.begin();
                if (event.change.state || event.change.folders.size > 0) this.ask(event.session, 'all');
                else this.ask(event.session, event.change.files);
            }),
            vscode.window.onDidChangeWindowState(({ focused }) => focused && this.askAll()),
            vscode.workspace.onDidSaveTextDocument(({ uri }) => {
                const found = repositories.find(uri);
                if (found !== undefined) this.ask(found.session, [found.path]);
            }),
        );
        this.begin();
    }

    /** Everything may have changed. */
    askAll(): void {
        for (const session of this.repositories.all) this.ask(session, 'all');
    }

    /** Files may have changed. */
    ask(session: RepositorySession, paths: Iterable<string> | 'all'): void {
        const before = this.asked.get(session);
        if (paths === 'all' || before === 'all') this.asked.set(session, 'all');
        else this.asked.set(session, new Set([...(before ?? []), ...paths]));
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            const asked = [...this.asked];
            this.asked.clear();
            void this.looking.run(async () => {
                for (const [one, files] of asked) if (this.repositories.all.includes(one)) await this.look(one, files);
            });
        }, MOMENT);
    }

    dispose(): void {
        clearTimeout(this.timer);
        clearInterval(this.again);
        this.touching.dispose();
        this.subscriptions.dispose();
    }

    /** After repositories came or went. */
    private begin(): void {
        this.touching.dispose();
        this.touching = vscode.Disposable.from(
            ...this.repositories.all.map((session) => session.onDidTouch((path) => this.ask(session, [path]))),
        );
        this.askAll();
    }
}
