import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { PostgresLockStore } from '../../../src/core/server/postgresLockStore';
import { parseServerAddress } from '../../../src/core/server/serverAddress';
import { AnswerProxy } from '../../support/postgres/answerProxy';
import { checkOut, codes, holders, told } from '../contract/support/shop';
import { useLockServer } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';

describe('An answer of the lock server that gets lost', () => {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();
    let proxy: AnswerProxy;
    let repository: string;
    beforeEach(async () => {
        proxy = await AnswerProxy.start(server().primary.port);
        repository = await server().makeRepository();
    });
    afterEach(() => proxy?.stop());

    function open(user: 'alice' | 'bob', timeout = 60_000): PostgresLockStore {
        const address = parseServerAddress(server().addressOf(repository, [proxy.port]));
        return server().open(repository, user, { staging: path.join(folder(), 'locks.json'), address, timeout });
    }

    for (const what of ['request', 'answer'] as const) {
        it(`does not make a change twice, nor not at all: the ${what} is lost`, async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc']);
            const lost = proxy.lose(what);
            const changed = await checkOut(alice, 'alice', ['b.vnc', 'c.vnc']);
            await lost;
            assert.deepEqual(codes(changed), ['done', 'done']);
            assert.deepEqual(changed.outcomes[0]?.lock, changed.table.find('b.vnc')?.lock);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'b.vnc': 'alice', 'c.vnc': 'alice' });
            assert.deepEqual(await told(alice), [
                'alice check-out c.vnc',
                'alice check-out b.vnc',
                'alice check-out a.vnc',
            ]);
        });
    }

    it('names the lock of its own change, also where another window of the same person has a newer one by then', async () => {
        const alice = open('alice');
        await checkOut(alice, 'alice', ['a.vnc']);
        await alice.checkIn(['a.vnc'], 'alice');
        void proxy.lose('answer').then(() => proxy.shut());
        const changing = checkOut(alice, 'alice', ['a.vnc']);
        const other = server().open(repository, 'alice', { staging: path.join(folder(), 'locks.json') });
        while ((await other.list()).table.find('a.vnc') === undefined);
        const its = (await other.list()).table.find('a.vnc')?.lock;
        await other.checkIn(['a.vnc'], 'alice');
        await checkOut(other, 'alice', ['a.vnc']);
        proxy.open();
        const { table, outcomes } = await changing;
        assert.deepEqual(outcomes[0]?.lock, its);
        assert.notDeepEqual(table.find('a.vnc')?.lock, its);
    });

    it('is asked for again where it only tells what there is', async () => {
        const alice = open('alice');
        await checkOut(alice, 'alice', ['a.vnc']);
        for (const question of [() => alice.mark(), () => alice.list(), () => alice.history({})]) {
            const lost = proxy.lose('answer');
            await question();
            await lost;
        }
    });

    it('is told as unknown when nobody can say what became of the change, and is found out later', async () => {
        const alice = open('alice', 1);
        await checkOut(alice, 'alice', ['a.vnc']);
        void proxy.lose('answer').then(() => proxy.shut());
        await assert.rejects(checkOut(alice, 'alice', ['b.vnc']), (error: Error & { code: string }) => {
            assert.equal(error.code, 'changeUnconfirmed');
            assert.match(
                error.message,
                /^The lock server 127\.0\.0\.1:\d+ did not confirm the change: it may have been made/,
            );
            return true;
        });
        proxy.open();
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'b.vnc': 'alice' });
    });

    it('is no doubt where nothing was sent: the change was not made', async () => {
        const alice = open('alice', 1);
        await checkOut(alice, 'alice', ['a.vnc']);
        proxy.shut();
        alice.close();
        await assert.rejects(checkOut(alice, 'alice', ['b.vnc']), { code: 'serverUnreachable' });
        await assert.rejects(alice.mark(), { code: 'serverUnreachable' });
        proxy.open();
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['b.vnc'])), ['done']);
    });

    it('has all locks read again by the next connection, and the mark says so', async () => {
        const [alice, bob] = [open('alice'), open('bob')];
        await checkOut(bob, 'bob', ['a.vnc']);
        const { mark } = await alice.list();
        alice.close();
        assert.notEqual(await alice.mark(), mark);
        assert.equal((await alice.list()).mark, mark);
        assert.equal(await alice.mark(), mark);
    });

    it('does not keep a hint from coming: a change of somebody else is heard of, also after a broken connection', async () => {
        const [alice, bob] = [open('alice'), open('bob')];
        let hear: () => void = () => undefined;
        const heard = (): Promise<void> => new Promise((resolve) => (hear = resolve));
        const end = alice.onHint(() => hear());
        await alice.list();
        await alice.mark(); // By then it listens.
        let next = heard();
        await checkOut(bob, 'bob', ['a.vnc']);
        await next;
        proxy.shut();
        proxy.open();
        await alice.mark();
        next = heard();
        await checkOut(bob, 'bob', ['b.vnc']);
        await next;
        end();
    });

    it('is no reason to stay deaf where the server was away when somebody began to listen', async () => {
        const [alice, bob] = [
            open('alice'),
            server().open(repository, 'bob', { staging: path.join(folder(), 'locks.json') }),
        ];
        proxy.shut();
        const heard = new Promise<void>((resolve) => void alice.onHint(resolve));
        await assert.rejects(alice.mark(), { code: 'serverUnreachable' });
        proxy.open();
        await alice.list();
        await alice.mark(); // By then it listens.
        await checkOut(bob, 'bob', ['a.vnc']);
        await heard;
    });
});
