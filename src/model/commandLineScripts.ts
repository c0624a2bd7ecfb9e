import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { readRegular } from '../core/disk/regularFile';
import { StagedFile, temporaryPath } from '../core/disk/stagedFile';

/** What runs the command line on a computer without Node.js. */
export interface Runtime {
    /** Absolute path of VS Code's program, which is Node.js where `ELECTRON_RUN_AS_NODE` says so. */
    readonly program: string;
    /** Absolute path of `cli.js`. */
    readonly cli: string;
    readonly environment: NodeJS.ProcessEnv;
}

/** A script that stays where it is, whichever version of the extension writes it anew. */
export interface Forwarding {
    /** Absolute path of the other script. */
    readonly script: string;
    readonly environment: NodeJS.ProcessEnv;
}

const LARGEST_SCRIPT = 2 ** 16;
const RUNNABLE = { mode: 0o755 };
/** The folders by whose variables a script names them: it is read in the code page of a console, which knows few letters. */
const VARIABLES = ['LOCALAPPDATA', 'APPDATA', 'USERPROFILE', 'ProgramFiles'];

/**
 * Writes `cnc-checkout.cmd` or `cnc-checkout` into a folder, unless it is there as it is to be.
 * @param folder absolute path; it is made where it is missing
 * @returns absolute path of the script
 * @throws the system error
 */
export async function writeScript(
    folder: string,
    runs: Runtime | Forwarding,
    platform = process.platform,
): Promise<string> {
    const [name, text] = platform === 'win32' ? ['cnc-checkout.cmd', cmd(runs)] : ['cnc-checkout', sh(runs)];
    const file = path.join(folder, name);
    const content = Buffer.from(text);
    if ((await contentOf(file))?.equals(content)) return file;
    await mkdir(folder, { recursive: true });
    const staged = await StagedFile.create(temporaryPath(file, randomUUID()));
    try {
        await staged.write(content, { durable: false, rights: RUNNABLE });
        await staged.replace(file);
    } finally {
        await staged.remove();
    }
    return file;
}

async function contentOf(file: string): Promise<Buffer | undefined> {
    try {
        return await readRegular(file, LARGEST_SCRIPT);
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

function sh(runs: Runtime | Forwarding): string {
    const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
    const line =
        'script' in runs
            ? `exec ${quoted(runs.script)} "$@"`
            : `ELECTRON_RUN_AS_NODE=1 exec ${quoted(runs.program)} ${quoted(runs.cli)} "$@"`;
    return `#!/bin/sh\n${line}\n`;
}

function cmd(runs: Runtime | Forwarding): string {
    const { environment } = runs;
    const lines =
        'script' in runs
            ? [`"${named(runs.script, environment)}" %*`]
            : [
                  'setlocal',
                  'set ELECTRON_RUN_AS_NODE=1',
                  `"${named(runs.program, environment)}" "${named(runs.cli, environment)}" %*`,
                  'exit /b %ERRORLEVEL%',
              ];
    return ['@echo off', ...lines, ''].join('\r\n');
}

/** A path as a script of Windows has it. */
function named(file: string, environment: NodeJS.ProcessEnv): string {
    for (const variable of VARIABLES) {
        const folder = environment[variable];
        if (folder === undefined || folder === '' || !file.toLowerCase().startsWith(`${folder.toLowerCase()}\\`))
            continue;
        return `%${variable}%${file.slice(folder.length).replaceAll('%', '%%')}`;
    }
    return file.replaceAll('%', '%%');
}

/**
 * A folder of the user in which every console finds programs.
 * @returns undefined where there is none, or nobody may write to it
 */
export function folderForPrograms(
    { LOCALAPPDATA, HOME, PATH, Path }: NodeJS.ProcessEnv,
    platform = process.platform,
): string | undefined {
    const windows = platform === 'win32';
    const system = windows ? path.win32 : path.posix;
    const known = (windows ? (Path ?? PATH) : PATH)?.split(system.delimiter) ?? [];
    const fold = (folder: string): string =>
        windows ? folder.toLowerCase().replace(/\\+$/, '') : folder.replace(/\/+$/, '');
    const candidates = windows
        ? LOCALAPPDATA === undefined
            ? []
            : [system.join(LOCALAPPDATA, 'Microsoft', 'WindowsApps')]
        : HOME === undefined
          ? []
          : [system.join(HOME, '.local', 'bin'), system.join(HOME, 'bin')];
    return candidates.find((folder) => known.some((one) => fold(one) === fold(folder)));
}
