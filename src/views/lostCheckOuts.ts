import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { Debounce } from '../core/base/debounce';
import { CheckoutError } from '../core/base/errors';
import { plainName } from '../core/base/plainText';
import { foldPath } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import type { HistoryEvent } from '../core/history/historyEvent';
import { foldUser, sameUser } from '../core/locks/holder';
import type { Lock } from '../core/locks/lockEntry';
import { followMoved, tellDeleted, type SeenCheckOut } from './movedCheckOuts';
import type { CheckOutVersions } from '../model/checkOutVersions';
import type { RepositorySession } from '../model/repositorySession';
import type { RepositoryFile } from '../core/repository/snapshot';
import { holderText } from '../ui/lockText';
import { showMessage } from '../ui/messages';
import { isUnsaved } from '../ui/openEditors';
import type { Repositories } from '../model/repositories';

/** The key under which the workspace remembers what the user held, to report also what happened while it was closed. */
const HELD = 'held';
const openLocksFile = { title: 'Open Locks File', command: commandIds.openLocksFile };
/** How many entries of the history are searched for the ends of check-outs: weeks of a busy shop. */
const MAX_EVENTS = 10_000;
/** How many of several files a message names. */
const FILES_NAMED = 3;
const PATH_LENGTH = 100;

/** The times in the locks that the user held, by repository and user, and by path. */
type Held = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A check-out that somebody else has ended. */
interface Lost {
    readonly session: RepositorySession;
    /** Path inside the repository. */
    readonly path: string;
    /** The time in the lock that the user had. */
    readonly timestamp: string;
    /** The lock that the file has now. */
    readonly lock: Lock;
}

/**
 * Tells the user of check-outs that they lost to someone else: taken over, or changed by another program. Their own
 * check-ins, in another window or on the command line, are not reported.
 */
export class LostCheckOuts implements vscode.Disposable {
    private held: Held;
    /** By repository, the files that the user has and that are not there. */
    private readonly missing = new Map<string, ReadonlySet<string>>();
    private readonly subscription: vscode.Disposable;
    private readonly lost: Lost[] = [];
    /** One message for all that one person takes over at once, and one read of the history. */
    private readonly telling = new Debounce(() => this.tell());

    constructor(
        repositories: Repositories,
        private readonly versions: CheckOutVersions,
        private readonly memory: vscode.Memento,
    ) {
        this.held = memory.get<Held>(HELD, {});
        this.subscription = repositories.onDidChange(({ session, change }) => {
            if (change.files.size > 0 || change.state) this.look(session);
        });
    }

    dispose(): void {
        this.subscription.dispose();
        this.telling.dispose();
    }

    private look(session: RepositorySession): void {
        const { snapshot, state, options } = session.repository;
        if (state.kind !== 'ready') return;
        // Under another name of the user nothing is lost that they had under this one.
        const key = `${options.root}\n${foldUser(options.user)}`;
        const before = this.held[key] ?? {};
        const mine = snapshot.heldByMe();
        const held = Object.fromEntries(mine.map(({ path, lock }) => [path, lock?.timestamp ?? ''] as const));
        if (JSON.stringify(held) !== JSON.stringify(before)) {
            this.held = { ...this.held, [key]: held };
            void this.memory.update(HELD, this.held);
        }
        const broken: string[] = [];
        const gone: SeenCheckOut[] = [];
        for (const [path, timestamp] of Object.entries(before)) {
            const { lock, unreadable } = session.file(path) ?? {};
            if (Object.hasOwn(held, path)) continue;
            if (lock !== undefined) this.lost.push({ session, path, timestamp, lock });
            else if (unreadable !== undefined) broken.push(unreadable);
            else gone.push({ path, timestamp });
        }
        if (this.lost.length > 0) this.telling.ask();
        const all = Object.entries(held).map(([path, timestamp]) => ({ path, timestamp }));
        const appeared = all.filter(({ path }) => !Object.hasOwn(before, path));
        if (gone.length > 0 && appeared.length > 0) void followMoved(session, gone, appeared, this.versions);
        this.lookForDeleted(session, mine);
        const [first, ...others] = broken;
        if (first === undefined) return;
        const more = others.length === 0 ? '' : ` So it is with ${others.length} more of your files.`;
        showMessage('warning', first + more, [openLocksFile]);
    }

    private lookForDeleted(session: RepositorySession, mine: readonly RepositoryFile[]): void {
        const { root } = session.repository.options;
        const missing = mine
            .filter((file) => file.missing)
            .map(({ path, lock }) => ({ path, timestamp: lock?.timestamp ?? '' }));
        const before = this.missing.get(root) ?? new Set<string>();
        this.missing.set(root, new Set(missing.map(({ path }) => path)));
        const fresh = missing.filter(({ path }) => !before.has(path));
        if (fresh.length > 0) void tellDeleted(session, fresh);
    }

    /** Tells of everything that was lost meanwhile, in one message for each repository. */
    private async tell(): Promise<void> {
        const lost = this.lost.splice(0);
        for (const session of new Set(lost.map((one) => one.session))) {
            const user = session.repository.options.user;
            const events = await recentEvents(session);
            const told = lost
                .filter((one) => one.session === session)
                .map((one) => ({ ...one, events: events.get(foldPath(one.path)) ?? [] }))
                .filter((one) => !one.events.some((event) => isMyEnd(event, user, one.timestamp)));
            if (told.length > 0) report(session, told);
        }
    }
}

/** The recent events of each file, by its folded path; none without a history, and the loss is reported all the same. */
async function recentEvents({ repository }: RepositorySession): Promise<ReadonlyMap<string, readonly HistoryEvent[]>> {
    const byFile = new Map<string, HistoryEvent[]>();
    try {
        const { events } = await repository.history({ limit: MAX_EVENTS });
        for (const event of events) {
            if (event.file === undefined) continue;
            const known = byFile.get(foldPath(event.file));
            if (known === undefined) byFile.set(foldPath(event.file), [event]);
            else known.push(event);
        }
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
    }
    return byFile;
}

function report(session: RepositorySession, lost: readonly (Lost & { events: readonly HistoryEvent[] })[]): void {
    const now = Date.now();
    const uris = lost.map(({ path }) => session.uriOf(path));
    const shown = lost.flatMap(({ path }) => session.diskPathsOf(path).map((diskPath) => vscode.Uri.file(diskPath)));
    const unsaved = shown.some(isUnsaved) ? ' Your unsaved edits stay in your editor.' : '';
    const copy = { title: 'Copy Lock Details', command: commandIds.copyLockDetails, arguments: [uris[0], uris] };
    const [first, ...others] = lost;
    if (first !== undefined && others.length === 0) {
        const how = isTakenOver(first) ? 'was taken over from you by' : 'is no longer checked out by you, but by';
        const text = `${first.path} ${how} ${holderText(first.lock, now)}${unsaved}`;
        const history = { title: 'Show History', command: commandIds.showHistory, arguments: uris };
        return showMessage('warning', text, [history, copy]);
    }
    const named = lost.slice(0, FILES_NAMED).map((one) => {
        const { user, host } = one.lock;
        const who = `${plainName(user)}${host ? ` on ${plainName(host)}` : ''}`;
        return `${truncate(one.path, PATH_LENGTH)} (${isTakenOver(one) ? 'taken over' : 'checked out'} by ${who})`;
    });
    const rest = lost.length > FILES_NAMED ? ` and ${lost.length - FILES_NAMED} more` : '';
    showMessage(
        'warning',
        `${lost.length} files are no longer checked out by you: ${named.join(', ')}${rest}.${unsaved}`,
        [
            {
                title: 'Show Repository History',
                command: commandIds.showRepositoryHistory,
                arguments: [{ session, path: '' }],
            },
            copy,
        ],
    );
}

function isTakenOver({ events, lock }: Lost & { events: readonly HistoryEvent[] }): boolean {
    return events.some(({ action, time }) => action === 'take-over' && time === lock.timestamp);
}

/** Whether the user ended this check-out themselves. */
function isMyEnd({ action, user, checkedOut }: HistoryEvent, me: string, timestamp: string): boolean {
    const isEnd = action === 'check-in' || action === 'undo';
    return isEnd && sameUser(user, me) && checkedOut?.time === timestamp;
}
