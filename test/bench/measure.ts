import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The medians of several ways to do something, in milliseconds, taken in turn so that a busy moment hits all of them. */
export async function medians<Name extends string>(
    ways: Readonly<Record<Name, () => Promise<void>>>,
    rounds: number,
    between: (name: Name) => Promise<void> = async () => undefined,
): Promise<Record<Name, number>> {
    const names = Object.keys(ways) as Name[];
    const times = new Map(names.map((name) => [name, [] as number[]]));
    const warmUp = Math.ceil(rounds / 5);
    for (let round = -warmUp; round < rounds; round++) {
        for (const name of names) {
            const started = performance.now();
            await ways[name]();
            if (round >= 0) times.get(name)!.push(performance.now() - started);
            await between(name);
        }
    }
    return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Name, number>;
}

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
    const sorted = [...figures].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs a program to its end; what it printed. A failure shows what it said. */
export async function run(
    command: string,
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    folder?: string,
): Promise<string> {
    const options = { env: { ...process.env, ...env }, cwd: folder, maxBuffer: 2 ** 27 };
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout;
}
