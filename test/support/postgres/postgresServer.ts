import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { NOBODY } from '../../faults/support/nobody';
import { start, stop } from '../processes';
import { providePostgres } from './postgresPrograms';

/** The administrator of every server, who needs no password on this computer. */
export const ADMINISTRATOR = 'admin';

const CONFIGURATION = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
io_method = sync
max_wal_size = 64MB
min_wal_size = 4MB
wal_level = replica
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = 100ms
log_min_messages = fatal
`;

/** A real server with data of its own, as another user than root. Kill it, stop it, promote it. */
export class PostgresServer {
    private child: ChildProcess | undefined;

    private constructor(
        readonly data: string,
        readonly port: number,
        private readonly programs: string,
        private readonly folder: string | undefined,
    ) {}

    /** Makes a new server and starts it. */
    static async start(): Promise<PostgresServer> {
        const server = await PostgresServer.make();
        await server.run();
        return server;
    }

    /** Makes a server and a standby of it, and starts both; changes wait for the standby unless `isAsynchronous`. */
    static async startPair({ isAsynchronous = false } = {}): Promise<{
        primary: PostgresServer;
        standby: PostgresServer;
    }> {
        const primary = await PostgresServer.make();
        const standby = new PostgresServer(
            join(primary.folder!, 'standby'),
            await freePort(),
            primary.programs,
            undefined,
        );
        cpSync(primary.data, standby.data, { recursive: true });
        writeFileSync(join(standby.data, 'standby.signal'), '');
        const source = `host=127.0.0.1 port=${primary.port} user=${ADMINISTRATOR} application_name=s`;
        standby.configure(`port = ${standby.port}\nprimary_conninfo = '${source}'\n`);
        standby.own();
        if (!isAsynchronous) primary.configure(`synchronous_standby_names = 'ANY 1 (s)'\n`);
        await Promise.all([primary.run(), standby.run()]);
        return { primary, standby };
    }

    private static async make(): Promise<PostgresServer> {
        const programs = await providePostgres();
        const folder = mkdtempSync(join(tmpdir(), 'cnc-postgres-'));
        const server = new PostgresServer(join(folder, 'primary'), await freePort(), programs, folder);
        if (isRoot()) chownSync(folder, NOBODY, NOBODY);
        const options = '-A trust --no-locale -E UTF8 --no-sync --no-instructions --wal-segsize=1'.split(' ');
        server.runToEnd('initdb', ['-D', server.data, '-U', ADMINISTRATOR, ...options]);
        server.configure(`${CONFIGURATION}port = ${server.port}\n`);
        server.allow([
            `host all ${ADMINISTRATOR} 127.0.0.1/32 trust`,
            `host replication ${ADMINISTRATOR} 127.0.0.1/32 trust`,
            'host all all 127.0.0.1/32 scram-sha-256',
        ]);
        return server;
    }

    /** Adds lines to the configuration, for the next start or `reload`. */
    configure(lines: string): void {
        appendFileSync(join(this.data, 'postgresql.conf'), lines);
    }

    /** Says who may log in how. */
    allow(lines: readonly string[]): void {
        writeFileSync(join(this.data, 'pg_hba.conf'), `${lines.join('\n')}\n`);
    }

    /** Puts a file into the data folder, as the server's own. */
    addFile(name: string, text: string): void {
        writeFileSync(join(this.data, name), text, { mode: 0o600 });
        this.own();
    }

    /** Starts the server; again after `kill`. */
    async run(): Promise<void> {
        const child = start(join(this.programs, 'bin', 'postgres'), ['-D', this.data], {
            ...this.asServer(),
            stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr!.on('data', (piece: Buffer) => void (said += piece.toString()));
        this.child = child;
        for (;;) {
            if (child.exitCode !== null) throw new Error(`PostgreSQL did not start.\n${said}`);
            if (await this.answers()) return;
            await delay(20);
        }
    }

    /** Runs SQL as the administrator. @param database `postgres` by default */
    async sql(
        text: string,
        values: readonly unknown[] = [],
        database = 'postgres',
    ): Promise<Record<string, unknown>[]> {
        return this.as(
            ADMINISTRATOR,
            '',
            async (client) => {
                const result = await client.query<Record<string, unknown>>(
                    text,
                    values.length > 0 ? [...values] : undefined,
                );
                return [result].flat().at(-1)!.rows;
            },
            database,
        );
    }

    /** Works as somebody, as any program could that is no client of ours. */
    async as<T>(
        user: string,
        password: string,
        work: (client: Client) => Promise<T>,
        database = 'postgres',
    ): Promise<T> {
        const client = new Client({ host: '127.0.0.1', port: this.port, user, password, database });
        client.on('error', () => undefined); // The work is told.
        await client.connect();
        try {
            return await work(client);
        } finally {
            await client.end();
        }
    }

    /** As a crash would: nothing more is written. */
    async kill(): Promise<void> {
        const { child } = this;
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
        if (process.platform === 'win32') return stop(child);
        const ended = once(child, 'exit');
        for (const pid of this.processes()) signal(pid, 'SIGKILL');
        await ended;
    }

    /** All its processes stand still, and their connections stay open. */
    freeze(): void {
        for (const pid of this.processes()) signal(pid, 'SIGSTOP');
    }

    thaw(): void {
        for (const pid of this.processes()) signal(pid, 'SIGCONT');
    }

    /** Makes the standby the primary. */
    async promote(): Promise<void> {
        await this.sql(`alter system set synchronous_standby_names = ''`);
        // One statement that waits for it is cancelled where what it still has to take over is in its way.
        await this.sql('select pg_promote(false)');
        while ((await this.sql('select pg_is_in_recovery() as is'))[0]?.['is'] === true) await delay(20);
    }

    async remove(): Promise<void> {
        this.thaw();
        await this.kill();
        if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    }

    private processes(): number[] {
        const parent = this.child?.pid;
        if (parent === undefined || this.child?.exitCode !== null || process.platform === 'win32') return [];
        const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
        const children = stdout.split('\n').flatMap((line) => {
            const [pid, ppid] = line.trim().split(/\s+/).map(Number);
            return ppid === parent ? [pid!] : [];
        });
        return [parent, ...children];
    }

    private async answers(): Promise<boolean> {
        try {
            await this.sql('select 1');
            return true;
        } catch {
            return false; // It is still starting.
        }
    }

    private runToEnd(program: string, args: readonly string[]): void {
        const file = join(this.programs, 'bin', program);
        const { status, stderr, error } = spawnSync(file, args, { ...this.asServer(), encoding: 'utf8' });
        if (error !== undefined) throw error;
        if (status !== 0) throw new Error(`${program} failed.\n${stderr}`);
    }

    private asServer() {
        const user = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
        const env = { ...process.env, LD_LIBRARY_PATH: join(this.programs, 'lib'), HOME: '/nonexistent', TZ: 'UTC' };
        return { ...user, env, cwd: tmpdir() };
    }

    private own(): void {
        if (!isRoot()) return;
        spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.data]);
    }
}

function isRoot(): boolean {
    return process.getuid?.() === 0;
}

function signal(pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name);
    } catch {
        // It ended by itself.
    }
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
}
