import type * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import type { HistoryEvent } from '../core/history/historyEvent';
import { sameUser, type Lock } from '../core/locks/lockTable';
import { heldBy } from '../core/locks/rules';
import type { RepositorySession } from '../model/repositorySession';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';

/** Where the workspace remembers what the person held, to tell them also of what happened while it was closed. */
const HELD = 'held';
/** Events of a file that are looked at to find out how a check-out ended. */
const EVENTS = 20;

/** The times in the locks that a person held, by repository and path. */
type Held = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Tells the person of check-outs that they lost to somebody else: taken over, or changed by another program. What they
 * checked in themselves, in another window or on the command line, is no news to them.
 */
export class LostCheckOuts implements vscode.Disposable {
    private held: Held;
    private readonly subscription: vscode.Disposable;

    constructor(
        repositories: Repositories,
        private readonly memory: vscode.Memento,
    ) {
        this.held = memory.get<Held>(HELD, {});
        this.subscription = repositories.onDidChange(({ session, change }) => {
            if (change.files.size > 0 || change.state) this.look(session);
        });
    }

    dispose(): void {
        this.subscription.dispose();
    }

    private look(session: RepositorySession): void {
        const { snapshot, state, options } = session.repository;
        if (state.kind !== 'ready') return;
        const before = this.held[options.root] ?? {};
        const now = snapshot.heldByMe().map(({ path, lock }) => [path, lock?.timestamp ?? ''] as const);
        const held = Object.fromEntries(now);
        if (JSON.stringify(held) !== JSON.stringify(before)) {
            this.held = { ...this.held, [options.root]: held };
            void this.memory.update(HELD, this.held);
        }
        for (const [path, timestamp] of Object.entries(before)) {
            const lock = session.file(path)?.lock;
            if (Object.hasOwn(held, path) || lock === undefined) continue;
            void this.tell(session, path, timestamp, lock);
        }
    }

    private async tell(session: RepositorySession, path: string, timestamp: string, lock: Lock): Promise<void> {
        const { repository } = session;
        const { user } = repository.options;
        // Without a history nobody knows how it came about, and it is told all the same.
        const events = await repository.history({ file: path, limit: EVENTS }).then(
            (history) => history.events,
            () => [],
        );
        if (events.some((event) => isMyEnd(event, user, timestamp))) return;
        const taken = events.some(({ action, time }) => action === 'take-over' && time === lock.timestamp);
        const how = taken ? 'was taken over from you' : 'is no longer checked out by you';
        const uri = session.uriOf(path);
        showMessage(
            'warning',
            `${path} ${how}. It is ${heldBy(lock, Date.now())} What you have not saved stays in your editor.`,
            [
                { title: 'Show History', command: commandIds.showHistory, arguments: [uri] },
                { title: 'Copy Lock Details', command: commandIds.copyLockDetails, arguments: [uri] },
            ],
        );
    }
}

/** Whether the person ended a check-out of theirs themselves. */
function isMyEnd({ action, user, checkedOut }: HistoryEvent, me: string, timestamp: string): boolean {
    const isEnd = action === 'check-in' || action === 'undo';
    return isEnd && sameUser(user, me) && checkedOut?.time === timestamp;
}
