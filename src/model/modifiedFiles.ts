import * as vscode from 'vscode';
import type { CheckOutVersions } from './checkOutVersions';
import { DisposableStore } from './disposables';
import type { Asked } from './askedFiles';
import { RecheckQueue } from './recheckQueue';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

/** How often the files that the user holds are checked: a network drive reports few events. */
const RECHECK_INTERVAL_MS = 10_000;

/** Which of the files that the user holds were modified since check-out, as far as was seen. */
export class ModifiedFiles implements vscode.Disposable {
    private readonly known = new Map<RepositorySession, ReadonlySet<string>>();
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<readonly RepositoryResource[]>());

    /** The files that became modified, or are no longer. */
    readonly onDidChange = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly versions: CheckOutVersions,
    ) {
        const queue = this.disposables.add(
            new RecheckQueue(repositories, (session, asked) => this.look(session, asked), RECHECK_INTERVAL_MS),
        );
        this.disposables.addAll(
            versions.onDidKeep((files) => {
                for (const { session, path } of files) queue.ask(session, [path]);
            }),
            repositories.onDidReopen(() => this.forgetClosed()),
        );
    }

    /** Whether a file that the user holds was seen to be modified. Without I/O. */
    has(session: RepositorySession, path: string): boolean {
        return this.known.get(session)?.has(path) === true && session.file(path)?.state === 'heldByMe';
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private forgetClosed(): void {
        for (const session of this.known.keys())
            if (!this.repositories.all.includes(session)) this.known.delete(session);
    }

    private async look(session: RepositorySession, asked: Asked): Promise<void> {
        const held = session.repository.snapshot.heldByMe().map(({ path }) => path);
        const wanted = asked === 'all' ? held : held.filter((path) => asked.has(path));
        const states = await this.versions.statesOf(wanted.map((path) => ({ session, path })));
        const before = this.known.get(session) ?? new Set<string>();
        const still = new Set(held);
        const after = new Set([...before].filter((path) => still.has(path)));
        for (const [index, path] of wanted.entries()) {
            if (states[index] === 'modified') after.add(path);
            else after.delete(path);
        }
        if (!this.repositories.all.includes(session)) return;
        this.known.set(session, after);
        const changed = [...new Set([...before, ...after])].filter((path) => before.has(path) !== after.has(path));
        if (changed.length > 0) this.emitter.fire(changed.map((path) => ({ session, path })));
    }
}
