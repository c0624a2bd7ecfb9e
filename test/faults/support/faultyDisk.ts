import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Child } from '../../unit/support/child';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';
import { root } from '../../support/root';
import { builtCommandLine, type Run } from '../../support/commandLine';

/** What goes wrong with the calls of one program that touch one folder. */
export interface Fault {
    /** A piece of the path of the calls that count; all by default. */
    readonly name?: string;
    /** The kind of the calls that count, such as `mkdir`; every kind by default. */
    readonly call?: string;
    /** The number of the first call that fails, from 1; none by default. */
    readonly at?: number;
    /** The number of the last one; the same as the first by default. */
    readonly to?: number;
    /** Calls count only while this file is there. */
    readonly while?: string;
    /** `kill`: the power goes. `short`: a write takes half, and all later ones find the disk full. Else an error code. */
    readonly with?: 'kill' | 'short' | keyof typeof constants.errno;
    /** `after`: the call is carried out and its answer lost. */
    readonly when?: 'before' | 'after';
    /** Whether no file gets a second name there, as on a FAT disk. */
    readonly isLinkless?: boolean | undefined;
}

/** A run of a program. */
export interface FaultyRun extends Run {
    /** The calls by which it touched the folder, as `<call> <path inside the folder>`. */
    readonly calls: readonly string[];
    /** The first of them that failed. */
    readonly hit: string | undefined;
}

/**
 * A disk that fails when it is told to: a library that stands between a program and the system's own calls.
 * @see faultyDisk.c
 */
export class FaultyDisk {
    private constructor(private readonly folder: string) {}

    /** @returns undefined where there is no compiler, or no such way into a program */
    static async build(): Promise<FaultyDisk | undefined> {
        if (process.platform !== 'linux') return undefined;
        const folder = await makeTemporaryFolder();
        const source = join(root, 'test', 'faults', 'support', 'faultyDisk.c');
        const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror'];
        const { error, status, stderr } = spawnSync('gcc', [...flags, '-o', libraryIn(folder), source, '-ldl'], {
            encoding: 'utf8',
        });
        if (error === undefined && status === 0) return new FaultyDisk(folder);
        await removeFolder(folder);
        if (error === undefined) throw new Error(`faultyDisk.c does not compile.\n${stderr}`);
        return undefined;
    }

    dispose(): Promise<void> {
        return removeFolder(this.folder);
    }

    /** The environment of a program whose calls touching `folder` fail so. One thread makes them, so their order is fixed. */
    environment(folder: string, fault: Fault, log?: string): NodeJS.ProcessEnv {
        const { name, call, at, to, with: trouble, when } = fault;
        const number =
            trouble === undefined || trouble === 'kill' || trouble === 'short' ? trouble : constants.errno[trouble];
        const variables = {
            LD_PRELOAD: libraryIn(this.folder),
            UV_THREADPOOL_SIZE: '1',
            FAULT_FOLDER: folder,
            FAULT_LOG: log,
            FAULT_NAME: name,
            FAULT_CALL: call,
            FAULT_AT: at,
            FAULT_TO: to === Infinity ? Number.MAX_SAFE_INTEGER : to,
            FAULT_WHILE: fault.while,
            FAULT_WITH: number,
            FAULT_WHEN: when,
            FAULT_LINKLESS: fault.isLinkless === true ? 1 : undefined,
        };
        const given = Object.entries(variables).filter(([, value]) => value !== undefined);
        return { ...process.env, ...Object.fromEntries(given.map(([key, value]) => [key, String(value)])) };
    }

    /** Runs the built command line in `folder`, whose disk fails so. */
    run(folder: string, args: readonly string[], fault: Fault): Promise<FaultyRun> {
        return this.runScript(folder, [builtCommandLine(), ...args, '--root', folder], fault);
    }

    /** Runs a script of `test/faults/children` with `folder`, whose disk fails so, as its first argument. */
    runChild(folder: string, name: string, fault: Fault, ...more: readonly string[]): Promise<FaultyRun> {
        return this.runScript(folder, [join(__dirname, '..', 'children', `${name}.js`), folder, ...more], fault);
    }

    /** Starts a script of `test/faults/children` that runs for as long as it likes. @param log file for its calls */
    startChild(folder: string, name: string, fault: Fault, log?: string): Child {
        const script = join(__dirname, '..', 'children', `${name}.js`);
        return Child.run(script, [folder], this.environment(folder, fault, log));
    }

    private async runScript(folder: string, command: readonly string[], fault: Fault): Promise<FaultyRun> {
        const log = `${folder}.calls`;
        const child = spawn(process.execPath, command, {
            env: this.environment(folder, fault, log),
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        let [stdout, stderr] = ['', ''];
        child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
        child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
        const [code] = (await once(child, 'close')) as [number | null];
        const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
        const calls = lines.map((line) => line.replace(/ fails$/, ''));
        return { code, stdout, stderr, calls, hit: calls[lines.findIndex((line) => line.endsWith(' fails'))] };
    }
}

function libraryIn(folder: string): string {
    return join(folder, 'faultyDisk.so');
}
