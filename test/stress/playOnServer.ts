import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../../src/core/base/errors';
import { formatEvent } from '../../src/core/history/historyEvent';
import { markerOf } from '../../src/core/locks/damagedTable';
import type { PostgresLockStore } from '../../src/core/server/postgresLockStore';
import { AnswerProxy } from '../support/postgres/answerProxy';
import type { PostgresServer } from '../support/postgres/postgresServer';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { LockServer, PASSWORD } from '../unit/support/lockServer';
import { check, type Violation } from './checker';
import { useCommandLine } from './commandLine';
import { Crew } from './crew';
import { type Call, now, Recorder } from './history';
import type { Effort, Outcome } from './play';
import { Random } from './random';
import { misrecorded } from './recorded';
import { isAmbiguous } from './registerSearch';
import { Shop } from './shop';
import { Tally } from './tally';
import { waitsOf } from './waits';

/** What becomes of the primary in the middle of the work. */
export type ServerFault = 'kill' | 'freeze';

/** Files beyond one for each process. */
const MORE_FILES = 2;
/** Changes that are made before the primary dies, after that, and while an asynchronous standby lags behind. */
const CHANGES = 15;
/** For so long the standby is away before the primary dies: what is confirmed then, it does not have. */
const BEHIND_MS = 400;
/** What a client sent before it was given up, or was killed, is done by then or never, in nanoseconds. */
const LATEST_NS = 10e9;
/** The codes with which a call may fail. */
const mayFail = ['changeUnconfirmed', 'serverUnreachable', 'mutexTimeout'];

/** The times of a failover, in nanoseconds. */
interface Failover {
    /** Until when nothing had happened to the primary. */
    readonly began: number;
    /** When the standby had become the primary. */
    readonly promoted: number;
}

/**
 * Many people check out and in on a lock server of two, through proxies that cut, lose and slow down; then the primary dies
 * or stands still, and the standby is promoted. What was confirmed has to be there, once, and nothing else.
 */
export async function playOnServer(effort: Effort, fault: ServerFault, isAsynchronous: boolean): Promise<Outcome> {
    const started = now();
    const notebook = await makeTemporaryFolder();
    const folder = await makeTemporaryFolder();
    const server = await LockServer.start({ isAsynchronous });
    const proxies = await Promise.all(server.ports.map((port) => AnswerProxy.start(port)));
    const scene = new ServerScene(effort, server, proxies, folder, notebook, isAsynchronous);
    try {
        const outcome = await scene.play(fault);
        const violations = isAsynchronous ? mustLose(outcome.violations) : outcome.violations;
        if (violations.length === 0) await removeFolder(notebook);
        return { ...outcome, violations, seconds: (now() - started) / 1e9 };
    } finally {
        scene.dismiss();
        await Promise.all(proxies.map((proxy) => proxy.stop()));
        await server.remove();
        await removeFolder(folder);
    }
}

/** What was lost is no fault there; what was invented, or failed without a reason, is. */
function mustLose(violations: readonly Violation[]): Violation[] {
    const isLoss = ({ kind, message }: Violation): boolean =>
        ['lostLock', 'wrongHolder', 'twoHolders', 'untrueRefusal'].includes(kind) ||
        (kind === 'misrecorded' && message.startsWith('The history lacks what was done'));
    // Whoever goes on after a loss is out of order, too.
    const isNoLoss = ({ kind }: Violation): boolean => ['inventedLock', 'failure', 'observed'].includes(kind);
    if (violations.some(isLoss)) return violations.filter(isNoLoss);
    return [{ kind: 'observed', message: 'Nothing was lost with an asynchronous standby: this test cannot fail.' }];
}

class ServerScene {
    private readonly shop: Shop;
    private readonly tally = new Tally();
    private readonly random: Random;
    private readonly over = new AbortController();
    private crew: Crew | undefined;
    private repository = '';

    constructor(
        private readonly effort: Effort,
        private readonly server: LockServer,
        private readonly proxies: readonly AnswerProxy[],
        private readonly folder: string,
        notebook: string,
        private readonly isAsynchronous: boolean,
    ) {
        this.shop = new Shop(folder, notebook, effort.processes + MORE_FILES);
        this.random = new Random(effort.seed);
    }

    async play(fault: ServerFault): Promise<Omit<Outcome, 'seconds'>> {
        const { shop, tally, random, effort } = this;
        this.repository = await this.server.makeRepository();
        await this.server.untilCopied();
        const ports = this.proxies.map(({ port }) => port);
        const lockServer = { address: this.server.addressOf(this.repository, ports), password: PASSWORD };
        const plan = {
            operations: Infinity,
            algorithm: 'core',
            staleAfter: 10_000,
            allLive: false,
            lockServer,
        } as const;
        const crew = new Crew(shop, random, tally, { ...plan, operations: Number.MAX_SAFE_INTEGER }, () => 0);
        this.crew = crew;
        const people = ['alice', 'bob', 'carol'];
        const windows = effort.processes - 1;
        for (let index = 0; index < windows; index++) crew.hire(people[index % 2]!, 'right', this.folder);
        await crew.gather();
        await this.leaveNote(lockServer.address);
        const scene = { shop, crew, random, isOver: () => this.over.signal.aborted, lockServer };
        const beside = [useCommandLine('carol', 'right', this.folder, scene), this.observe(), this.disturb()];
        const half = (effort.seconds * 1000) / 2;
        await Promise.all([delay(half), this.changes(this.server.primary, CHANGES)]);
        const failover = await this.failOver(fault);
        await Promise.all([delay(half), this.changes(this.server.standby!, CHANGES)]);
        this.over.abort();
        crew.end();
        await Promise.all([...beside, crew.finish()]);
        return this.judge(failover, windows);
    }

    /** Ends everybody, however it went. */
    dismiss(): void {
        this.over.abort();
        this.crew?.dismiss();
    }

    /** In the place of the locks file lies what a move to the server leaves. */
    private async leaveNote(lockServer: string): Promise<void> {
        const repositoryId = await this.idOfRepository();
        writeFileSync(this.shop.locksFile, markerOf({ lockServer, repositoryId, since: '2026-11-30T08:00:00+00:00' }));
        mkdirSync(join(this.folder, 'locks.revisions'), { recursive: true });
    }

    private async idOfRepository(): Promise<string> {
        const rows = await this.server.primary.sql('select id from cnc.repository where name = $1', [this.repository]);
        return rows[0]!['id'] as string;
    }

    /** Looks at the locks again and again, as every idle client does. */
    private async observe(): Promise<void> {
        const recorder = new Recorder(this.shop.history().file);
        const store = this.open();
        let before = '';
        while (!this.over.signal.aborted) {
            const start = now();
            try {
                const { table, mark } = await store.list();
                const locks = table
                    .locks()
                    .map(({ path, lock: { user, message } }) => [path, { user, message }] as const);
                if (mark !== before) recorder.look({ holders: Object.fromEntries(locks), start, end: now() });
                before = mark ?? '';
                this.tally.add('looks');
            } catch (error) {
                if (!(error instanceof CheckoutError) || !mayFail.includes(error.code)) throw error;
            }
            await delay(5);
        }
        recorder.close();
        store.close();
    }

    /** Cuts and slows down connections, loses answers, and kills people, all the time. */
    private async disturb(): Promise<void> {
        const { random, proxies, tally } = this;
        const actions: readonly (() => void | Promise<void>)[] = [
            () => {
                void random.pick(proxies).lose('answer');
                tally.add('answers to be lost');
            },
            () => void random.pick(proxies).lose('request'),
            async () => {
                const proxy = random.pick(proxies);
                proxy.shut();
                tally.add('cuts');
                await delay(random.below(100));
                proxy.open();
            },
            () => {
                for (const proxy of proxies) proxy.roundTripMs = random.below(3) * 20;
            },
            () => this.crew?.hit('SIGKILL'),
        ];
        while (!this.over.signal.aborted) {
            await delay(random.below(300));
            if (!this.over.signal.aborted) await random.pick(actions)();
        }
    }

    /** Waits until so many changes more were made. */
    private async changes(server: PostgresServer, count: number): Promise<void> {
        const revision = async (): Promise<number> => {
            const rows = await server.sql('select revision from cnc.repository where name = $1', [this.repository]);
            return Number(rows[0]!['revision']);
        };
        const before = await revision();
        while ((await revision()) < before + count) await delay(20);
    }

    /** The standby takes the place of the primary. A primary that stood still is ended, as whoever promotes has to do. */
    private async failOver(fault: ServerFault): Promise<Failover> {
        const { primary, standby } = this.server;
        const began = now();
        // One that only stood still would still have what was on its way.
        await standby!.kill();
        // A standby that is waited for keeps every change from being confirmed; another one does not get them.
        await (this.isAsynchronous ? this.changes(primary, CHANGES) : delay(BEHIND_MS));
        if (fault === 'kill') await primary.kill();
        else primary.freeze();
        await standby!.run();
        await standby!.promote();
        const promoted = now();
        await primary.kill();
        this.tally.add('promotions');
        return { began, promoted };
    }

    private open(): PostgresLockStore {
        const address = this.server.parsed(
            this.repository,
            this.proxies.map(({ port }) => port),
        );
        return this.server.open(this.repository, 'alice', { staging: this.shop.locksFile, address, silenceMs: 2000 });
    }

    private async judge({ began, promoted }: Failover, windows: number): Promise<Omit<Outcome, 'seconds'>> {
        const { shop, server, tally } = this;
        const known = shop.outcome();
        // What a client gave up may have been carried out later.
        const calls = known.calls.map((call): Call => {
            if (!isAmbiguous(call)) return call;
            const isOfBefore = call.start < promoted && call.end > began;
            return { ...call, end: Math.max(call.end + LATEST_NS, isOfBefore ? promoted : 0) };
        });
        const last = server.open(this.repository, 'alice', {
            staging: shop.locksFile,
            address: server.parsed(this.repository, [server.standby!.port]),
        });
        const { table } = await last.list();
        const { events } = await last.history({});
        const lines = events.toReversed().map(formatEvent);
        const own = calls.filter(({ operation }) => operation !== 'see');
        const answers = { done: 0, refused: 0, failed: 0, seen: 0, none: 0 };
        for (const { answer } of own) answers[answer.kind]++;
        const troubles = [...known.troubles, ...this.crew!.troubles];
        const run = {
            ...known,
            calls,
            troubles,
            before: '{}',
            after: table.serialise(),
            foreign: [],
            names: [],
            stays: [],
        };
        const recorded = { calls, lines, mayTear: 0, mayRestore: false, isOrderly: true };
        tally.add('operations', new Set(own.map(({ who, turn }) => `${who} ${turn}`)).size);
        tally.add('lines of the history', lines.length);
        tally.add('windows', windows);
        return {
            answers,
            tally,
            waits: waitsOf(own.filter(({ who }) => !who.startsWith('command line'))),
            violations: [
                ...check({ ...run, sights: [], backup: undefined, mayFail }),
                ...misrecorded(recorded).map((message): Violation => ({ kind: 'misrecorded', message })),
            ],
            folder: shop.notebook,
        };
    }
}
