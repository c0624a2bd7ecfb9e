import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { main } from '../../../src/cli';
import { builtCommandLine, type Run } from '../../support/commandLine';

/** A file as `check-out --json` and `check-in --json` tell it. */
export interface JsonOutcome {
    readonly name: string;
    readonly ok: boolean;
    readonly error?: {
        readonly code: string;
        readonly message: string;
        readonly holder?: { readonly user: string; readonly message: string };
    };
}

/** Runs the command line to its end in this process, as if in a folder: a process of its own takes fifty times as long. */
export async function runHere(folder: string, args: readonly string[]): Promise<Run> {
    const [stdout, stderr] = [new Written(), new Written()];
    const code = await main(args, { stdout, stderr, currentFolder: () => folder });
    return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Starts the command line in a folder, with pipes to it. */
export function startIn(folder: string, args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [builtCommandLine(), ...args], { cwd: folder });
}

/** Puts a locks file in force that another program wrote. */
export function writeLocks(folder: string, text: string): void {
    writeFileSync(join(folder, 'locks.json'), text);
}

/** The locks file of one file held by Alice since two and a half hours. */
export function heldByAlice(file: string, message = 'Working on revisions'): string {
    const timestamp = new Date(Date.now() - 2.5 * 3_600_000).toISOString().replace('Z', '000+00:00');
    return JSON.stringify({ [file]: { user: 'Alice', timestamp, message, host: 'CAM-07' } }, undefined, 4);
}

class Written extends Writable {
    private readonly pieces: Buffer[] = [];

    text(): string {
        return Buffer.concat(this.pieces).toString('utf8');
    }

    override _write(piece: Buffer, _: BufferEncoding, done: () => void): void {
        this.pieces.push(piece);
        done();
    }
}
