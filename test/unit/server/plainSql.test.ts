import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type { Client } from 'pg';
import type { PostgresLockStore } from '../../../src/core/server/postgresLockStore';
import { checkOut, codes, extensions, holders, lockOf, takeOver, told } from '../contract/support/shop';
import { PASSWORD, useLockServer } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';

describe('What somebody can do at a lock server by plain SQL', () => {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();
    let repository = '';
    let alice: PostgresLockStore;

    beforeEach(async () => {
        repository = await server().makeRepository();
        alice = open('alice');
        await checkOut(alice, 'alice', ['a.vnc', 'job/b.vnc']);
    });

    function open(user: string): PostgresLockStore {
        return server().open(repository, user, { staging: path.join(folder(), 'locks.json') });
    }

    function as<T>(user: string, work: (client: Client) => Promise<T>): Promise<T> {
        return server().primary.as(user, PASSWORD, work);
    }

    /** What the server answers to a statement of somebody: its code, or what it told. */
    function tried(user: string, text: string, values: readonly unknown[] = []): Promise<unknown> {
        return as(user, (client) => client.query<Record<string, unknown>>(text, [...values])).then(
            ({ rows }) => rows[0]?.['told'] ?? rows,
            (error: Error & { code: string }) => error.code,
        );
    }

    function change(user: string, files: readonly object[], events: readonly object[]): Promise<unknown> {
        const values = [
            repository,
            randomUUID(),
            JSON.stringify(files),
            JSON.stringify(events),
            'PC',
            null,
            1000,
            null,
            null,
        ];
        return tried(user, 'select cnc.change($1, $2, $3, $4, $5, $6, $7, $8, $9) as told', values);
    }

    const event = (action: string, file: string, more: object = {}) => ({
        action,
        path: file,
        folded: file.toLowerCase(),
        message: '',
        detail: {},
        ...more,
    });

    async function expected(file: string): Promise<{ holder: string; since: string } | null> {
        const lock = await lockOf(alice, file);
        return lock === undefined ? null : { holder: lock.user, since: lock.timestamp };
    }

    const unchanged = async (): Promise<void> => {
        assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'job/b.vnc': 'alice' });
        assert.deepEqual(await told(alice), ['alice check-out job/b.vnc', 'alice check-out a.vnc']);
    };

    it('is to write into no table, whatever their role', async () => {
        const statements = [
            `insert into cnc.lock (repository, folded, path, holder, since, message, host, revision) values ('x', 'x', 'x', 'alice', '', '', '', 1)`,
            `update cnc.lock set holder = 'ulla'`,
            'delete from cnc.lock',
            'truncate cnc.lock',
            `update cnc.history set who = 'ulla'`,
            'delete from cnc.history',
            `insert into cnc.history select * from cnc.history`,
            'update cnc.repository set revision = 0',
            'delete from cnc.gone',
            'update cnc.number set last = 0',
            `insert into cnc.content (repository, sha256, author, size, compressed) values ('x', repeat('0', 64), 'alice', 0, '')`,
            `update cnc.content set compressed = ''`,
            'delete from cnc.content',
            'drop table cnc.lock',
            'create table cnc.mine (x integer)',
            'alter table cnc.lock disable row level security',
            `select cnc.create_repository('mine')`,
            `select cnc.import('${repository}', '', '[]', '[]')`,
            `select cnc.freeze('${repository}', 'Mine.')`,
            `select cnc.begin_change('${repository}')`,
            'set role cnc_owner',
            `create or replace function cnc.is_same_user(one text, other text) returns boolean language sql as 'select true'`,
        ];
        for (const user of ['victor', 'ulla', 'bob']) {
            for (const statement of statements)
                assert.equal(await tried(user, statement), '42501', `${user}: ${statement}`);
        }
        await unchanged();
    });

    it('is to act in nobody else’s name', async () => {
        const seen = await expected('a.vnc');
        const file = { path: 'a.vnc', folded: 'a.vnc', expect: seen };
        const lies = { holder: 'alice', who: 'alice', user: 'alice', time: '1999-01-01T00:00:00+00:00' };
        // Free it, renew it, undo it, take it over, move it away.
        assert.equal(await change('ulla', [{ ...file, set: 'release' }], [event('check-in', 'a.vnc')]), 'CNC04');
        assert.equal(await change('ulla', [{ ...file, set: 'renew' }], [event('check-in', 'a.vnc')]), 'CNC04');
        assert.equal(await change('ulla', [{ ...file, set: 'release' }], [event('undo', 'a.vnc')]), 'CNC04');
        assert.equal(await change('ulla', [{ ...file, set: 'take' }], [event('take-over', 'a.vnc')]), 'CNC05');
        assert.equal(await change('ulla', [{ ...file, set: 'take' }], [event('check-out', 'a.vnc')]), 'CNC04');
        const move = { ...file, set: 'move', to: 'z.vnc', toFolded: 'z.vnc' };
        const rename = event('rename', 'z.vnc', { from: 'a.vnc', fromFolded: 'a.vnc' });
        assert.equal(await change('ulla', [move], [rename]), 'CNC05');
        assert.equal(await change('ulla', [{ ...file, set: 'stay' }], [rename]), 'CNC04');
        // Write into the history what only the holder can have done.
        for (const action of [
            'restore',
            'found',
            'tidy',
            'check-in',
            'check-out',
            'take-over',
            'hand-over',
            'anything',
        ]) {
            const code = await change('ulla', [{ ...file, set: 'stay' }], [event(action, 'a.vnc')]);
            assert.ok(code === 'CNC04' || code === 'CNC05', `${action}: ${JSON.stringify(code)}`);
        }
        // A change of which the history does not know, or something else.
        const free = { path: 'c.vnc', folded: 'c.vnc', expect: null, set: 'take', ...lies };
        assert.equal(await change('ulla', [free], []), 'CNC04');
        assert.equal(await change('ulla', [free], [event('label', 'a.vnc', lies)]), 'CNC04');
        for (const set of ['release', 'renew', 'move']) {
            const own = { ...file, set, to: 'z.vnc', toFolded: 'z.vnc' };
            for (const action of ['label', 'found']) {
                assert.equal(await change('alice', [own], [event(action, 'a.vnc')]), 'CNC04', `${set} ${action}`);
            }
        }
        await unchanged();
        // What is theirs to do is done under their name, at the time of the server.
        await change(
            'ulla',
            [free],
            [event('check-out', 'c.vnc', { ...lies, detail: { ...lies, checkedOut: lies, kept: true } })],
        );
        assert.deepEqual((await told(alice))[0], 'ulla check-out c.vnc');
        const [{ time, checkedOut, kept } = assert.fail()] = (await alice.history({ limit: 1 })).events;
        assert.deepEqual([checkedOut, kept], [undefined, undefined]);
        assert.equal((await lockOf(alice, 'c.vnc'))?.timestamp, time);
        assert.notEqual(time, lies.time);
    });

    it('is to have no second lock on a file, by another spelling', async () => {
        for (const folded of ['A.vnc', 'a.vnc ', 'x', '']) {
            const file = { path: 'A.vnc', folded, expect: null, set: 'take' };
            const told = await change('ulla', [file], [event('check-out', 'A.vnc', { folded })]);
            assert.ok(told === 'CNC04', folded);
        }
        // A lock that the history names by another file than everybody sees.
        const shown = { path: 'A.vnc', folded: 'x.vnc', expect: null, set: 'take' };
        assert.equal(await change('ulla', [shown], [event('check-out', 'x.vnc')]), 'CNC04');
        await unchanged();
    });

    it('is to pin no file that they do not have', async () => {
        const file = { folded: 'a.vnc', expect: await expected('a.vnc') };
        const answer = await tried('ulla', 'select cnc.pin($1, $2, $3, 60, null, null) as told', [
            repository,
            randomUUID(),
            JSON.stringify([file]),
        ]);
        assert.equal((answer as { applied: boolean }).applied, false);
        assert.deepEqual(codes(await alice.checkIn(['a.vnc'], 'alice')), ['done']);
    });

    it('is to see and change nothing of a repository that is not theirs', async () => {
        await server().primary.sql('create role insiders; grant insiders to alice, bob');
        try {
            repository = await server().makeRepository('insiders');
            alice = open('alice');
            await checkOut(alice, 'alice', ['secret.vnc']);
            const content = { sha256: '0'.repeat(64), size: 3 };
            assert.ok(await alice.contents.keep(content, Buffer.from('abc')));
            for (const user of ['ulla', 'carol', 'victor']) {
                for (const table of ['lock', 'history', 'gone', 'number', 'content']) {
                    const rows = await tried(user, `select * from cnc.${table} where repository = $1`, [repository]);
                    assert.deepEqual(rows, [], `${user}: ${table}`);
                }
                assert.deepEqual(
                    await tried(user, 'select name from cnc.repository where name = $1', [repository]),
                    [],
                );
                assert.deepEqual(await tried(user, 'select cnc.state($1, null, null) as told', [repository]), [
                    { told: null },
                ]);
                await assert.rejects(open(user).list(), {
                    code: 'serverRefused',
                    message: /has no repository shop \d+, or none that/,
                });
                await assert.rejects(open(user).mark(), { code: 'serverRefused' });
            }
            for (const user of ['ulla', 'carol'] as const) {
                const take = { path: 'x.vnc', folded: 'x.vnc', expect: null, set: 'take' };
                assert.equal(await change(user, [take], [event('check-out', 'x.vnc')]), 'CNC02');
                assert.equal(await tried(user, 'select cnc.take_number($1, $2, 0)', [repository, 'x']), 'CNC02');
                const keep = [repository, content.sha256, 3, Buffer.from('xyz')];
                assert.equal(await tried(user, 'select cnc.keep_content($1, $2, $3, $4)', keep), 'CNC02');
            }
            assert.deepEqual(await holders(open('bob')), { 'secret.vnc': 'alice' });
            assert.deepEqual(await open('bob').contents.read(content.sha256), [Buffer.from('abc')]);
        } finally {
            await server().primary.sql('drop role insiders');
        }
    });

    it('is to keep contents beside those of others, never in their place, and none that are too large', async () => {
        const content = { sha256: 'a'.repeat(64), size: 3 };
        assert.ok(await alice.contents.keep(content, Buffer.from('right')));
        const keep = (user: string, size: number, compressed: Buffer): Promise<unknown> =>
            tried(user, 'select cnc.keep_content($1, $2, $3, $4) as told', [
                repository,
                content.sha256,
                size,
                compressed,
            ]);
        assert.equal(await keep('alice', 3, Buffer.from('other')), true);
        assert.equal(await keep('ulla', 3, Buffer.from('wrong')), true);
        assert.equal(await keep('victor', 3, Buffer.from('looks')), '42501');
        const all = (await alice.contents.read(content.sha256)).map(String).sort();
        assert.deepEqual(all, ['right', 'wrong']);
        assert.equal(await keep('bob', 2 ** 20 + 1, Buffer.from('large')), false);
        assert.equal(await keep('bob', 3, Buffer.alloc(2 ** 21)), false);
        assert.deepEqual((await alice.contents.read(content.sha256)).length, 2);
        await server().primary.sql('select cnc.freeze($1, $2)', [repository, 'It went back.']);
        assert.equal(await keep('bob', 3, Buffer.from('later')), 'CNC03');
    });

    it('is to look, for a viewer, and nothing else', async () => {
        const victor = open('victor');
        assert.deepEqual(await holders(victor), { 'a.vnc': 'alice', 'job/b.vnc': 'alice' });
        assert.equal((await victor.history({})).events.length, 2);
        const requests = [{ path: 'c.vnc', present: true }];
        const lock = { user: 'victor', timestamp: '', message: '' };
        await assert.rejects(victor.checkOut(requests, lock, extensions), {
            code: 'serverRefused',
            message: /^victor has no right to do this at the lock server .* role cnc_user\.$/,
        });
        await unchanged();
    });

    it('is to take over and to move the locks of others, for a foreman alone', async () => {
        const ulla = open('ulla');
        await assert.rejects(takeOver(ulla, 'ulla' as 'alice', 'a.vnc'), {
            code: 'serverRefused',
            message: /lets only a foreman do this \(take-over\), and ulla is none/,
        });
        const following = { user: 'ulla', extensions, onlyOwn: false };
        await assert.rejects(ulla.rename({ from: 'job', to: 'old' }, following), {
            code: 'serverRefused',
            message: /only a foreman/,
        });
        await unchanged();
        const bob = open('bob');
        assert.deepEqual(codes(await takeOver(bob, 'bob', 'a.vnc')), ['done']);
        assert.deepEqual(codes(await bob.rename({ from: 'job', to: 'old' }, { ...following, user: 'bob' })), ['done']);
        assert.deepEqual(await holders(alice), { 'a.vnc': 'bob', 'old/b.vnc': 'alice' });
    });

    it('is what else a shop reserves, for a foreman alone', async () => {
        await server().primary.sql(`update cnc.repository set reserved = '{check-out}' where name = $1`, [repository]);
        const ulla = open('ulla');
        const requests = [{ path: 'c.vnc', present: true }];
        await assert.rejects(ulla.checkOut(requests, { user: 'ulla', timestamp: '', message: '' }, extensions), {
            code: 'serverRefused',
        });
        assert.deepEqual(codes(await takeOver(ulla, 'ulla' as 'alice', 'a.vnc')), ['done']);
    });
});
