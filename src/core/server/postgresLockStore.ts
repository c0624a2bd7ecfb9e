import { CheckoutError } from '../base/errors';
import { SerialQueue } from '../base/serialQueue';
import type { History, HistoryQuery } from '../history/historyEvent';
import type { HistoryMark, HistoryPiece, HistoryStep } from '../history/historyReader';
import { LockOperations } from '../locks/lockOperations';
import type { UpdatedLocks } from '../locks/lockTransactions';
import type { ChangedLocks, LocksMark, LockStore, PlacingLease, RestoredLocks, StoredLocks } from '../locks/lockStore';
import type { Change } from '../locks/locksFile';
import type { RestorePreview } from '../locks/locksRestore';
import { ServerContents } from './serverContents';
import { ServerErrors } from './serverErrors';
import { ServerHistory } from './serverHistory';
import { ServerLink, type LinkOptions, type ServerRole } from './serverLink';
import { ServerState, type ToldState } from './serverState';
import { ServerUpdate } from './serverUpdate';
import { Statements } from './statements';

/** In whose name a repository on a server is used, and where its files are here. */
export interface StoreOptions extends LinkOptions {
    /** The computer. */
    readonly host: string;
    /** Absolute path of the locks file that there would be without a server: revisions lie beside it. */
    readonly staging: string;
    /** What identifies the repository, where that is known: another one of the same name is refused. */
    readonly repositoryId?: string;
    /** Milliseconds after which a change that others keep from being made, or that nobody confirms, is given up. */
    readonly timeout: number;
}

/** The locks of a repository on a lock server. The holder is who logs in, and the time is the server's. */
export class PostgresLockStore extends LockOperations implements LockStore {
    readonly owner: { readonly user: string; readonly host: string };
    readonly contents: ServerContents;
    private readonly link: ServerLink;
    private readonly errors: ServerErrors;
    private readonly statements: Statements;
    private readonly told: ServerHistory;
    private readonly changes = new SerialQueue();
    /** The locks as they were last seen, and by which connection. */
    private known: { readonly state: ServerState; readonly generation: number } | undefined;
    private readonly listeners = new Set<() => void>();
    private isListening = false;

    constructor(private readonly options: StoreOptions) {
        super();
        const { address, user, host, timeout } = options;
        this.owner = { user, host };
        this.errors = new ServerErrors(address, user);
        this.link = new ServerLink(options, this.errors);
        this.statements = new Statements(this.link, this.errors, address.repository, timeout, () => this.basis);
        this.told = new ServerHistory(this.link, address.repository);
        const largest = async (): Promise<number> => (this.basis ?? (await this.look())).keepsUpTo;
        this.contents = new ServerContents(this.statements, largest);
    }

    get staging(): string {
        return this.options.staging;
    }

    async list(): Promise<StoredLocks> {
        const { table, mark } = await this.look();
        return { table, mark };
    }

    async mark(): Promise<LocksMark> {
        const mark = await this.statements.mark();
        // What another connection told may be of another server: then all is read again.
        return this.basis === undefined ? `${mark} anew` : mark;
    }

    onHint(listener: () => void): () => void {
        this.listeners.add(listener);
        // Until the repository is known, nobody knows the channel: a server may be away for the first hour.
        if (this.known === undefined) this.look().catch(() => undefined);
        else this.listen(this.known.state.id);
        return () => void this.listeners.delete(listener);
    }

    /** What the user may do, as far as it is known. */
    get role(): ServerRole | undefined {
        return this.link.role;
    }

    /** Refuses at once what the server would refuse to this user. @throws CheckoutError */
    async requireRight(action: 'change' | 'take-over'): Promise<void> {
        if (this.role === undefined || this.role === 'foreman') return;
        if (this.role === 'viewer') throw this.errors.noRole('cnc_user');
        if (action !== 'change' && (await this.statements.reserved()).includes(action)) {
            throw this.errors.foremanOnly(action);
        }
    }

    /** Ends the connection. The next question makes a new one. */
    close(): void {
        this.link.close();
    }

    history(wanted: HistoryQuery): Promise<History> {
        return this.explained(this.told.read(wanted));
    }

    historyBytes(): Promise<number> {
        return this.explained(this.told.bytes());
    }

    historySince(since?: HistoryMark): Promise<HistoryStep> {
        return this.explained(this.told.since(since));
    }

    async *historyPieces(since?: HistoryMark, files?: readonly string[]): AsyncGenerator<HistoryPiece, void> {
        const pieces = this.told.pieces(since, files);
        for (;;) {
            const { done, value } = await this.explained(pieces.next());
            if (done) return;
            yield value;
        }
    }

    /** Nobody can go on under another name: the holder is who logs in. */
    override async carryAlong(): Promise<ChangedLocks> {
        return { ...(await this.list()), outcomes: [] };
    }

    previewRestore(): Promise<RestorePreview> {
        return Promise.reject(this.errors.noBackup());
    }

    restore(): Promise<RestoredLocks> {
        return Promise.reject(this.errors.noBackup());
    }

    protected contentsAtCheckOut(): Promise<ReadonlyMap<string, never>> {
        return Promise.resolve(new Map<string, never>()); // The server has them beside the locks.
    }

    protected update<T>(
        change: Change<T>,
        _stands: unknown,
        lastly?: (lease: PlacingLease, result: T) => Promise<void>,
        changesContents = false,
    ): Promise<UpdatedLocks<T>> {
        const { errors, statements } = this;
        const { user, host, staging, timeout } = this.options;
        const look = (): Promise<ServerState> => this.look();
        const adopt = ({ state }: { readonly state: ToldState }): ServerState => this.adopt(state);
        const context = { errors, statements, user, host, staging, timeout, look, adopt };
        return this.changes.run(() =>
            new ServerUpdate({ ...context, basis: this.basis }, change, lastly, changesContents).run(),
        );
    }

    /** The locks as they were last seen, if by the connection that there is now. */
    private get basis(): ServerState | undefined {
        return this.known?.generation === this.link.generation ? this.known.state : undefined;
    }

    private async look(): Promise<ServerState> {
        return this.adopt(await this.statements.state());
    }

    private adopt(told: ToldState): ServerState {
        const { repositoryId = told.id } = this.options;
        if (told.id !== repositoryId) throw this.errors.otherRepository();
        const { basis } = this;
        // An answer that was overtaken by a newer one.
        if (basis !== undefined && told.revision < basis.revision) return basis;
        const state = ServerState.after(told, basis);
        if (this.listeners.size > 0) this.listen(state.id);
        this.known = { state, generation: this.link.generation };
        return state;
    }

    private listen(id: string): void {
        if (this.isListening) return;
        this.isListening = true;
        this.link.listen(`cnc_${id.replaceAll('-', '')}`, () => {
            for (const listener of this.listeners) listener();
        });
    }

    private async explained<T>(question: Promise<T>): Promise<T> {
        try {
            return await question;
        } catch (error) {
            const known = this.errors.explain(error);
            if (!(known instanceof CheckoutError)) throw error;
            throw known;
        }
    }
}
