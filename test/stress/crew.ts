import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Failpoint } from '../../src/core/mutex/failpoints';
import { type Clock, environmentOf } from './clocks';
import { now } from './history';
import { type Launch, launchHere } from './launch';
import type { Random } from './random';
import type { OpenHistory, Shop } from './shop';
import type { Watching } from './observer';
import type { Tally } from './tally';
import type { WorkerPlan } from './worker';

/** What is done to a process. */
export type Blow = 'SIGKILL' | 'SIGSTOP';

/** Asks a worker to do this to itself at the next such moment; the worker says the same when it is about to. */
export interface Order {
    readonly moment: Failpoint;
    readonly blow: Blow;
}

/** Asks a worker to take over a file of somebody who stands still, as people do. */
export interface Rescue {
    readonly from: string;
}

/** What a worker says: that it is at work, or what it is about to do to itself. */
export type Report = 'at work' | Order;

/** What all workers of a crew have in common. */
export type CrewPlan = Pick<WorkerPlan, 'operations' | 'algorithm' | 'staleAfter' | 'allLive' | 'lockServer'>;

/** Nobody is stopped for longer than so many times the time after which a mutex is taken over. */
const LONGEST_STOP = 2;

/** The processes of one scenario. A worker that is killed is replaced by a new process of the same user. */
export class Crew {
    private readonly workers = new Map<ChildProcess, Promise<void>>();
    private readonly guests = new Set<ChildProcess>();
    private count = 0;
    private isEnough = false;
    private readonly arriving: Promise<unknown>[] = [];
    private readonly waking: Promise<void>[] = [];
    readonly troubles: string[] = [];

    constructor(
        private readonly shop: Shop,
        private readonly random: Random,
        private readonly tally: Tally,
        private readonly plan: CrewPlan,
        /** Milliseconds for which a stopped process stays so. */
        private readonly pause: () => number,
        private readonly launch: Launch = launchHere,
    ) {}

    /** @param folder the shop's folder as this worker has it */
    hire(user: string, clock: Clock, folder: string): void {
        const { files } = this.shop;
        const history = this.shop.history();
        const who = `W${this.count++}`;
        const seed = this.random.below(2 ** 32);
        const plan: WorkerPlan = { ...this.plan, folder, history: history.file, who, user, files, seed };
        const { child, clock: bounds } = this.launch(
            folder,
            scriptOf('worker'),
            [JSON.stringify(plan)],
            environmentOf(clock, this.shop.clockFile),
        );
        history.clock = bounds;
        child.on('message', (report: Report) => {
            if (report === 'at work') return;
            this.note(child, report.blow);
            // Somebody else is to work on before it goes on: what it then puts into a file comes too late.
            if (report.moment === 'beforeFile' && report.blow === 'SIGSTOP') this.rescue(user);
        });
        const ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
            history.died = now();
            this.workers.delete(child);
            if (signal === null && code !== 0) this.troubles.push(`${who} ended with exit code ${String(code)}.`);
            if (signal !== null && !this.isEnough) this.hire(user, clock, folder);
        });
        this.workers.set(child, ended);
        this.arriving.push(Promise.race([once(child, 'message'), ended]));
    }

    /** When all who were hired so far are at work. */
    async gather(): Promise<void> {
        await Promise.all(this.arriving);
    }

    /** Makes somebody else's process one of those who may be hit; it is nobody's any more when it ends. */
    enlist(child: ChildProcess): void {
        this.guests.add(child);
        child.once('exit', () => this.guests.delete(child));
    }

    /** Hits one that has the mutex now, if that can be seen, else any. */
    hit(blow: Blow): void {
        const children = [...this.workers.keys(), ...this.guests];
        const holder = this.random.fraction() < 0.5 ? holderOfMutex(this.shop) : undefined;
        const victim =
            children.find(({ pid }) => pid === holder) ?? (children.length > 0 && this.random.pick(children));
        if (victim && victim.kill(blow)) this.note(victim, blow);
    }

    /** Has a worker hit itself at a moment that chance alone would hardly meet. */
    order(order: Order): void {
        const workers = [...this.workers.keys()].filter(({ connected }) => connected);
        if (workers.length > 0) this.random.pick(workers).send(order, () => undefined); // It may be gone by now.
    }

    private rescue(from: string): void {
        const rescue: Rescue = { from };
        for (const child of this.workers.keys()) if (child.connected) child.send(rescue, () => undefined);
    }

    /** Stops all workers for so many milliseconds: then they go on at the same moment. */
    async freeze(milliseconds: number): Promise<void> {
        const children = [...this.workers.keys()];
        for (const child of children) child.kill('SIGSTOP');
        await delay(milliseconds);
        for (const child of children) child.kill('SIGCONT');
    }

    /** Asks all to go home when they are done with what they are doing. */
    end(): void {
        this.isEnough = true;
        for (const child of this.workers.keys()) if (child.connected) child.disconnect();
    }

    /** When all are gone, and nobody stands still any more. */
    async finish(): Promise<void> {
        // Whoever stopped itself when nobody was listening any more, or after it had been woken, would stand still for ever.
        const rounds = this.isEnough ? setInterval(() => this.wake(), this.plan.staleAfter * LONGEST_STOP) : undefined;
        while (this.workers.size > 0) await Promise.all(this.workers.values());
        clearInterval(rounds);
        await Promise.all(this.waking);
    }

    /** Ends everybody at once, when the scenario itself went wrong. */
    dismiss(): void {
        this.isEnough = true;
        for (const child of [...this.workers.keys(), ...this.guests]) child.kill('SIGKILL');
    }

    private wake(): void {
        for (const child of [...this.workers.keys(), ...this.guests]) child.kill('SIGCONT');
    }

    private note(child: ChildProcess, blow: Blow): void {
        if (blow === 'SIGKILL') {
            this.tally.add('kills');
            return;
        }
        this.tally.add('stops');
        this.waking.push(delay(this.pause()).then(() => void child.kill('SIGCONT')));
    }
}

/** Somebody who goes along with a scenario. */
export interface Companion {
    readonly leave: () => Promise<void>;
    /** When the scenario itself went wrong. */
    readonly dismiss: () => void;
}

/** Starts a program of this folder that ends when it is disconnected. @param folder the shop's folder as it has it */
export function accompany(
    name: 'observer' | 'truncatingWriter',
    plan: Omit<Watching, 'history'>,
    history: OpenHistory,
    folder: string,
    launch: Launch = launchHere,
): Companion {
    const watching: Watching = { ...plan, history: history.file };
    const { child, clock } = launch(folder, scriptOf(name), [JSON.stringify(watching)], process.env);
    history.clock = clock;
    const ended = once(child, 'exit');
    const leave = async (): Promise<void> => {
        if (child.connected) child.disconnect();
        const [code] = (await ended) as [number | null];
        if (code !== 0) throw new Error(`The ${name} ended with exit code ${String(code)}.`);
    };
    return { leave, dismiss: () => void child.kill('SIGKILL') };
}

function scriptOf(name: string): string {
    return join(__dirname, `${name}.js`);
}

function holderOfMutex({ locksFile }: Shop): number | undefined {
    try {
        return (JSON.parse(readFileSync(join(`${locksFile}.lock`, 'owner'), 'utf8')) as { pid: number }).pid;
    } catch {
        return undefined; // Free at this moment.
    }
}
