import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Order, Report, Rescue } from './crew';
import type { Lock } from '../../src/core/locks/lockEntry';
import { Recorder, type Answer, type Request } from './history';
import { lookBack } from './lookBack';
import type { OldRevisions } from './oldRevisions';
import { otherNameOf } from './pairs';
import { Random } from './random';
import { SeedAlgorithm } from './seedAlgorithm';
import { ServerTool } from './serverTool';
import { Window } from './window';

/** What one worker is to do; the only argument of its process, as JSON. */
export interface WorkerPlan {
    readonly folder: string;
    readonly history: string;
    readonly who: string;
    readonly user: string;
    readonly files: readonly string[];
    readonly seed: number;
    readonly algorithm: 'core' | 'seed';
    /** It ends after so many operations, or when it is disconnected. */
    readonly operations: number;
    /** Milliseconds without a sign of life after which it takes a mutex over. */
    readonly staleAfter: number;
    /** Whether nobody is killed or stopped. */
    readonly allLive: boolean;
    /** The lock server where the locks are; the locks file without one. */
    readonly lockServer?: { readonly address: string; readonly password: string } | undefined;
}

/** What a worker works with. */
export interface Tool {
    /** When it set about its last look at the locks file before it wrote. */
    readonly since?: number | undefined;
    /** Whether it said that its last change could not be written into the history. */
    readonly isUnrecorded?: boolean;
    /** What it does with revisions that were kept before. */
    readonly revisions?: OldRevisions;
    checkOut(files: readonly string[], message: string): Promise<Answer[]>;
    checkIn(files: readonly string[]): Promise<Answer[]>;
    /** Puts a content into a file under a check-out, and ends that if `ends`. */
    putContent?(file: string, message: string, content: string, ends: boolean): Promise<Answer[]>;
    /** All that is checked out. */
    look?(): Promise<readonly { readonly path: string; readonly lock: Lock }[]>;
    takeOver?(file: string, seen: Lock, message: string): Promise<Answer[]>;
    rename?(from: string, to: string): Promise<Answer[]>;
    /** Writes into a file as a CAM program does that saves it. @param text as long as every other */
    write?(file: string, text: string): Answer;
    /** Adds a field to the entry of a check-out, as a program does that keeps to the mutex and knows more than we do. */
    annotate?(file: string, message: string, note: string): Promise<Answer[]>;
}

/** Whoever works here; what others have must stay as it is. */
const OF_THE_CREW = /^(?:User|Script)\d/;
/** Characters of each content. */
const CONTENT_LENGTH = 24;

/** Checks out and in until it is enough, as somebody in a window does that stays open. */
class Worker {
    private readonly random: Random;
    private readonly recorder: Recorder;
    private readonly tool: Tool;
    /** What it has checked out, as far as it knows, and with which message. */
    private readonly held = new Map<string, string>();
    private hasFailed = false;

    constructor(private readonly plan: WorkerPlan) {
        const { folder, history, user, staleAfter } = plan;
        this.random = new Random(plan.seed);
        this.recorder = new Recorder(plan.history);
        this.tool =
            plan.lockServer !== undefined
                ? new ServerTool(folder, user, plan.lockServer)
                : plan.algorithm === 'seed'
                  ? new SeedAlgorithm(folder, user)
                  : new Window(
                        folder,
                        `${history}.private`,
                        user,
                        staleAfter,
                        orders,
                        (from, to) => this.recorder.stay({ who: plan.who, from, to }),
                        () =>
                            plan.allLive &&
                            this.recorder.trouble(`${plan.who} took the mutex of somebody who was alive.`),
                    );
    }

    async work(): Promise<void> {
        for (let turn = 0; turn < this.plan.operations && !enough.signal.aborted; turn++) {
            const from = rescues.shift();
            if (from !== undefined) await this.takeOver(turn, from);
            else if (this.held.size === 0 || this.random.fraction() < 0.4) await this.begin(turn);
            else if (this.random.fraction() < 0.15 && this.tool.annotate !== undefined) await this.annotate(turn);
            else if (this.random.fraction() < 0.25 && this.tool.putContent !== undefined) await this.putContent(turn);
            else if (this.random.fraction() < 0.25 && this.tool.rename !== undefined) await this.rename(turn);
            else if (this.random.fraction() < 0.2 && this.tool.revisions !== undefined) await this.lookBack(turn);
            else await this.checkIn(turn);
            // Somebody who was told that the share is away does not try a thousand times a second.
            await (this.hasFailed ? delay(100) : setImmediate());
        }
        this.recorder.close();
    }

    private async begin(turn: number): Promise<void> {
        if (this.random.fraction() < 0.1 && this.tool.takeOver !== undefined) await this.takeOver(turn);
        else await this.checkOut(turn);
    }

    private async checkOut(turn: number): Promise<void> {
        const message = `${this.plan.who}.${turn}`;
        const files = this.some(this.plan.files);
        const answers = await this.call('checkOut', files, turn, message, () => this.tool.checkOut(files, message));
        answers.forEach((answer, index) => {
            const file = files[index]!;
            if (answer.kind === 'done') this.held.set(file, message);
            else if (answer.kind === 'refused' && answer.code === 'alreadyMine') {
                this.held.set(file, answer.holder?.message ?? '');
            }
        });
    }

    private async checkIn(turn: number): Promise<void> {
        const files = this.some(this.random.fraction() < 0.9 ? [...this.held.keys()] : this.plan.files);
        for (const [index, file] of files.entries()) {
            if (this.held.has(file) && this.random.fraction() < 0.6) this.write(file, turn, `${turn}.${index}`);
        }
        const answers = await this.call('checkIn', files, turn, '', () => this.tool.checkIn(files));
        answers.forEach(({ kind }, index) => {
            if (kind !== 'failed') this.held.delete(files[index]!);
        });
    }

    private write(file: string, turn: number, name: string): void {
        if (this.tool.write === undefined) return;
        const { who, user } = this.plan;
        const note = this.contentOf(name);
        const ended = this.recorder.begin({ who, user, operation: 'write', file, message: '', note, turn });
        ended(this.tool.write(file, note));
    }

    /** A text that nobody else writes, as long as all others: a size tells nothing then. */
    private contentOf(name: string): string {
        return `${this.plan.who}.${name}`.padEnd(CONTENT_LENGTH, '.');
    }

    /** Takes over what somebody else has, as a person does who does not get hold of them. */
    private async takeOver(turn: number, from?: string): Promise<void> {
        const { who, user } = this.plan;
        const message = `${who}.${turn}`;
        const others = (await this.look()).filter(({ lock }) => {
            return lock.user !== user && (from === undefined ? OF_THE_CREW.test(lock.user) : lock.user === from);
        });
        if (others.length === 0) return;
        const { path: file, lock } = this.random.pick(others);
        const seen = { user: lock.user, message: lock.message };
        const carryOut = (): Promise<Answer[]> => this.tool.takeOver!(file, lock, message);
        const [answer] = await this.call('takeOver', [file], turn, message, carryOut, [{ seen }]);
        if (answer?.kind !== 'done') return;
        this.held.set(file, message);
        this.write(file, turn, `${turn}`);
    }

    private async look(): Promise<readonly { readonly path: string; readonly lock: Lock }[]> {
        return (await this.tool.look?.()) ?? [];
    }

    private async rename(turn: number): Promise<void> {
        const names = [...this.held.keys()].filter((file) => otherNameOf(file) !== undefined);
        if (names.length === 0) return;
        const from = this.random.pick(names);
        const to = otherNameOf(from)!;
        const [answer] = await this.call('rename', [from], turn, '', () => this.tool.rename!(from, to), [{ to }]);
        if (answer?.kind !== 'done') return;
        const message = this.held.get(from)!;
        this.held.delete(from);
        if (answer.holder !== undefined) this.held.set(to, message);
    }

    private async annotate(turn: number): Promise<void> {
        const [file, message] = this.random.pick([...this.held]);
        const note = `${this.plan.who}.${turn}`;
        await this.call('annotate', [file], turn, message, () => this.tool.annotate!(file, message, note), [{ note }]);
    }

    private async putContent(turn: number): Promise<void> {
        // An undo of a program that has its other name would put it there a second time.
        const held = [...this.held].filter(([name]) => otherNameOf(name) === undefined);
        if (held.length === 0) return;
        const [file, message] = this.random.pick(held);
        const content = this.contentOf(`${turn}`);
        const ends = this.random.fraction() < 0.5;
        const carryOut = (): Promise<Answer[]> => this.tool.putContent!(file, message, content, ends);
        const [answer] = await this.call(ends ? 'undo' : 'restore', [file], turn, message, carryOut, [
            { note: content },
        ]);
        if (answer?.kind === 'refused' || (ends && answer?.kind === 'done')) this.held.delete(file);
    }

    private async lookBack(turn: number): Promise<void> {
        const { random, held, plan, tool } = this;
        const lost = await lookBack({
            who: plan.who,
            turn,
            random,
            held,
            revisions: tool.revisions!,
            call: (operation, files, message, carryOut, more) =>
                this.call(operation, files, turn, message, carryOut, more),
        });
        if (lost !== undefined) held.delete(lost);
    }

    /** One file, or, some of the time, several in one transaction. */
    private some(files: readonly string[]): string[] {
        const isSingle = this.plan.algorithm === 'seed' || this.random.fraction() < 0.8;
        return [...new Set(Array.from({ length: isSingle ? 1 : 3 }, () => this.random.pick(files)))];
    }

    private async call(
        operation: Request['operation'],
        files: readonly string[],
        turn: number,
        message: string,
        carryOut: () => Promise<Answer[]>,
        more: readonly Partial<Request>[] = [],
    ): Promise<Answer[]> {
        const { who, user } = this.plan;
        const ended = files.map((file, index) =>
            this.recorder.begin({ who, user, operation, file, message, turn, ...more[index] }),
        );
        const answers = await carryOut();
        ended.forEach((end, index) => end(answers[index]!, this.tool.since, this.tool.isUnrecorded));
        this.hasFailed = answers.some(({ kind }) => kind === 'failed');
        return answers;
    }
}

const enough = new AbortController();
/** What the crew has asked for and has not happened yet. */
const orders = new Set<Order>();
/** Of whom something is to be taken over. */
const rescues: string[] = [];

async function main(): Promise<void> {
    if (process.connected) {
        process.on('message', (asked: Order | Rescue) => {
            if ('from' in asked) rescues.push(asked.from);
            else orders.add(asked);
        });
        process.once('disconnect', () => enough.abort());
        process.channel!.unref();
        // With a callback, since all may be told to go home at this very moment, and then that is no error.
        process.send!('at work' satisfies Report, undefined, undefined, () => undefined);
    }
    await new Worker(JSON.parse(process.argv[2]!) as WorkerPlan).work();
    if (process.connected) process.disconnect();
}

if (require.main === module) void main();
