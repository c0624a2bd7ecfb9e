import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { findPython } from '../../support/installed';
import { skipUnless } from '../../support/skips';
import { PASSWORD } from '../support/lockServer';
import { fine, stopped, useSites } from '../support/sites';

/** Checks out and in as the seed of the product does. */
const program = `
import json, sys
path, action, name = sys.argv[1:]
try:
    with open(path, 'r') as f:
        locks = json.load(f)
except json.JSONDecodeError:
    locks = {}
if action == 'in':
    if name not in locks:
        raise Exception(name + ' is not checked out')
    del locks[name]
else:
    if name in locks:
        raise Exception(name + ' is already checked out by ' + locks[name]['user'])
    locks[name] = {'user': 'Snake', 'timestamp': '2026-11-23T10:00:00+00:00', 'message': ''}
with open(path, 'w') as f:
    json.dump(locks, f, indent=4)
`;

describe('cnc-checkout with a lock server', () => {
    const { server, repository, at, run, as } = useSites();

    async function move(): Promise<void> {
        await fine(run('north', 'check-out', 'a.vnc', 'b.vnc', '--user', 'alice', '--message', 'Feed'));
        writeFileSync(at('north', 'repo', 'b.vnc'), 'G0 X1\nM30\n');
        await fine(run('north', 'check-in', 'b.vnc', '--user', 'alice'));
        assert.match(
            await fine(as('dora', 'north', 'server', 'import')),
            /^Moved 1 check-out and \d events of the history\./,
        );
    }

    it('works at two sites as one shop', async () => {
        await move();
        assert.match(await fine(as('dora', 'south', 'server', 'import')), /^Moved 0 check-outs and 0 events/);
        assert.match(await fine(as('bob', 'south', 'list')), /a\.vnc +checked out +alice on /);
        await stopped(
            as('bob', 'south', 'check-out', 'a.vnc'),
            /a\.vnc was checked out by alice on .*: “Feed”\. Ask alice/,
            1,
        );
        writeFileSync(at('south', 'repo', 'b.vnc'), readFileSync(at('north', 'repo', 'b.vnc')));
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--no-revision'));
        writeFileSync(at('south', 'repo', 'b.vnc'), 'G0 X2\nM30\n');
        // The north has revisions 1 and 2 in its folder, of which the south has none.
        assert.match(await fine(as('bob', 'south', 'check-in', 'b.vnc')), /^Checked in b\.vnc as revision 3\./);
        await fine(as('alice', 'north', 'check-in', 'a.vnc', '--message', 'Ran well'));
        await fine(as('bob', 'south', 'check-out', 'A.VNC', '--no-revision'));
        const history = JSON.parse(await fine(as('victor', 'south', 'history', '--json'))) as { action: string }[];
        assert.deepEqual(history[0] && [history[0].action, history.length], ['check-out', history.length]);
    });

    it('leaves a note that stops everybody who goes on with the file, and says the way out', async () => {
        await move();
        const note = readFileSync(at('north', 'locks.json'), 'utf8');
        assert.ok(!note.includes('dora') && !note.includes(PASSWORD));
        assert.equal(readFileSync(at('north', 'locks.json.bak'), 'utf8'), note);
        const sentence =
            /are no longer recorded in .*locks\.json, but on the lock server postgresql:\/\/127\.0\.0\.1:\d+\/postgres\?repository=shop%20\d+\./;
        await stopped(run('north', 'list'), sentence);
        await stopped(run('north', 'check-out', 'b.vnc', '--user', 'bob'), sentence);
        await stopped(run('north/repo/job', 'check-out', 'c.vnc', '--user', 'bob'), sentence);
        await stopped(run('north', 'check-in', 'a.vnc', '--user', 'alice'), sentence);
        assert.equal(readFileSync(at('north', 'locks.json'), 'utf8'), note);
    });

    it('leaves a note that stops a script, which would else begin a new list of locks', async function () {
        skipUnless(this, 'python');
        await move();
        const locks = at('north', 'locks.json');
        const note = readFileSync(locks, 'utf8');
        for (const action of ['in', 'out']) {
            const { status } = spawnSync(findPython()!, ['-c', program, locks, action, 'a.vnc'], { encoding: 'utf8' });
            assert.notEqual(status, 0);
            assert.equal(readFileSync(locks, 'utf8'), note);
        }
    });

    it('moves nothing that would not arrive whole, and nothing twice', async () => {
        writeFileSync(at('north', 'locks.json'), '{"a.vnc": {"user": "alice"}, "A.VNC": {"user": "bob"}}');
        await stopped(
            as('dora', 'north', 'server', 'import'),
            /The entry “A\.VNC” of the locks file is one of several on one file, so nothing was moved\./,
        );
        writeFileSync(at('north', 'locks.json'), '{"a.vnc": null}');
        await stopped(
            as('dora', 'north', 'server', 'import'),
            /The entry “a\.vnc” of the locks file is empty \(null\), so nothing was moved\./,
        );
        writeFileSync(at('north', 'locks.json'), '{"a.vnc": {"user": "Alice", "priority": 2}}');
        await stopped(as('alice', 'north', 'server', 'import'), /alice may not set up anything .* role cnc_owner\./);
        await fine(as('dora', 'north', 'server', 'import'));
        assert.match(await fine(as('dora', 'north', 'server', 'import')), /^The check-outs were moved before\./);
        writeFileSync(at('south', 'locks.json'), '{"b.vnc": {"user": "bob"}}');
        await stopped(
            as('dora', 'south', 'server', 'import'),
            /has check-outs already, so those of this folder cannot be added\./,
        );
        assert.deepEqual(JSON.parse(readFileSync(at('south', 'locks.json'), 'utf8')), { 'b.vnc': { user: 'bob' } });
    });

    it('knows the holder of before by their log-in, and keeps what it does not know', async () => {
        writeFileSync(
            at('north', 'locks.json'),
            '{"a.vnc": {"user": "Alice", "timestamp": "", "message": "", "priority": 2}}',
        );
        await fine(as('dora', 'north', 'server', 'import'));
        await stopped(as('bob', 'north', 'check-in', 'a.vnc'), /Only Alice can check it in\./, 1);
        await fine(as('dora', 'north', 'server', 'export'));
        const [entry] = Object.values(
            JSON.parse(readFileSync(at('north', 'locks.json'), 'utf8')) as object,
        ) as object[];
        assert.deepEqual(entry, { user: 'Alice', timestamp: '', message: '', priority: 2 });
    });

    it('brings everything back to files, with what was done meanwhile', async () => {
        await move();
        await fine(as('bob', 'north', 'check-out', 'job/c.vnc', '--message', 'Rework'));
        await fine(as('alice', 'north', 'check-in', 'a.vnc'));
        const told = await fine(as('bob', 'north', 'history', '--json'));
        assert.match(
            await fine(as('dora', 'north', 'server', 'export')),
            /^Moved 1 check-out and \d events of the history back to /,
        );
        assert.match(await fine(run('north', 'list')), /job\/c\.vnc +checked out +bob on /);
        assert.deepEqual(JSON.parse(await fine(run('north', 'history', '--json'))), JSON.parse(told));
        await fine(run('north', 'check-out', 'a.vnc', '--user', 'carol', '--no-revision'));
        await stopped(as('bob', 'north', 'list'), /are recorded in .*locks\.json, and not on a lock server yet/);
        await stopped(as('dora', 'south', 'server', 'export'), /there is nothing to bring back from a lock server/);
        // Who still works with the server hears of it.
        writeFileSync(at('south', 'locks.json'), readFileSync(at('north', 'locks.json.bak')));
        await stopped(as('dora', 'south', 'server', 'import'), /has check-outs already/);
    });

    it('asks for a move first, and never works beside a locks file', async () => {
        const sentence =
            /are recorded in .*locks\.json, and not on a lock server yet\. Nothing was changed\..* cnc-checkout server import\./;
        await stopped(as('bob', 'north', 'check-out', 'a.vnc'), sentence);
        await fine(run('north', 'check-out', 'a.vnc', '--user', 'alice'));
        await stopped(as('bob', 'north', 'check-out', 'a.vnc'), sentence);
        await stopped(
            as('bob', 'north', 'check-out', 'a.vnc', '--user', 'x'),
            /--user is not used: you are who logs in/,
        );
        await stopped(run('north', 'list', '--lock-server', 'http://db1'), /is no address of a lock server/);
        await stopped(
            run('north', 'list', '--lock-server', 'postgresql://a:b@db1/c?repository=d'),
            /must not have a password in it/,
        );
    });

    it('takes log-in and password from where programs of PostgreSQL do', async () => {
        await move();
        delete process.env['PGPASSWORD'];
        const file = at('passwords');
        const escaped = PASSWORD.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
        writeFileSync(file, `# Ours\n127.0.0.1:1:*:bob:wrong\n127.0.0.1:*:postgres:bob:${escaped}\n`, { mode: 0o600 });
        process.env['PGPASSFILE'] = file;
        process.env['PGUSER'] = 'bob';
        await fine(
            run('north', 'check-out', 'b.vnc', '--no-revision', '--lock-server', server().addressOf(repository())),
        );
        assert.match(await fine(as('bob', 'north', 'list')), /b\.vnc +checked out +bob on /);
        await stopped(as('alice', 'north', 'list'), /none is known for alice\..*PGPASSFILE/);
        if (process.platform !== 'win32') {
            chmodSync(file, 0o644);
            await stopped(as('bob', 'north', 'list'), /can be read by others, so it was not used\..*chmod 600/);
        }
        process.env['PGPASSFILE'] = at('nowhere');
        await stopped(as('bob', 'north', 'list'), /The password file .*nowhere cannot be read/);
        process.env['PGSSLROOTCERT'] = at('nowhere.pem');
        await stopped(
            as('bob', 'north', 'list'),
            /The certificates .*nowhere\.pem that PGSSLROOTCERT names cannot be read/,
        );
    });

    it('says what a server is like', async () => {
        const text = await fine(as('ulla', 'north', 'server', 'check'));
        assert.match(
            text,
            /^127\.0\.0\.1:\d+: PostgreSQL 18\.\d+, takes changes, schema 2, not encrypted, [\d.]+ ms$/m,
        );
        assert.match(text, /^You are ulla, as a user\.$/m);
        assert.match(text, /without a standby that is synchronous, the newest ones can be lost/);
        assert.match(text, /^The repository shop \d+ has 0 check-outs after 0 changes\.$/m);
        const [report] = JSON.parse(await fine(as('ulla', 'north', 'server', 'check', '--json'))) as Record<
            string,
            unknown
        >[];
        assert.deepEqual([report?.['roles'], report?.['isStandby']], [['cnc_viewer', 'cnc_user'], false]);
        const { code, stdout } = await as('robot', 'north', 'server', 'check');
        assert.equal(code, 1);
        assert.match(stdout, /did not accept the password of robot/);
        await stopped(run('north', 'server', 'check'), /server check needs the address with --lock-server\./);
        await stopped(run('north', 'server', 'chekc'), /server can be followed by schema, check, import, export\./);
        assert.deepEqual(readdirSync(at('north')), ['repo']);
    });

    it('prints a schema that an administrator who is no superuser can let in, again and again', async () => {
        const sql = await fine(run('north', 'server', 'schema'));
        const { primary } = server();
        await primary.sql(`create role itgirl login createrole password '${PASSWORD}'`);
        await primary.sql('create database rented owner itgirl');
        await primary.sql('grant cnc_owner, cnc_viewer, cnc_user, cnc_foreman to itgirl with admin option');
        const enter = (): Promise<unknown> => primary.as('itgirl', PASSWORD, (client) => client.query(sql), 'rented');
        await enter();
        await enter();
        await primary.as(
            'itgirl',
            PASSWORD,
            (client) => client.query(`select cnc.create_repository('plant')`),
            'rented',
        );
        await primary.sql(`comment on schema cnc is 'CNC Checkout lock server, schema 999'`, [], 'rented');
        await assert.rejects(
            primary.sql(sql, [], 'rented'),
            /has schema 999 of CNC Checkout, and this is the older schema 2\. Nothing was changed/,
        );
        await primary.sql('create database other');
        await primary.sql('create schema cnc', [], 'other');
        await assert.rejects(
            primary.sql(sql, [], 'other'),
            /has a schema cnc that is not of CNC Checkout\. Nothing was changed/,
        );
    });
});
