import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isSentences, type Run } from '../../support/commandLine';
import { runHere } from './commandLine';
import { type LockServer, PASSWORD, useLockServer } from './lockServer';
import { temporaryFolder } from './temporaryFolder';

const variables = [
    'PGPASSWORD',
    'PGPASSFILE',
    'PGUSER',
    'PGSSLROOTCERT',
    'PGSSLCERT',
    'PGSSLKEY',
    'XDG_STATE_HOME',
    'LOCALAPPDATA',
] as const;

/** The command line at two sites, north and south, which have one lock server and a repository for each test. */
export interface Sites {
    readonly server: () => LockServer;
    readonly repository: () => string;
    readonly at: (...names: readonly string[]) => string;
    readonly address: (user: string) => string;
    /** Runs a command at a site, with its locks file. */
    readonly run: (site: string, ...args: readonly string[]) => Promise<Run>;
    /** The same with the lock server, as somebody. */
    readonly as: (user: string, site: string, ...args: readonly string[]) => Promise<Run>;
}

/** Two sites for the tests of one suite; dora sets the server up. */
export function useSites(): Sites {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();
    const at = (...names: readonly string[]): string => path.join(folder(), ...names);
    const before = new Map(variables.map((name) => [name, process.env[name]]));
    let repository = '';
    beforeEach(async () => {
        repository = await server().makeRepository();
        for (const site of ['north', 'south']) {
            mkdirSync(at(site, 'repo', 'job'), { recursive: true });
            for (const name of ['a.vnc', 'b.vnc', 'job/c.vnc']) writeFileSync(at(site, 'repo', name), 'M30\n');
        }
        for (const name of variables) delete process.env[name];
        process.env['PGPASSWORD'] = PASSWORD;
        process.env['XDG_STATE_HOME'] = process.env['LOCALAPPDATA'] = at('private');
        const [{ exists } = assert.fail()] = await server().primary.sql(
            `select exists (select from pg_roles where rolname = 'dora')`,
        );
        if (exists !== true) {
            await server().primary.sql(`create role dora login password '${PASSWORD}' in role cnc_owner, cnc_viewer`);
        }
    });
    afterEach(() => {
        for (const [name, value] of before) {
            if (value === undefined) delete process.env[name];
            else process.env[name] = value;
        }
    });
    const address = (user: string): string => server().addressOf(repository).replace('//', `//${user}@`);
    const run = (site: string, ...args: readonly string[]): Promise<Run> => runHere(at(site), args);
    const as = (user: string, site: string, ...args: readonly string[]): Promise<Run> =>
        run(site, ...args, '--lock-server', address(user));
    return { server, repository: () => repository, at, address, run, as };
}

/** What a command printed that went well. */
export async function fine(running: Promise<Run>): Promise<string> {
    const { code, stdout, stderr } = await running;
    assert.equal(code, 0, stderr);
    return stdout;
}

/** That a command was refused, and said why in finished sentences. */
export async function stopped(running: Promise<Run>, sentence: RegExp, wanted = 2): Promise<void> {
    const { code, stderr } = await running;
    assert.equal(code, wanted, stderr);
    assert.match(stderr, sentence);
    assert.ok(isSentences(stderr), stderr);
}
