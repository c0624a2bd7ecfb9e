import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { scaled } from './pace';
import { processTree, watchForHang } from './watchdog';

const running = new Set<ChildProcess>();

/** Starts a program in a process group of its own, so that `stop` ends what it started too. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('error', () => running.delete(child));
    return child;
}

export interface RunOptions extends SpawnOptions {
    /** Ends the program and its children when they hang. It tells what they were doing, from what they left behind say. */
    readonly doing?: () => string;
    /** What it prints is shown in one piece at its end, and not among what others print meanwhile. */
    readonly besideOthers?: boolean;
}

/** Runs a program to its end and returns its exit code. */
export async function exitCodeOf(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
    const { doing, besideOthers = false, ...spawnOptions } = options;
    const isWatched = doing !== undefined;
    const child = start(command, args, {
        stdio: besideOthers || isWatched ? ['ignore', 'pipe', 'pipe'] : 'inherit',
        ...spawnOptions,
    });
    const streams = [child.stdout, child.stderr];
    const printed: Buffer[] = [];
    let bytes = 0;
    for (const stream of streams) {
        stream?.on('data', (piece: Buffer) => {
            bytes += piece.length;
            if (besideOthers) printed.push(piece);
            else process.stdout.write(piece);
        });
    }
    let hang: string | undefined;
    const end = (how: string): void => {
        hang = `It hung and was ended: ${how} after "${doing?.() ?? ''}".`;
        killTree(child);
        for (const stream of streams) stream?.destroy();
    };
    const unwatch = isWatched ? watchForHang(child.pid, () => `${bytes} ${doing()}`, end) : undefined;
    try {
        const [code] = (await once(child, 'close')) as [number | null];
        if (hang !== undefined) throw new Error(hang);
        return code ?? 1;
    } catch (error) {
        if (hang !== undefined) throw error;
        throw new Error(`${command} could not be started: ${(error as Error).message}.`, { cause: error });
    } finally {
        unwatch?.();
        process.stdout.write(Buffer.concat(printed));
    }
}

/** Something that a program started may have left its group. */
function killTree(child: ChildProcess): void {
    const tree = processTree(child.pid);
    signal(child, 'SIGKILL');
    for (const { pid } of tree) send(pid, 'SIGKILL');
}

/** Runs npm quietly; its output is shown only when it fails. */
export function npm(args: readonly string[], folder: string): void {
    const shell = process.platform === 'win32';
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell });
    if (status === 0) return;
    console.error(`${stdout}${stderr}`);
    throw new Error(`\`npm ${args.join(' ')}\` failed, as it says above: is the npm registry there?`);
}

/** Ends a program and everything that it started. */
export async function stop(child: ChildProcess): Promise<void> {
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
    if (isRunning()) {
        signal(child, 'SIGTERM');
        await once(child, 'exit', { signal: AbortSignal.timeout(scaled(3000)) }).catch(() => undefined);
    }
    // The program may be gone before what it started: an extension host notices only seconds later.
    signal(child, 'SIGKILL');
    if (isRunning()) await once(child, 'exit');
}

function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
    if (child.pid === undefined) return;
    if (process.platform === 'win32') {
        spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
        return;
    }
    send(-child.pid, name);
}

function send(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
    try {
        process.kill(pid, name);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

/** Ends the programs that have a text of this run's own, such as its data folder, among their arguments. */
export function endProgramsWith(argument: string): void {
    if (process.platform === 'win32') {
        for (const child of running) signal(child, 'SIGTERM');
        return;
    }
    const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
    for (const line of stdout.split('\n').filter((text) => text.includes(argument))) {
        send(Number.parseInt(line, 10), 'SIGTERM');
    }
}

/** Ends every program started here when this one ends, however it does. */
export function stopAllAtExit(): void {
    process.once('exit', () => {
        for (const child of running) killTree(child);
    });
}

export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Without it a signal ends this process before its exit handler has ended the others. */
export function exitAtSignals(): void {
    for (const name of endingSignals) process.once(name, () => process.exit(130));
}
