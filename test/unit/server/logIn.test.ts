import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { inspect } from 'node:util';
import type { PostgresLockStore, StoreOptions } from '../../../src/core/server/postgresLockStore';
import { schemaSql } from '../../../src/core/server/schema';
import { parseServerAddress } from '../../../src/core/server/serverAddress';
import { connect } from '../../../src/postgres';
import { Authority } from '../../support/postgres/certificates';
import { skipUnless } from '../../support/skips';
import { checkOut, codes } from '../contract/support/shop';
import { PASSWORD, useLockServer } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';

describe('What keeps somebody from a lock server', () => {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();
    let repository = '';
    beforeEach(async () => void (repository = await server().makeRepository()));

    function open(user: string, options: Partial<StoreOptions> = {}): PostgresLockStore {
        return server().open(repository, user, { staging: path.join(folder(), 'locks.json'), ...options });
    }

    /** What is told, and that nothing of the password is. */
    async function refused(store: PostgresLockStore, sentence: RegExp, code = 'serverRefused'): Promise<void> {
        for (const question of [() => store.list(), () => checkOut(store, 'alice', ['a.vnc'])]) {
            await assert.rejects(question(), (error: Error & { code: string }) => {
                assert.match(error.message, sentence);
                assert.match(error.message, /\.$/);
                assert.equal(error.code, code);
                assert.ok(!inspect(error, { depth: 9 }).includes(PASSWORD));
                return true;
            });
        }
    }

    it('is a wrong password, or none', async () => {
        await refused(
            open('alice', { password: () => 'wrong' }),
            /did not accept the password of alice: it is wrong, or it has expired\.$/,
            'signInNeeded',
        );
        await refused(
            open('alice', { password: () => undefined }),
            /wants a password, and none is known for alice\. Sign in .* PGPASSWORD or PGPASSFILE/,
            'signInNeeded',
        );
        await refused(
            open('alice', { password: () => Promise.reject(new Error('the store of passwords is locked')) }),
            /the store of passwords is locked/,
            'serverUnreachable',
        );
    });

    it('is a password that has expired', async () => {
        await server().primary.sql(
            `create role olga login password '${PASSWORD}' valid until '2020-01-01' in role cnc_user`,
        );
        await refused(
            open('olga'),
            /did not accept the password of olga: it is wrong, or it has expired\.$/,
            'signInNeeded',
        );
    });

    it('is a name that the server does not know, or lets in nowhere', async () => {
        await refused(open('nobody at all'), /did not accept the password of nobody at all/, 'signInNeeded');
        await server().primary.sql(`create role robot nologin password '${PASSWORD}'`);
        await refused(
            open('robot'),
            /does not let robot in \(role "robot" is not permitted to log in\)/,
            'signInNeeded',
        );
    });

    it('is a missing role', async () => {
        await server().primary.sql(`create role guest login password '${PASSWORD}'`);
        await refused(
            open('guest'),
            /^guest may not see anything at the lock server .* Ask its administrator for the role cnc_viewer\.$/,
        );
    });

    it('is a repository or a database that there is not', async () => {
        const address = (text: string): Partial<StoreOptions> => ({ address: parseServerAddress(text) });
        const [port] = server().ports;
        const none = `postgresql://127.0.0.1:${port}`;
        await refused(
            open('alice', address(`${none}/postgres?repository=plnat`)),
            /has no repository plnat, or none that alice may use/,
        );
        await refused(
            open('alice', address(`${none}/cnk?repository=plant`)),
            /has no database cnk\. Check its spelling/,
        );
    });

    it('is another repository under the same name', async () => {
        await refused(
            open('alice', { repositoryId: 'another' }),
            /is not the one to which the check-outs of this folder were moved/,
        );
    });

    it('is a schema that is missing, older or newer', async () => {
        const { primary } = server();
        await primary.sql('create database empty');
        const address = parseServerAddress(server().addressOf(repository).replace('/postgres?', '/empty?'));
        await refused(
            open('alice', { address }),
            /^The database empty at .* is not set up for CNC Checkout\..* cnc-checkout server schema\.$/,
        );
        await primary.sql(schemaSql(), [], 'empty');
        const told: Record<string, RegExp> = {
            '0': /has schema 0, which is older than the schema \d+ of this CNC Checkout\..* server schema\.$/,
            '999': /has schema 999, which is newer than the schema \d+ of this CNC Checkout\. Install a newer CNC Checkout\.$/,
        };
        for (const [version, sentence] of Object.entries(told)) {
            await primary.sql(`comment on schema cnc is 'CNC Checkout lock server, schema ${version}'`, [], 'empty');
            await refused(open('alice', { address }), sentence);
        }
    });

    it('is a server that is not there, takes no changes, or froze the repository', async () => {
        const address = parseServerAddress('postgresql://127.0.0.1:1,no-such-host.invalid:2/x?repository=y');
        await refused(
            open('alice', { address }),
            /cannot be reached \(127\.0\.0\.1: nothing listens there; no-such-host\.invalid: its name .*\)\. Nothing was changed, and what you see may be old\./,
            'serverUnreachable',
        );
        await server().primary.sql('alter role alice set default_transaction_read_only = on');
        await refused(
            open('alice'),
            /takes no changes now: only a standby answers, or it was made read-only/,
            'serverUnreachable',
        );
        await server().primary.sql('alter role alice reset all');
        await server().primary.sql('select cnc.freeze($1, $2)', [repository, 'The check-outs went back to files.']);
        await assert.rejects(checkOut(open('alice'), 'alice', ['a.vnc']), {
            code: 'serverRefused',
            message: 'The check-outs went back to files. Nothing was changed.',
        });
    });

    it('is one host of several only as long as no other lets them in', async () => {
        const [port] = server().ports;
        const address = parseServerAddress(
            `postgresql://127.0.0.1:1,127.0.0.1:${port}/postgres?repository=${encodeURIComponent(repository)}`,
        );
        assert.deepEqual(codes(await checkOut(open('alice', { address }), 'alice', ['a.vnc'])), ['done']);
    });

    describe('or a certificate', () => {
        let authority: Authority;
        before(function () {
            skipUnless(this, 'openssl');
        });

        async function present(names: string): Promise<void> {
            authority = new Authority(folder(), 'authority');
            const { certificate, key } = authority.issue(names);
            const { primary } = server();
            primary.addFile('server.crt', certificate);
            primary.addFile('server.key', key);
            primary.configure('ssl = on\n');
            await primary.sql('select pg_reload_conf()');
            // The server reloads by itself, some time after it said so.
            const tls = { ca: authority.certificate };
            const options = {
                host: '127.0.0.1',
                port: primary.port,
                database: 'postgres',
                user: 'admin',
                tls,
                timeoutMs: 60_000,
            };
            for (;;) {
                const told = await connect({ ...options, password: () => Promise.resolve('') }).then(
                    (connection) => connection.close(),
                    (error: Error & { code?: string }) => error,
                );
                if (told === undefined || told.code === 'ERR_TLS_CERT_ALTNAME_INVALID') return;
            }
        }

        const addressOf = (host: string) =>
            parseServerAddress(
                `postgresql://${host}:${server().ports[0]}/postgres?repository=${encodeURIComponent(repository)}&sslmode=verify-full`,
            );

        it('of an authority that is not trusted', async () => {
            await present('IP:127.0.0.1');
            await refused(
                open('alice', { address: addressOf('127.0.0.1') }),
                /^The certificate of 127\.0\.0\.1:\d+ cannot be trusted \(.*\), so nothing was sent\. Name the authority/,
            );
            const store = open('alice', { address: addressOf('127.0.0.1'), ca: authority.certificate });
            assert.deepEqual(codes(await checkOut(store, 'alice', ['a.vnc'])), ['done']);
        });

        it('for another name, also where the server is named by its address', async () => {
            await present('DNS:localhost');
            const ca = authority.certificate;
            await refused(
                open('alice', { address: addressOf('127.0.0.1'), ca }),
                /cannot be trusted \(.*127\.0\.0\.1.*\), so nothing was sent/,
            );
            await present('IP:127.0.0.1,DNS:db1');
            await refused(
                open('alice', { address: addressOf('localhost'), ca: authority.certificate }),
                /cannot be trusted \(.*localhost.*\), so nothing was sent/,
            );
        });

        it('that is not there: a server that does not encrypt gets no password', async () => {
            const { primary } = server();
            primary.configure('ssl = off\n');
            await primary.sql('select pg_reload_conf()');
            for (;;) if ((await primary.sql('show ssl'))[0]?.['ssl'] === 'off') break;
            let isAsked = false;
            const password = (): string => {
                isAsked = true;
                return PASSWORD;
            };
            await refused(
                open('alice', { address: addressOf('127.0.0.1'), password }),
                /does not encrypt connections, so nothing was sent/,
            );
            assert.ok(!isAsked);
        });
    });
});
