import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { randomPause } from '../disk/retry';
import type { HistoryEvent } from '../history/historyEvent';
import type { UpdatedLocks } from '../locks/lockTransactions';
import type { PlacingLease } from '../locks/lockStore';
import type { Change, Decision } from '../locks/locksFile';
import type { Lock } from '../locks/lockEntry';
import type { LockTable } from '../locks/lockTable';
import { expectationsOf, requestOf, type ChangeRequest } from './changeRequest';
import type { ServerErrors } from './serverErrors';
import { ServerLease } from './serverLease';
import type { ServerState } from './serverState';
import type { Statements, ToldChange } from './statements';

/** What is done at the last moment before a change is made. */
type Lastly<T> = (lease: PlacingLease, result: T) => Promise<void>;

/** What an update needs of its store. */
export interface UpdateContext {
    readonly statements: Statements;
    readonly errors: ServerErrors;
    readonly staging: string;
    /** Who logs in. */
    readonly user: string;
    readonly host: string;
    /** Milliseconds for which others who replace contents are waited for. */
    readonly timeout: number;
    /** The locks as they were last seen, if by this connection. */
    readonly basis: ServerState | undefined;
    /** Asks the server for the locks. @throws CheckoutError */
    look(): Promise<ServerState>;
    /** Takes over what the server told with its answer. */
    adopt(told: ToldChange): ServerState;
}

/** How often a change is decided anew because others changed the same files meanwhile. */
const TRIES = 16;
const PAUSE_FOR_PIN_MS = 100;

/**
 * One change: decide by the locks that are known, ask the server to make it if they are still so, and decide anew by those
 * that it answers with where they are not.
 */
export class ServerUpdate<T> {
    private readonly started = performance.now();
    private isFresh = false;

    constructor(
        private readonly context: UpdateContext,
        private readonly change: Change<T>,
        private readonly lastly: Lastly<T> | undefined,
        private readonly changesContents: boolean,
    ) {}

    /** @throws CheckoutError; unless its code is `changeUnconfirmed`, nothing was changed */
    async run(): Promise<UpdatedLocks<T>> {
        const { staging, statements } = this.context;
        const lease = this.lastly && new ServerLease(staging, statements);
        let isChanged = false;
        try {
            const updated = await this.repeat(lease, () => void (isChanged = true));
            return updated;
        } finally {
            await lease?.dispose(isChanged);
        }
    }

    private async repeat(lease: ServerLease | undefined, whenChanged: () => void): Promise<UpdatedLocks<T>> {
        const { context } = this;
        this.isFresh = context.basis === undefined;
        let state = context.basis ?? (await context.look());
        for (let tries = 1; tries <= TRIES; tries++) {
            const decision = this.change(state.table);
            if (!this.isFresh && this.dependsOnNews(decision, state.table)) {
                state = await this.lookAnew();
                continue;
            }
            const blocked = lease && (await this.pin(lease, decision, state.table));
            if (blocked !== undefined) {
                state = await this.wait(blocked, tries);
                continue;
            }
            const events = await this.prepare(decision, lease);
            if (events.length === 0 && decision.table === state.table) {
                if (this.isFresh || lease !== undefined) return updated(state, decision.result);
                state = await this.lookAnew();
                continue;
            }
            const request = requestOf(state.table, decision.table, events);
            const told = await context.statements.change(
                randomUUID(),
                request,
                context.host,
                lease?.pin,
                state.revision,
            );
            if (!told.applied) {
                state = await this.wait(told, tries);
                continue;
            }
            whenChanged();
            const stamped = stampedLocks(request, decision.table, context.user, told.at);
            return { ...updated(context.adopt(told), decision.result), stamped };
        }
        throw context.errors.busy();
    }

    private lookAnew(): Promise<ServerState> {
        this.isFresh = true;
        return this.context.look();
    }

    /** Whether older locks must not decide it: nobody is refused by them, and nothing is left out. */
    private dependsOnNews({ table, outcomes = [], events = [] }: Decision<T>, before: LockTable): boolean {
        // What is done on the disk is not undone by what the server says afterwards.
        if (this.lastly !== undefined) return true;
        const isNothing = table === before && typeof events !== 'function' && events.length === 0;
        return isNothing || outcomes.some(({ refusal }) => refusal !== undefined);
    }

    /** Pins the files whose contents are to be replaced. @returns what kept it from that */
    private async pin(
        lease: ServerLease,
        { outcomes = [] }: Decision<T>,
        table: LockTable,
    ): Promise<ToldChange | undefined> {
        const paths = outcomes.flatMap(({ path, refusal }) => (refusal === undefined ? [path] : []));
        if (!this.changesContents || paths.length === 0) return undefined;
        const told = await lease.pinFiles(expectationsOf(table, paths));
        return told.applied ? undefined : told;
    }

    /** Does what is to be done before the change. @returns what the history is to say of it */
    private async prepare(decision: Decision<T>, lease: ServerLease | undefined): Promise<readonly HistoryEvent[]> {
        const { result, outcomes = [], events: found = [] } = decision;
        let ready: () => void = () => undefined;
        const whenReady = new Promise<void>((resolve) => (ready = resolve));
        const events = Promise.resolve(typeof found === 'function' ? found(whenReady) : found);
        events.catch(() => undefined); // Told below, unless something else fails first.
        const isRefused = outcomes.length > 0 && outcomes.every(({ refusal }) => refusal !== undefined);
        if (lease !== undefined && this.lastly !== undefined && !isRefused) {
            await lease.prepare();
            await this.lastly(lease, result);
        }
        ready();
        return events;
    }

    /** Waits for others who were faster, and takes over what they left. @throws CheckoutError when that takes too long */
    private async wait(told: ToldChange, tries: number): Promise<ServerState> {
        const { context } = this;
        this.isFresh = true;
        const state = context.adopt(told);
        const pinned = told.obstacles?.find(({ why }) => why === 'pinned');
        if (pinned !== undefined) {
            if (performance.now() - this.started > context.timeout || tries === TRIES) {
                const path = state.table.find(pinned.folded)?.path ?? pinned.folded;
                throw context.errors.pinned(path, pinned.holder ?? '');
            }
            await delay(PAUSE_FOR_PIN_MS * tries);
        } else if (tries > 1) await randomPause();
        return state;
    }
}

function updated<T>({ table, mark }: ServerState, result: T): UpdatedLocks<T> {
    return { table, mark, result };
}

/** The locks that a change set, as the server has them: holder and time are its own. By folded paths. */
function stampedLocks(
    { files }: ChangeRequest,
    decided: LockTable,
    user: string,
    at: string | undefined,
): ReadonlyMap<string, Lock> {
    const stamped = new Map<string, Lock>();
    if (at === undefined) return stamped;
    for (const { path, folded, set } of files) {
        const lock = set === 'take' || set === 'renew' ? decided.find(path)?.lock : undefined;
        if (lock === undefined) continue;
        stamped.set(folded, { ...lock, user: set === 'take' ? user : lock.user, timestamp: at });
    }
    return stamped;
}
