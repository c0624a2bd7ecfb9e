import { type ChildProcess, spawn, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

/** What came of one run of the command line. */
export interface Run {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A file as `list --json` tells it. */
export interface ListedFile {
    readonly name: string;
    readonly status: string;
    readonly locked_by: string | null;
    readonly size: number | null;
    readonly timestamp: string | null;
    readonly message: string | null;
    readonly host: string | null;
    readonly missing: boolean;
    readonly conflict_of?: string;
    readonly unusable?: string;
    readonly unreadable?: string;
}

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

/** The built command line, as a user runs it. */
export function builtCommandLine(): string {
    const file = join(root, 'dist', 'cli.js');
    if (!existsSync(file)) throw new Error(`${file} is not there; run \`npm run build\` before these tests.`);
    return file;
}

/** Runs the command line to its end in a folder. */
export function runIn(folder: string, args: readonly string[], options: SpawnSyncOptions = {}): Run {
    const ran = spawnSync(process.execPath, [builtCommandLine(), ...args], {
        cwd: folder,
        ...options,
        encoding: 'utf8',
    });
    if (ran.error !== undefined) throw ran.error;
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** Starts the command line in a folder, with pipes to it. */
export function startIn(folder: string, args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [builtCommandLine(), ...args], { cwd: folder });
}

/** The locks file of a workspace, byte for byte (it is ASCII when we wrote it). */
export function locksOf(folder: string): string {
    return readFileSync(join(folder, 'locks.json'), 'utf8');
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

/** Whether a text is one or more lines, each a sentence that is finished. */
export function isSentences(text: string): boolean {
    return (
        text.endsWith('\n') &&
        text
            .trimEnd()
            .split('\n')
            .every((line) => /^\S.*[.!?]$/.test(line))
    );
}
