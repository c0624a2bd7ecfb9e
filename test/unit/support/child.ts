import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** A process of its own that tells, line by line, what it does. */
export class Child {
    private readonly lines: string[] = [];
    private readonly output: Interface;
    private readonly ended: Promise<unknown>;
    private errors = '';

    private constructor(readonly process: ChildProcess) {
        this.output = createInterface({ input: process.stdout! });
        this.output.on('line', (line) => this.lines.push(line));
        process.stderr!.on('data', (text: Buffer) => (this.errors += text.toString()));
        this.ended = once(process, 'close');
    }

    /** Starts `test/unit/children/<name>` with these arguments. */
    static start(name: string, ...args: readonly string[]): Child {
        return Child.startIn(process.env, name, ...args);
    }

    /** The same in another environment. */
    static startIn(env: NodeJS.ProcessEnv, name: string, ...args: readonly string[]): Child {
        return Child.run(path.join(__dirname, '..', 'children', `${name}.js`), args, env);
    }

    /** Starts any compiled script with these arguments. */
    static run(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
        return new Child(spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env }));
    }

    /** The next line it says. */
    async line(): Promise<string> {
        while (this.lines.length === 0) {
            await Promise.race([once(this.output, 'line'), this.ended]);
            if (this.lines.length === 0 && this.process.exitCode !== null) {
                throw new Error(`The child ended with ${this.process.exitCode}: ${this.errors}`);
            }
        }
        return this.lines.shift()!;
    }

    /** Lets it go on: each child waits for a line where it says so. */
    proceed(): void {
        this.process.stdin!.write('\n');
    }

    /** Waits for its end; everything it said and was not yet read. */
    async end(): Promise<string[]> {
        await this.ended;
        if (this.process.exitCode !== 0)
            throw new Error(`The child ended with ${this.process.exitCode}: ${this.errors}`);
        return this.lines;
    }

    async kill(): Promise<void> {
        this.process.kill('SIGKILL');
        await this.ended;
    }
}
