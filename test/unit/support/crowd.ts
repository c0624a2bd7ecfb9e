import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Member } from './member';
import { start, stop } from '../../support/processes';

/** What each process of a crowd is told at its start. */
export interface CrowdOptions {
    /** Holds `repo` and `locks.json`. */
    readonly folder: string;
    /** Clients in each process. */
    readonly clients: number;
    /** Milliseconds. */
    readonly pollInterval: number;
    /** Whether file events reach them; over a network they often do not. */
    readonly byEvents: boolean;
    /** Whether somebody sees the rows of the top folder. */
    readonly inView: boolean;
}

export type CrowdQuestion =
    | { readonly do: 'count'; readonly each: number }
    | { readonly do: 'see'; readonly path: string; readonly user: string | undefined };

export interface CrowdAnswer {
    readonly polls: number;
    /** How often a locks file was read. */
    readonly reads: number;
    /** When the last client saw it, in milliseconds since 1970. */
    readonly at: number;
}

export const beginOfCount = '/begin-of-count';
export const endOfCount = '/end-of-count';

/** Many clients of one share in a few processes of this computer. */
export class Crowd {
    private constructor(
        private readonly members: readonly Member<CrowdQuestion>[],
        private readonly traces: readonly string[],
    ) {}

    /**
     * Starts the processes; their clients have read the repository then.
     * @param traceFolder where system calls that name a file are recorded, by strace, which has to be there
     */
    static async start(processes: number, options: CrowdOptions, traceFolder?: string): Promise<Crowd> {
        const traces: string[] = [];
        const members = Array.from({ length: processes }, (_, index) => {
            let command = [
                process.execPath,
                join(__dirname, '..', 'children', 'crowdWorker.js'),
                JSON.stringify(options),
            ];
            if (traceFolder !== undefined) {
                const trace = join(traceFolder, `trace-${index}`);
                traces.push(trace);
                command = ['strace', '-f', '-s', '512', '-e', 'trace=%file', '-o', trace, ...command];
            }
            const [program, ...args] = command as [string, ...string[]];
            return new Member<CrowdQuestion>(start(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
        });
        await Promise.all(members.map((member) => member.next()));
        return new Crowd(members, traces);
    }

    /** Lets every client poll so many times at least, while nothing happens: how many polls that were in all. */
    async poll(each: number): Promise<number> {
        for (const member of this.members) member.send({ do: 'count', each });
        const answers = await this.answers();
        return answers.reduce((sum, { polls }) => sum + polls, 0);
    }

    /**
     * Makes a change that every client has to see.
     * @param user who holds the file then
     * @returns milliseconds from the beginning of the change until the last client saw it, and reads of the locks file
     */
    async see(
        path: string,
        user: string | undefined,
        change: () => Promise<unknown>,
    ): Promise<{ slowest: number; reads: number }> {
        for (const member of this.members) member.send({ do: 'see', path, user });
        await Promise.all(this.members.map((member) => member.next()));
        const started = performance.timeOrigin + performance.now();
        await change();
        const seen = await this.answers();
        return {
            slowest: Math.max(...seen.map(({ at }) => at)) - started,
            reads: seen.reduce((sum, { reads }) => sum + reads, 0),
        };
    }

    /** Ends all; the system calls during the last `poll`, where they are recorded. */
    async end(): Promise<string[]> {
        await Promise.all(this.members.map(({ process }) => stop(process)));
        return this.traces.flatMap((trace) => {
            const calls = readFileSync(trace, 'utf8').split('\n');
            const at = (mark: string): number => calls.findLastIndex((call) => call.includes(mark));
            // A call that a thread waited in takes two lines, of which the first names the file.
            const during = calls.slice(at(beginOfCount) + 1, at(endOfCount));
            // Of an open file the client knows already what it was told when it was opened: such a call names no file.
            return during.filter((call) => !call.includes(' resumed>') && !/, "", /.test(call));
        });
    }

    private answers(): Promise<CrowdAnswer[]> {
        return Promise.all(this.members.map((member) => member.next() as Promise<CrowdAnswer>));
    }
}
