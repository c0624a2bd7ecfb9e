import * as vscode from 'vscode';
import type { OpenRepository } from './openRepository';
import type { Repositories } from './repositories';

/** Paths of files that may have changed on disk, or all of a repository. */
export type Asked = ReadonlySet<string> | 'all';

/** Milliseconds from what may have changed a file to the look at it: a save is several events. */
const MOMENT = 250;

/** Collects what may have changed on disk, from every source that tells, and looks at it in the background, one look at a time. */
export class FileLooks implements vscode.Disposable {
    private readonly asked = new Map<OpenRepository, Set<string> | 'all'>();
    private timer: NodeJS.Timeout | undefined;
    private looking: Promise<void> = Promise.resolve();
    private touching = new vscode.Disposable(() => undefined);
    private readonly again: NodeJS.Timeout;
    private readonly subscriptions: vscode.Disposable;

    /**
     * @param look what to do with what was asked for; repositories that were closed meanwhile are left out
     * @param every milliseconds between two looks at everything, for what no event told: a network drive tells little
     */
    constructor(
        private readonly repositories: Repositories,
        private readonly look: (opened: OpenRepository, asked: Asked) => Promise<void>,
        every: number,
    ) {
        this.again = setInterval(() => vscode.window.state.focused && this.askAll(), every);
        this.subscriptions = vscode.Disposable.from(
            repositories.onDidChange((event) => {
                if (event === undefined) return this.begin();
                if (event.change.state || event.change.folders.size > 0) this.ask(event.opened, 'all');
                else this.ask(event.opened, event.change.files);
            }),
            vscode.window.onDidChangeWindowState(({ focused }) => focused && this.askAll()),
            vscode.workspace.onDidSaveTextDocument(({ uri }) => {
                const found = repositories.find(uri);
                if (found !== undefined) this.ask(found.opened, [found.path]);
            }),
        );
        this.begin();
    }

    /** Everything may have changed. */
    askAll(): void {
        for (const opened of this.repositories.all) this.ask(opened, 'all');
    }

    /** Files may have changed. */
    ask(opened: OpenRepository, paths: Iterable<string> | 'all'): void {
        const before = this.asked.get(opened);
        if (paths === 'all' || before === 'all') this.asked.set(opened, 'all');
        else this.asked.set(opened, new Set([...(before ?? []), ...paths]));
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            const asked = [...this.asked];
            this.asked.clear();
            this.looking = this.looking.then(async () => {
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
            ...this.repositories.all.map((opened) => opened.onDidTouch((path) => this.ask(opened, [path]))),
        );
        this.askAll();
    }
}
