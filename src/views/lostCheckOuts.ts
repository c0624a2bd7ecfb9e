import type * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import type { HistoryEvent } from '../core/history/historyEvent';
import { sameUser, type Lock } from '../core/locks/lockTable';
import type { RepositorySession } from '../model/repositorySession';
import { holderText } from '../ui/lockText';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';

/** The key under which the workspace remembers what the user held, to report also what happened while it was closed. */
const HELD = 'held';
const openLocksFile = { title: 'Open Locks File', command: commandIds.openLocksFile };
/** How many history entries of a file are searched for the end of a check-out. */
const MAX_EVENTS = 20;

/** The times in the locks that the user held, by repository and path. */
type Held = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Tells the user of check-outs that they lost to someone else: taken over, or changed by another program. Their own
 * check-ins, in another window or on the command line, are not reported.
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
            const { lock, unreadable } = session.file(path) ?? {};
            if (Object.hasOwn(held, path)) continue;
            if (lock !== undefined) void this.tell(session, path, timestamp, lock);
            else if (unreadable !== undefined) showMessage('warning', unreadable, [openLocksFile]);
        }
    }

    private async tell(session: RepositorySession, path: string, timestamp: string, lock: Lock): Promise<void> {
        const { repository } = session;
        const { user } = repository.options;
        // Without a history the cause is unknown, but the loss is reported all the same.
        const events = await repository.history({ file: path, limit: MAX_EVENTS }).then(
            (history) => history.events,
            () => [],
        );
        if (events.some((event) => isMyEnd(event, user, timestamp))) return;
        const taken = events.some(({ action, time }) => action === 'take-over' && time === lock.timestamp);
        const how = taken ? 'was taken over from you by' : 'is no longer checked out by you, but by';
        const uri = session.uriOf(path);
        showMessage(
            'warning',
            `${path} ${how} ${holderText(lock, Date.now())} Your unsaved edits stay in your editor.`,
            [
                { title: 'Show History', command: commandIds.showHistory, arguments: [uri] },
                { title: 'Copy Lock Details', command: commandIds.copyLockDetails, arguments: [uri] },
            ],
        );
    }
}

/** Whether the user ended this check-out themselves. */
function isMyEnd({ action, user, checkedOut }: HistoryEvent, me: string, timestamp: string): boolean {
    const isEnd = action === 'check-in' || action === 'undo';
    return isEnd && sameUser(user, me) && checkedOut?.time === timestamp;
}
