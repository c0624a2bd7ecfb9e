import type { ChildProcess } from 'node:child_process';
import { on } from 'node:events';

/** One of several processes that answer what they are asked, by messages. */
export class Member<Question extends object | number> {
    private readonly messages: AsyncIterator<unknown[]>;

    constructor(readonly process: ChildProcess) {
        this.messages = on(process, 'message', { close: ['exit'] });
    }

    send(question: Question): void {
        this.process.send(question);
    }

    /** Its next message; one that ended has none. */
    async next(): Promise<unknown> {
        const { done, value } = await this.messages.next();
        if (done) throw new Error(`A process ended with exit code ${this.process.exitCode} and has not answered.`);
        return value[0];
    }
}
