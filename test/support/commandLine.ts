import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

/** The locks file of a workspace, byte for byte (it is ASCII when we wrote it). */
export function locksOf(folder: string): string {
    return readFileSync(join(folder, 'locks.json'), 'utf8');
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
