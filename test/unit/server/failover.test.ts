import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresLockStore, StoreOptions } from '../../../src/core/server/postgresLockStore';
import { parseServerAddress } from '../../../src/core/server/serverAddress';
import { checkServer, describeReports } from '../../../src/core/server/serverCheck';
import { connect } from '../../../src/postgres';
import { openServerAccess } from '../../../src/serverAccess';
import { scaled } from '../../support/pace';
import { skipUnless } from '../../support/skips';
import { checkOut, codes, holders, told } from '../contract/support/shop';
import { LockServer, PASSWORD } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A lock server that dies', () => {
    const folder = temporaryFolder();
    let server: LockServer | undefined;
    let repository = '';
    async function start(isAsynchronous = false): Promise<LockServer> {
        server = await LockServer.start({ isAsynchronous });
        repository = await server.makeRepository();
        return server;
    }
    function open(options: Partial<StoreOptions> = {}): PostgresLockStore {
        const silenceMs = scaled(500);
        return server!.open(repository, 'alice', { staging: path.join(folder(), 'locks.json'), silenceMs, ...options });
    }
    before(function () {
        skipUnless(this, 'postgres');
        skipUnless(this, 'stoppedPrograms');
    });
    afterEach(async () => {
        await server?.remove();
        server = undefined;
    });

    it('leaves every confirmed lock on the standby, and the next change goes there by itself', async () => {
        const { primary, standby } = await start();
        const alice = open();
        await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
        await alice.checkIn(['b.vnc'], 'alice');
        const { mark } = await alice.list();
        await primary.kill();
        await assert.rejects(checkOut(alice, 'alice', ['c.vnc']), (error: Error & { code: string }) => {
            // Whether it was sent before the end of the connection was noticed.
            assert.ok(['serverUnreachable', 'changeUnconfirmed'].includes(error.code));
            assert.match(error.message, /^The lock server 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+ /);
            return true;
        });
        await standby!.promote();
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['d.vnc'])), ['done']);
        const { 'c.vnc': inDoubt, ...certain } = await holders(alice);
        assert.equal(inDoubt, undefined);
        assert.deepEqual(certain, { 'a.vnc': 'alice', 'd.vnc': 'alice' });
        assert.notEqual(await alice.mark(), mark);
    });

    it('says in words that only a standby answers', async () => {
        const { primary } = await start();
        const alice = open();
        await checkOut(alice, 'alice', ['a.vnc']);
        await primary.kill();
        await assert.rejects(
            alice.list().then(() => alice.list()),
            {
                code: 'serverUnreachable',
                message: /takes no changes now: only a standby answers.*promote the standby/,
            },
        );
    });

    it('is not refused by a standby that does not have the password yet with which the primary let somebody in', async () => {
        const { primary, standby } = await start();
        await standby!.sql('select pg_wal_replay_pause()');
        await primary.sql(`alter role alice password 'new'`);
        const alice = open({ password: () => 'new' });
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['a.vnc'])), ['done']);
        await primary.kill();
        await assert.rejects(
            alice.list().then(() => alice.list()),
            {
                code: 'serverUnreachable',
                message: /cannot be reached \(127\.0\.0\.1: nothing listens there; 127\.0\.0\.1: password .* "alice"\)/,
            },
        );
        // Who was never let in may well have the wrong password, and is told who could not be asked.
        await assert.rejects(open({ password: () => 'new' }).list(), {
            code: 'signInNeeded',
            message:
                /it is wrong, or it has expired\. Nobody else could be asked \(127\.0\.0\.1: nothing listens there\)\.$/,
        });
        await standby!.promote();
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
    });

    it('is followed by a standby that refused the password of a window before it had it', async () => {
        const { primary, standby } = await start();
        await standby!.sql('select pg_wal_replay_pause()');
        await primary.sql(`alter role alice password 'new'`);
        let signIn = { user: 'alice', password: 'new' };
        const window = (): ReturnType<typeof openServerAccess> =>
            openServerAccess({
                address: server!.addressOf(repository),
                ca: undefined,
                namedBy: 'the settings of this test',
                account: 'nobody',
                host: 'PC-1',
                staging: path.join(folder(), 'locks.json'),
                repositoryId: '',
                timeout: scaled(5000),
                signedIn: () => Promise.resolve(signIn),
                isConfirmed: () => true,
            });
        const { store } = await window();
        await assert.rejects(store.list(), { code: 'serverRefused' }); // It got in: the repository is another one.
        signIn = { user: 'alice', password: 'wrong' };
        const { store: mistaken } = await window();
        await assert.rejects(mistaken.list(), { code: 'signInNeeded' });
        await primary.kill();
        await assert.rejects(
            store.list().then(() => store.list()),
            { code: 'serverUnreachable' },
        );
        await standby!.promote();
        await standby!.sql(`alter role alice password 'wrong'`);
        await assert.rejects(
            mistaken.list(),
            { code: 'signInNeeded' },
            'No host ever took it: it is not offered again.',
        );
        await standby!.sql(`alter role alice password 'new'`);
        await assert.rejects(store.list(), {
            code: 'serverRefused',
            message: /is not the one to which the check-outs/,
        });
    });

    it('that comes back after its standby was promoted is named by the check', async () => {
        const { primary, standby } = await start();
        await standby!.promote();
        const { address } = { address: parseServerAddress(server!.addressOf(repository)) };
        const reports = await checkServer({ address, user: 'alice', password: () => PASSWORD, connect });
        assert.match(
            describeReports(reports, 'alice').join('\n'),
            new RegExp(
                `127\\.0\\.0\\.1:${primary.port} and 127\\.0\\.0\\.1:${standby!.port} take changes at the same time`,
            ),
        );
    });

    it('is given up when it stands still with open connections', async () => {
        const { primary, standby } = await start();
        const alice = open();
        await checkOut(alice, 'alice', ['a.vnc']);
        primary.freeze();
        await standby!.promote();
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['b.vnc'])), ['done']);
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'b.vnc': 'alice' });
        assert.equal((await told(alice)).length, 2);
    });

    it('loses confirmed locks where the standby is not waited for: this test can fail', async () => {
        const { primary, standby } = await start(true);
        const alice = open();
        await checkOut(alice, 'alice', ['a.vnc']);
        await until(async () => (await standby!.sql('select from cnc.lock')).length === 1);
        await standby!.kill();
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['b.vnc'])), ['done']);
        const seen = await alice.historySince();
        await primary.kill();
        await standby!.run();
        await standby!.promote();
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
        // The history goes on with a revision that another change had had.
        await checkOut(alice, 'alice', ['c.vnc']);
        const step = await alice.historySince(seen.mark);
        assert.ok(step.isWhole);
        assert.deepEqual(
            step.events.map(({ file }) => file),
            ['a.vnc', 'c.vnc'],
        );
    });

    it('confirms nothing that no standby has, reads on, and goes on when one is back', async () => {
        const { primary, standby } = await start();
        const alice = open({ timeout: 1 });
        await checkOut(alice, 'alice', ['a.vnc']);
        await standby!.kill();
        await assert.rejects(checkOut(alice, 'alice', ['b.vnc']), {
            code: 'changeUnconfirmed',
            message: /may have been made/,
        });
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
        // Others queue behind it, and are told that nothing was changed.
        await assert.rejects(checkOut(open({ timeout: 1 }), 'alice', ['c.vnc']), (error: Error & { code: string }) =>
            ['mutexTimeout', 'changeUnconfirmed'].includes(error.code),
        );
        assert.equal(await waiting(), 1);
        await standby!.run();
        await until(async () => (await waiting()) === 0);
        assert.deepEqual(codes(await checkOut(open(), 'alice', ['d.vnc'])), ['done']);
        assert.equal((await holders(alice))['b.vnc'], 'alice');

        async function waiting(): Promise<number> {
            const rows = await primary.sql(`select from pg_stat_activity where wait_event = 'SyncRep'`);
            return rows.length;
        }
    });

    it('does not believe an administrator who ends the wait for the standby', async () => {
        const { primary, standby } = await start();
        const alice = open({ timeout: scaled(2000), silenceMs: scaled(60_000) });
        await checkOut(alice, 'alice', ['a.vnc']);
        await standby!.kill();
        let isOver = false;
        const checkingOut = assert.rejects(checkOut(alice, 'alice', ['b.vnc']), { code: 'changeUnconfirmed' });
        const end = (): void => void (isOver = true);
        void checkingOut.then(end, end);
        await until(async () => {
            await primary.sql(`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`);
            return isOver;
        });
        await checkingOut;
    });
});

/** Waits for something that happens by itself. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await delay(20);
}
