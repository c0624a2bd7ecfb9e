import * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import { isBinaryFile } from '../core/disk/binaryFile';
import type { HistoryMark } from '../core/history/historyReader';
import { revisionsAndGaps } from '../core/repository/revisionsAndGaps';
import { DisposableStore } from './disposables';
import {
    belowDay,
    daysOf,
    eventHas,
    eventRows,
    revisionRows,
    rowHas,
    wordsOf,
    type HistoryRow,
    type NumberedEvent,
    type RevisionRow,
} from './historyRows';
import { HistorySubject } from './historySubject';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

/** What was read of the history of a repository. */
interface ReadEvents {
    readonly mark: HistoryMark;
    /** The oldest first. */
    readonly events: NumberedEvent[];
}

/** What the History view shows: of a file its revisions, of a repository everything that happened. Read when it is asked for. */
export class ShownHistory implements vscode.Disposable {
    private readonly disposables = new DisposableStore();
    readonly subject: HistorySubject;
    /** The rows of revisions that are selected, for commands that are called without one. */
    selected: readonly RevisionRow[] = [];
    private readonly read = new WeakMap<RepositorySession, Promise<ReadEvents>>();
    private filtered = '';
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<void>());

    /** There may be other rows now. */
    readonly onDidChange = this.emitter.event;

    constructor(repositories: Repositories) {
        this.subject = this.disposables.add(new HistorySubject(repositories));
        this.disposables.addAll(
            this.subject.onDidChange(() => this.emitter.fire()),
            repositories.onDidChange(({ session, change }) => {
                const { current } = this.subject;
                if (current?.session !== session) return;
                if (change.state || current.kind === 'repository' || change.files.has(current.path)) this.refresh();
            }),
        );
    }

    /** The text that every row has to have; `''` for all rows. */
    get filter(): string {
        return this.filtered;
    }

    set filter(text: string) {
        this.filtered = text.trim();
        this.refresh();
    }

    /** Has what is new read. */
    refresh(): void {
        this.emitter.fire();
    }

    /** The rows at the top. What went wrong is a row. */
    async rows(): Promise<HistoryRow[]> {
        const { current } = this.subject;
        if (current === undefined) return [];
        try {
            return await (current.kind === 'file' ? this.ofFile(current) : this.ofRepository(current.session));
        } catch (error) {
            return [{ kind: 'notice', text: describeError(error) }];
        }
    }

    /** The rows below a row. */
    async below(row: HistoryRow): Promise<HistoryRow[]> {
        if (row.kind === 'day' || row.kind === 'stretch') return belowDay(row);
        if (row.kind !== 'events') return [];
        const { session, path } = row;
        try {
            const { events } = await session.repository.history({ file: path });
            const numbered = events.map((event, at) => ({ event, number: events.length - at }));
            return eventRows(session, numbered, false);
        } catch (error) {
            return [{ kind: 'notice', text: describeError(error) }];
        }
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async ofFile({ session, path }: RepositoryResource): Promise<HistoryRow[]> {
        const { repository } = session;
        const all = await revisionsAndGaps(repository.revisions, path);
        const words = wordsOf(this.filter);
        const rows = revisionRows({ session, path }, all, await isBinary(session, path));
        if (words.length > 0) return rows.filter((row) => rowHas(row, words));
        const isHeld = repository.snapshot.isHeld(path);
        const hasEvents = all.length > 0 || (await repository.history({ file: path, limit: 1 })).events.length > 0;
        return [
            ...(isHeld ? [{ kind: 'checkOut', session, path } as const] : []),
            ...rows,
            ...(hasEvents ? [{ kind: 'events', session, path, isAlone: all.length === 0 } as const] : []),
        ];
    }

    private async ofRepository(session: RepositorySession): Promise<HistoryRow[]> {
        const before = this.read.get(session);
        const reading = readOn(session, before);
        this.read.set(session, reading);
        // What failed is read again from where it was.
        reading.catch(() => before && this.read.set(session, before));
        const words = wordsOf(this.filter);
        const { events } = await reading;
        return daysOf(session, events.filter(({ event }) => eventHas(event, words)).toReversed());
    }
}

async function readOn({ repository }: RepositorySession, before?: Promise<ReadEvents>): Promise<ReadEvents> {
    const known = await before?.catch(() => undefined);
    const { events, mark, isWhole } = await repository.historySince(known?.mark);
    const all = known === undefined || isWhole ? [] : known.events;
    for (const event of events) all.push({ event, number: all.length });
    return { events: all, mark };
}

/** Whether a file is no text. Where it cannot be read, its revisions tell when they are opened. */
async function isBinary(session: RepositorySession, path: string): Promise<boolean> {
    try {
        return await isBinaryFile(session.uriOf(path).fsPath);
    } catch {
        return false;
    }
}
