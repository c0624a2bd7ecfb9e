import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Blow, Order, Report } from '../stress/crew';
import { now } from '../stress/history';
import type { Launched } from '../stress/launch';
import { start } from '../support/processes';
import { removeFolder, makeTemporaryFolder } from '../support/temporaryWorkspace';
import { channelVariable, type Line } from './channel';
import { ComparedClock } from './clockBounds';
import type { WindowsNode } from './windowsNode';

const BETWEEN_COMPARISONS_MS = 200;

/**
 * Starts scripts under the Windows build of Node that a crew can treat like its own processes: it sends them messages,
 * reads what they print, kills and stops them. A dead one counts as dead once Wine's server has done what it asked for.
 */
export class WindowsMembers {
    private readonly server = createServer({ noDelay: true }, (socket) => this.welcome(socket));
    private readonly expected = new Map<number, Member>();
    private readonly questions = new Map<number, () => void>();
    private sentinel: ChildProcess | undefined;
    private count = 0;

    private constructor(
        private readonly node: WindowsNode,
        private readonly folder: string,
    ) {}

    static async open(node: WindowsNode): Promise<WindowsMembers> {
        const members = new WindowsMembers(node, await makeTemporaryFolder());
        members.server.listen(0, '127.0.0.1');
        await once(members.server, 'listening');
        const { child } = members.launch(join(__dirname, 'sentinel.js'), [], process.env, 'messages');
        child.on('message', (question: number) => members.questions.get(question)?.());
        members.sentinel = child;
        return members;
    }

    launch(
        script: string,
        args: readonly string[],
        env: NodeJS.ProcessEnv,
        ends: 'messages' | 'output' = 'messages',
    ): Launched {
        const number = this.count++;
        const files = ['out', 'err'].map((name) => join(this.folder, `${number}.${name}`));
        const handles = files.map((file) => openSync(file, 'w'));
        const { port } = this.server.address() as AddressInfo;
        const [command, ...first] = this.node.command;
        const clock = new ComparedClock(now());
        const child = start(command, [...first, '--require', join(__dirname, 'channel.js'), script, ...args], {
            env: {
                ...env,
                ...this.node.environment,
                ...(ends === 'messages' ? { [channelVariable]: `${port} ${number}` } : {}),
            },
            // A Node under Wine can write to files, and to no pipe.
            stdio: ['ignore', ...handles],
        });
        for (const handle of handles) closeSync(handle);
        const member = new Member(child, clock);
        this.expected.set(number, member);
        this.delayEnd(child, () => {
            clock.end(now());
            this.expected.delete(number);
            const [output, errors] = files.map((file) => readFileSync(file));
            if (ends === 'messages') process.stdout.write(Buffer.concat([output!, errors!]));
            else {
                fill(child.stdout, output!);
                fill(child.stderr, errors!);
            }
        });
        if (ends === 'output') {
            Object.assign(child, { stdout: new Readable({ read() {} }), stderr: new Readable({ read() {} }) });
        }
        return { child, clock };
    }

    async close(): Promise<void> {
        const { sentinel } = this;
        if (sentinel !== undefined) {
            const ended = once(sentinel, 'close');
            sentinel.kill('SIGKILL');
            await ended;
        }
        this.server.close();
        await removeFolder(this.folder);
    }

    /** Tells of its end only when nothing of it can happen any more, and after `prepare`. */
    private delayEnd(child: ChildProcess, prepare: () => void): void {
        const emit = child.emit.bind(child) as (event: string, ...values: unknown[]) => boolean;
        let ended: Promise<void> | undefined;
        child.emit = (event: string, ...values: unknown[]): boolean => {
            if (event !== 'exit' && event !== 'close') return emit(event, ...values);
            ended ??= this.untilDone(child).then(prepare);
            void ended.then(() => emit(event, ...values));
            return true;
        };
    }

    /** Twice: Wine's server may have been asked both by the dead and by the sentinel when it looks. */
    private async untilDone(child: ChildProcess): Promise<void> {
        const { sentinel } = this;
        if (sentinel === undefined || sentinel === child) return;
        for (let time = 0; time < 2; time++) {
            if (!sentinel.connected) return;
            const question = this.count++;
            const answered = new Promise<void>((resolve) => this.questions.set(question, resolve));
            sentinel.send(question);
            await answered;
            this.questions.delete(question);
        }
    }

    private welcome(socket: Socket): void {
        socket.on('error', () => undefined); // A killed process closes it in its own way.
        const lines = createInterface({ input: socket });
        lines.on('error', () => undefined);
        lines.once('line', (number) => this.expected.get(Number(number))?.connect(socket, lines));
    }
}

/** Gives one process the channel that its script believes to have. */
class Member {
    private socket: Socket | undefined;
    private isOpen = true;
    private readonly waiting: string[] = [];

    constructor(
        private readonly child: ChildProcess,
        private readonly clock: ComparedClock,
    ) {
        child.once('exit', () => (this.isOpen = false));
        Object.defineProperty(child, 'connected', { get: () => this.isOpen });
        Object.assign(child, {
            send: (message: unknown) => this.write({ message }),
            disconnect: () => {
                this.isOpen = false;
                this.socket?.end();
            },
        });
    }

    connect(socket: Socket, lines: NodeJS.EventEmitter): void {
        if (!this.isOpen) socket.end();
        this.socket = socket;
        for (const text of this.waiting.splice(0)) socket.write(text);
        const ask = (): void => {
            if (this.isOpen) socket.write(`${JSON.stringify({ asked: now() } satisfies Line)}\n`);
        };
        lines.on('line', (text: string) => {
            const after = now();
            const line = JSON.parse(text) as Line;
            if ('shown' in line) this.clock.compare({ before: line.asked, there: line.shown, after });
            else if ('message' in line) this.receive(line.message as Report);
        });
        ask();
        const timer = setInterval(ask, BETWEEN_COMPARISONS_MS);
        socket.on('close', () => clearInterval(timer));
    }

    private receive(message: Report | number): void {
        this.child.emit('message', message, undefined);
        const blow: Blow | undefined = (message as Partial<Order>).blow;
        if (blow !== undefined) this.child.kill(blow);
    }

    private write(line: Line): boolean {
        const text = `${JSON.stringify(line)}\n`;
        if (this.socket === undefined) this.waiting.push(text);
        else this.socket.write(text);
        return true;
    }
}

function fill(stream: Readable | null, content: Buffer): void {
    stream?.push(content);
    stream?.push(null);
}
