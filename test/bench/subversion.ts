import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installDebianPackages, onPath } from '../support/installed';
import { start, stop } from '../support/processes';
import { run } from './measure';

/** Whether Subversion is here; where it can be installed, that is done. */
export function provideSubversion(): boolean {
    const isThere = (): boolean => ['svn', 'svnadmin', 'svnserve'].every((name) => onPath(name).length > 0);
    return isThere() || (installDebianPackages(['subversion'], 'to be compared with') && isThere());
}

/** A Subversion server of this computer, with some files, and the client that locks them. */
export class Subversion {
    private constructor(
        private readonly folder: string,
        private readonly address: string,
        readonly end: () => Promise<void>,
    ) {}

    /** @param names of the files that it has */
    static async start(folder: string, names: readonly string[]): Promise<Subversion> {
        const repository = join(folder, 'svn');
        await run('svnadmin', ['create', repository]);
        await writeFile(
            join(repository, 'conf', 'svnserve.conf'),
            '[general]\nanon-access = none\nauth-access = write\npassword-db = passwd\n',
        );
        await writeFile(join(repository, 'conf', 'passwd'), '[users]\nbob = secret\n');
        const files = join(folder, 'svn-files');
        await mkdir(files);
        for (const name of names) await writeFile(join(files, name), '');
        const port = await freePort();
        const listen = ['--listen-host', '127.0.0.1', '--listen-port', String(port)];
        const server = start('svnserve', ['--daemon', '--foreground', '--root', folder, ...listen], {
            stdio: 'ignore',
        });
        const subversion = new Subversion(folder, `svn://127.0.0.1:${port}/svn`, () => stop(server));
        try {
            await listens(port);
            await subversion.run('import', files, subversion.address, '--message', 'Files to lock');
            return subversion;
        } catch (error) {
            await stop(server);
            throw error;
        }
    }

    /** Starts the client for nothing, to tell how much of the rest is its start. */
    static async startOnly(): Promise<void> {
        await run('svn', ['--version', '--quiet']);
    }

    async lock(names: readonly string[]): Promise<void> {
        await this.run('lock', '--message', 'new fixture', ...names.map((name) => `${this.address}/${name}`));
    }

    async unlock(names: readonly string[]): Promise<void> {
        await this.run('unlock', ...names.map((name) => `${this.address}/${name}`));
    }

    private async run(...args: readonly string[]): Promise<void> {
        const configuration = join(this.folder, 'svn-configuration');
        const asBob = ['--username', 'bob', '--password', 'secret', '--no-auth-cache', '--non-interactive'];
        await run('svn', [...args, ...asBob, '--config-dir', configuration], { LC_ALL: 'C' });
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

async function listens(port: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
        const socket = connect(port, '127.0.0.1');
        try {
            await once(socket, 'connect');
            return;
        } catch (error) {
            if (attempt === 100) throw new Error('svnserve does not listen.', { cause: error });
            await delay(50);
        } finally {
            socket.destroy();
        }
    }
}
