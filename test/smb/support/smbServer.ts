import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start } from '../../support/processes';
import { PacedWatch } from '../../support/pace';

/** Of a quiet machine. */
const LONGEST_START_MS = 30_000;
const BETWEEN_LOOKS = 20;

const LOWEST_PORT = 10_000;
/** Up to where Linux begins to hand out ports by itself. */
const PORTS = 32_768 - LOWEST_PORT;
const TRIES = 100;

/** The name of the one share. */
export const shareName = 'cam';

/** Samba's `smbd` with one share, on a port of the loopback of its own; nothing of the system's Samba is read or written. */
export class SmbServer {
    private child: ChildProcess | undefined;
    private readonly log: string;

    private constructor(
        private readonly settings: string,
        readonly port: number,
        /** What the share holds, as the server has it on its disk. */
        readonly folder: string,
    ) {
        this.log = `${settings}.log`;
    }

    /** @param scratch an empty folder for whatever a server keeps */
    static async start(scratch: string): Promise<SmbServer> {
        const folder = join(scratch, 'share');
        const settings = join(scratch, 'smb.conf');
        const port = await freePort();
        const folders = ['private', 'lock', 'state', 'cache', 'pid', 'ncalrpc'].map((name) => join(scratch, name));
        for (const each of [folder, ...folders]) await mkdir(each, { recursive: true });
        const server = new SmbServer(settings, port, folder);
        await writeFile(settings, smbConf(port, folder, folders, server.log));
        await server.begin();
        return server;
    }

    /** Ends it as a power cut does: nothing is flushed, nobody is told. */
    async kill(): Promise<void> {
        const child = this.child;
        this.child = undefined;
        if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        process.kill(-child.pid, 'SIGKILL'); // Each connection is a process of this group.
        await ended;
    }

    /** Kills it and starts it again. @param away milliseconds in between */
    async restart(away = 0): Promise<void> {
        await this.kill();
        await delay(away);
        await this.begin();
    }

    /** Starts it after `kill`, and waits until it answers. */
    async begin(): Promise<void> {
        const args = ['--foreground', '--no-process-group', '--configfile', this.settings];
        // Whatever ends this process ends the server, too.
        const child = start('setpriv', ['--pdeathsig', 'KILL', 'smbd', ...args], { stdio: 'ignore' });
        this.child = child;
        const failed = once(child, 'error').then(([error]: unknown[]) => error);
        const watch = new PacedWatch();
        while (!(await answers(this.port))) {
            const ended = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
            if (ended || watch.read() > LONGEST_START_MS) {
                const cause = child.pid === undefined ? await failed : undefined;
                const said = await readFile(this.log, 'utf8').catch(() => '');
                throw new Error(`smbd did not start.\n${said.slice(-2000)}`, { cause });
            }
            await delay(BETWEEN_LOOKS);
        }
    }
}

function smbConf(port: number, folder: string, folders: readonly string[], log: string): string {
    const [privateFolder, lock, state, cache, pid, ncalrpc] = folders;
    return `[global]
    server role = standalone server
    interfaces = 127.0.0.1
    bind interfaces only = yes
    smb ports = ${port}
    disable netbios = yes
    private dir = ${privateFolder}
    lock directory = ${lock}
    state directory = ${state}
    cache directory = ${cache}
    pid directory = ${pid}
    ncalrpc dir = ${ncalrpc}
    log file = ${log}
    map to guest = Bad User
    guest account = root
    load printers = no
    printing = bsd
    printcap name = /dev/null
    disable spoolss = yes
    usershare max shares = 0
    rpc start on demand helpers = no
    # As on Windows: a folder cannot be renamed while anybody has a file in it open.
    strict rename = yes
[${shareName}]
    path = ${folder}
    read only = no
    guest ok = yes
    force user = root
`;
}

/**
 * A port that nobody else gets while the server is away: not one of those that the system hands out by itself. A client that
 * tries again and again to connect to one of those gets it as its own port after a while, and is connected to itself.
 */
async function freePort(): Promise<number> {
    for (let tries = 1; ; tries++) {
        const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
        const probe = createServer();
        try {
            await once(probe.listen(port, '127.0.0.1'), 'listening');
        } catch (error) {
            if (tries >= TRIES) throw error;
            continue;
        }
        await once(probe.close(), 'close');
        return port;
    }
}

async function answers(port: number): Promise<boolean> {
    const socket = connect(port, '127.0.0.1');
    try {
        await once(socket, 'connect');
        return true;
    } catch {
        return false; // Not yet.
    } finally {
        socket.destroy();
    }
}
