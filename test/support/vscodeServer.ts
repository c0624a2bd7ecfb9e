import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserVSCode } from './browserVSCode';
import { writeSettings } from './vscodeSettings';
import { start, stop } from './processes';
import { root } from './root';

export interface ServerOptions {
    readonly dataFolder: string;
    readonly options?: readonly string[];
    readonly environment?: NodeJS.ProcessEnv;
}

export interface VSCodeServer {
    /** The address that opens a folder or a `.code-workspace` file; `payload` is what VS Code's own web tests pass to its environment. */
    address(folder: string, payload?: readonly (readonly [string, string])[]): string;
    /** Resolves when the server ends by itself. */
    readonly ended: Promise<unknown>;
    stop(): Promise<void>;
}

/** Writes the settings of the server's user. In a window of a server, VS Code takes those of a machine from another file. */
export async function writeServerSettings(
    dataFolder: string,
    settings: Readonly<Record<string, unknown>>,
): Promise<void> {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
    const { properties } = manifest.contributes.configuration;
    const ofMachine = Object.entries(settings).filter(
        ([name]) => properties[name]?.scope?.startsWith('machine') === true,
    );
    await Promise.all([
        writeSettings(join(dataFolder, 'data', 'User'), settings),
        writeSettings(join(dataFolder, 'data', 'Machine'), Object.fromEntries(ofMachine)),
    ]);
}

interface Manifest {
    readonly contributes: {
        readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
    };
}

export async function startServer(vscode: BrowserVSCode, options: ServerOptions): Promise<VSCodeServer> {
    // Whoever opens this address runs programs as this user; the token keeps other local users and web pages out.
    const token = randomUUID();
    const child = start(
        vscode.node,
        [
            vscode.serverMain,
            '--host',
            '127.0.0.1',
            '--port',
            '0',
            '--connection-token',
            token,
            ...serverArguments(options),
            ...(options.options ?? []),
        ],
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.environment } },
    );
    const port = await new Promise<string>((resolve, reject) => {
        let output = '';
        for (const stream of [child.stdout, child.stderr]) {
            stream?.on('data', (piece: Buffer) => {
                output += piece.toString();
                const [, listening] = /Extension host agent listening on (\d+)/.exec(output) ?? [];
                if (listening !== undefined) resolve(listening);
            });
        }
        child.once('error', reject);
        child.once('exit', () => reject(new Error(`The VS Code server ended before it listened.\n${output}`)));
    });
    return {
        address: (folder, payload) => {
            const address = new URL(`http://127.0.0.1:${port}/`);
            address.searchParams.set('tkn', token);
            address.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
            if (payload !== undefined) address.searchParams.set('payload', JSON.stringify(payload));
            return address.href;
        },
        ended: once(child, 'exit'),
        stop: () => stop(child),
    };
}

/** What it is told wherever it runs. */
export function serverArguments(options: ServerOptions): string[] {
    return [
        '--accept-server-license-terms',
        '--telemetry-level',
        'off',
        '--server-data-dir',
        options.dataFolder,
        '--extensions-dir',
        join(options.dataFolder, 'extensions'),
    ];
}
